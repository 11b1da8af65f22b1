"""Which of our addresses a mail is from: the one that the customer wrote to, under the name of its account."""

from __future__ import annotations

from tui_desk.config.schema import MAIN, Settings
from tui_desk.errors import UsageError
from tui_desk.i18n import _
from tui_desk.mail.types import Address, Mail
from tui_desk.service.recipients import read_address, written_to


def choices(settings: Settings) -> tuple[Address, ...]:
    """Every address of ours that mail can be from, in the order of the settings; a whole domain names none."""
    from tui_desk.config.own import listed

    addresses = [address for account in settings.mailboxes.values() for address in (account.address, *account.aliases)]
    addresses += [address for text in settings.queues.values() for address in listed(text)]
    every = dict.fromkeys(address.lower() for address in addresses if address[:1] not in ("", "@"))
    return tuple(with_name(settings, address) for address in every)


def with_name(settings: Settings, email: str) -> Address:
    """The address with the name of its account."""
    return Address(email, settings.mailboxes[settings.account_of(email)].name)


def answering(settings: Settings, mail: Mail | None, desk: str = "") -> str:
    """The address that an answer to `mail` is from: the one it was written to; `desk`: what the store knows of that.

    A colleague's own address is never taken for it: it is ours by its domain only. Where nothing tells, the first account's.
    """
    own = settings.own_addresses
    if mail is not None:
        ours = own.exact(mail.from_.email) if mail.from_.email in own else ""
        found = ours or written_to(mail, own) or own.exact(desk)
        found = found or next((exact for address in mail.delivered if (exact := own.exact(address))), "")
        if found:
            return found
    return own.exact(desk) or settings.mailboxes[MAIN].address.lower()


def chosen(settings: Settings, said: str) -> str:
    """The address that a person asks for, by itself or by its account's name. Raises UsageError for one that is not ours."""
    account = settings.mailboxes.get(said.lower())
    email = account.address.lower() if account is not None else read_address(said).email
    if email not in settings.own_addresses:
        names = ", ".join(address.email for address in choices(settings))
        raise UsageError(
            _("“%(address)s” is not an address of this desk.") % {"address": said}, _("Ours are: %(names)s.") % {"names": names}
        )
    return email
