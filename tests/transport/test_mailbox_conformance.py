"""What `transport.base.Mailbox` promises, held by the memory mailbox and by real servers (with QRESYNC, CONDSTORE and plain)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from tests.support.backends import SERVERS, Backend
from tests.support.dovecot import ACCENTED
from tests.support.large import PNG, blob, large
from tests.support.servers import MailServers
from tui_desk.errors import AuthError, NetworkError
from tui_desk.mail.decoding import decoded
from tui_desk.mail.parse import parse
from tui_desk.mail.types import OnServer
from tui_desk.transport.base import PIECE, Mailbox, Refused
from tui_desk.transport.imap import ImapMailbox
from tui_desk.transport.sections import cut_down

AT = 1_700_000_000


@pytest.fixture
def mailbox(backend: Backend) -> Iterator[Mailbox]:
    with closing(backend.session()) as session:
        session.connect()
        yield session


def message(n: int, body: str = "Bonjour") -> bytes:
    return f"From: c{n}@example.org\r\nTo: desk@desk.test\r\nSubject: n {n}\r\nMessage-ID: <m{n}@x>\r\n\r\n{body}\r\n".encode()


def fill(mailbox: Mailbox, n: int, folder: str = "INBOX") -> None:
    for k in range(1, n + 1):
        mailbox.append(folder, message(k), at=AT + k)


class TestFolders:
    def test_inbox_and_sent_have_their_roles(self, mailbox: Mailbox, backend: Backend) -> None:
        roles = {info.role: info.name for info in mailbox.folders()}
        assert roles["inbox"] == "INBOX"
        assert roles["sent"] == backend.sent

    def test_an_empty_folder(self, mailbox: Mailbox, backend: Backend) -> None:
        info = mailbox.examine("INBOX")
        assert (info.exists, info.uidnext) == (0, 1 if backend.tells_uidnext else 0)
        assert mailbox.uids() == []
        assert mailbox.flags() == {}
        assert list(mailbox.fetch([])) == []

    def test_a_folder_that_is_not_there(self, mailbox: Mailbox) -> None:
        with pytest.raises(Refused):
            mailbox.examine("Nowhere")
        assert mailbox.examine("INBOX").exists == 0

    def test_names_of_every_kind(self, mailbox: Mailbox, backend: Backend) -> None:
        paths = ["Été & Cie", "日本語", "Tom&Jerry", "(sure)", "deep/er/down"]
        for odd in ('a "quoted" \\ one', "100 %"):  # Cyrus has none of these
            with suppress(Refused):
                mailbox.create(backend.folder(odd))
                paths.append(odd)
        for path in paths:
            if path not in ('a "quoted" \\ one', "100 %"):
                mailbox.create(backend.folder(path))
            mailbox.append(backend.folder(path), message(1))
        named = {info.name for info in mailbox.folders()}
        assert {backend.folder(path) for path in paths} <= named
        for path in paths:
            assert mailbox.examine(backend.folder(path)).exists == 1
        assert mailbox.find(backend.folder(paths[-1]), "m1@x") == [1]


class TestFetch:
    def test_messages_come_as_they_are(self, mailbox: Mailbox, backend: Backend) -> None:
        fill(mailbox, 3)
        info = mailbox.examine("INBOX")
        assert (info.exists, info.uidnext) == (3, 4 if backend.tells_uidnext else 0)
        got = {item.uid: item for item in mailbox.fetch([1, 2, 3])}
        assert [got[uid].raw for uid in (1, 2, 3)] == [message(1), message(2), message(3)]
        assert [got[uid].internaldate for uid in (1, 2, 3)] == [AT + 1, AT + 2, AT + 3]
        assert all(item.size == len(item.raw) + backend.size_error and not item.truncated for item in got.values())

    def test_fetching_leaves_no_trace(self, mailbox: Mailbox) -> None:
        fill(mailbox, 2)
        mailbox.examine("INBOX")
        list(mailbox.fetch([1, 2]))
        list(mailbox.headers([1, 2], ("Message-ID",)))
        mailbox.examine("INBOX")
        assert mailbox.flags() == {1: (), 2: ()}

    def test_gone_uids_are_not_answered(self, mailbox: Mailbox, backend: Backend) -> None:
        fill(mailbox, 3)
        backend.expunge([2])
        mailbox.examine("INBOX")
        assert sorted(item.uid for item in mailbox.fetch([1, 2, 3, 99])) == [1, 3]

    def test_many_scattered_uids(self, mailbox: Mailbox) -> None:
        fill(mailbox, 450)
        mailbox.examine("INBOX")
        odd = list(range(1, 451, 2))
        assert sorted(item.uid for item in mailbox.fetch(odd)) == odd

    def test_over_the_cap_the_beginning_of_a_long_text_comes(self, mailbox: Mailbox) -> None:
        mailbox.append("INBOX", message(1, "x" * 76 + "\r\n" + "long line\r\n" * 60_000))
        mailbox.append("INBOX", message(2))
        mailbox.examine("INBOX")
        long, small = sorted(mailbox.fetch([1, 2], size_cap=500_000), key=lambda item: item.uid)
        assert long.truncated
        assert long.size > 600_000 > len(long.raw) > 500_000
        assert long.raw.startswith(b"From: c1@example.org")
        assert not small.truncated
        mail = parse(long.raw, partial=True)
        assert mail.text.startswith("x" * 76 + "\nlong line\n")
        assert [(file.name, file.size) for file in mail.attachments] == [("body.txt", 76 + 2 + 660_000 + 2)]

    def test_over_the_cap_the_large_parts_stay(self, mailbox: Mailbox, backend: Backend) -> None:
        raw = large(57 * 35_000, name="a.bin", more=(("b.bin", blob(57 * 10_000, 2)),))
        mailbox.append("INBOX", raw)
        mailbox.examine("INBOX")
        [item] = mailbox.fetch([1], size_cap=500_000)
        assert item.truncated
        assert (item.uid, item.size) == (1, len(raw) + backend.size_error)
        assert len(item.raw) < 3000
        whole, mail = parse(raw), parse(item.raw, partial=True)
        assert (mail.text, mail.html, mail.headers, mail.defects) == (whole.text, whole.html, whole.headers, ())
        told = [(file.name, file.content_type, file.size, file.on_server is None) for file in mail.attachments]
        assert told == [
            ("a.bin", "application/octet-stream", 57 * 35_000, False),
            ("logo.png", "image/png", len(PNG), True),
            ("b.bin", "application/octet-stream", 57 * 10_000, False),
        ]
        assert mail.attachments[1].data == PNG

    def test_both_kinds_of_server_give_the_same_skeleton(self, mailbox: Mailbox) -> None:
        raw = large(600_000)
        mailbox.append("INBOX", raw)
        mailbox.examine("INBOX")
        [item] = mailbox.fetch([1], size_cap=500_000)
        assert item.raw == cut_down(raw)[0]

    def test_what_is_large_in_small_pieces_comes_as_a_whole(self, mailbox: Mailbox) -> None:
        raw = large(100_000, more=tuple((f"{n}.bin", blob(100_000, n)) for n in range(6)))
        mailbox.append("INBOX", raw)
        mailbox.examine("INBOX")
        [item] = mailbox.fetch([1], size_cap=500_000)
        assert not item.truncated
        assert item.raw == raw

    def test_many_small_pieces_stay_once_there_is_enough(self, mailbox: Mailbox) -> None:
        raw = large(150_000, more=tuple((f"{n}.bin", blob(150_000, n)) for n in range(40)))
        mailbox.append("INBOX", raw)
        mailbox.examine("INBOX")
        [item] = mailbox.fetch([1], size_cap=500_000)
        assert item.truncated
        assert len(item.raw) < 2_200_000
        files = parse(item.raw, partial=True).attachments
        assert [file.size for file in files if file.name != "logo.png"] == [150_000] * 41
        assert 5 < sum(file.on_server is None for file in files) < 15

    def test_a_message_that_is_one_large_file(self, mailbox: Mailbox) -> None:
        head = b"From: c@example.org\r\nMessage-ID: <one@x>\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n"
        mailbox.append("INBOX", head + b"%PDF\r\n" * 100_000)
        mailbox.examine("INBOX")
        [item] = mailbox.fetch([1], size_cap=500_000)
        [file] = parse(item.raw, partial=True).attachments
        assert (file.name, file.size, file.on_server) == ("a.pdf", 600_000, OnServer("1", 600_000))
        assert b"".join(mailbox.part(1, "1")) == b"%PDF\r\n" * 100_000

    def test_a_large_message_in_the_message_stays_with_its_header(self, mailbox: Mailbox) -> None:
        inner = b"From: i@example.org\r\nSubject: inner\r\n\r\n" + b"inner line\r\n" * 100_000
        head = (
            b"From: c@example.org\r\nMessage-ID: <o@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        )
        mailbox.append("INBOX", head + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n")
        mailbox.examine("INBOX")
        [item] = mailbox.fetch([1], size_cap=500_000)
        [file] = parse(item.raw, partial=True).attachments
        assert (file.name, file.on_server) in [("inner.eml", OnServer("1", len(inner) + more)) for more in (0, 1)]  # Courier: 1
        assert file.data.startswith(b"From: i@example.org")
        assert b"".join(mailbox.part(1, "1")).rstrip(b"\r\n") == inner.rstrip(b"\r\n")

    def test_parts_come_when_they_are_asked_for(self, mailbox: Mailbox) -> None:
        size = 3 * 1024 * 1024 // 78 * 57 + 100
        raw = large(size)
        mailbox.append("INBOX", raw)
        mailbox.examine("INBOX")
        pieces = list(mailbox.part(1, "1"))
        assert max(map(len, pieces)) <= PIECE
        assert b"".join(decoded(pieces, "base64")) == blob(size)
        assert b'name="journal.bin"' in mailbox.part_head(1, "1")
        assert b"".join(mailbox.part(1, "2.1")).startswith(b"Bonjour")
        assert b"".join(mailbox.part(1, "")) == raw
        assert mailbox.part_head(1, "").startswith(b"From: ")

    def test_a_part_of_exactly_so_many_pieces(self, mailbox: Mailbox) -> None:
        body = b"x" * 62 + b"\r\n"
        mailbox.append("INBOX", message(1, "").rstrip(b"\r\n") + b"\r\n\r\n" + body * (2 * PIECE // 64))
        mailbox.examine("INBOX")
        assert [len(piece) for piece in mailbox.part(1, "1")] == [PIECE, PIECE]

    def test_a_part_from_a_point_on(self, mailbox: Mailbox) -> None:
        mailbox.append("INBOX", large(1_000_000))
        mailbox.examine("INBOX")
        whole = b"".join(mailbox.part(1, "1"))
        for start in (0, 1, 1000, PIECE - 1, PIECE, PIECE + 1, len(whole) - 1, len(whole), len(whole) + 9):
            assert b"".join(mailbox.part(1, "1", start)) == whole[start:]

    def test_there_is_no_part_of_what_is_not_there(self, mailbox: Mailbox) -> None:
        fill(mailbox, 1)
        mailbox.examine("INBOX")
        assert list(mailbox.part(9, "1")) == []
        assert list(mailbox.part(1, "7")) == []
        assert mailbox.part_head(9, "1") == b""
        assert mailbox.uids() == [1]

    def test_parts_leave_no_trace(self, mailbox: Mailbox) -> None:
        mailbox.append("INBOX", large(600_000))
        mailbox.examine("INBOX")
        list(mailbox.fetch([1], size_cap=500_000))
        list(mailbox.part(1, "1"))
        mailbox.part_head(1, "1")
        mailbox.examine("INBOX")
        assert mailbox.flags() == {1: ()}

    def test_named_headers_only(self, mailbox: Mailbox) -> None:
        raw = b"Subject: a\r\nMessage-ID:\r\n <folded@x>\r\nReferences: <r@x>\r\n\r\nMessage-ID: <body@x>\r\n"
        mailbox.append("INBOX", raw)
        mailbox.examine("INBOX")
        (item,) = mailbox.headers([1], ("Message-ID",))
        assert b"folded@x" in item.raw
        assert b"Subject" not in item.raw
        assert b"body@x" not in item.raw

    def test_headers_with_bytes_of_any_kind(self, mailbox: Mailbox) -> None:
        raw = "From: Zoé <z@example.org>\r\nSubject: crème brûlée\r\nMessage-ID: <é1@x>\r\n\r\nÇa va ?\r\n".encode("latin-1")
        mailbox.append("INBOX", raw)
        mailbox.append("INBOX", raw.decode("latin-1").encode("utf-8"))
        mailbox.examine("INBOX")
        assert [item.raw for item in sorted(mailbox.fetch([1, 2]), key=lambda item: item.uid)] == [
            raw, raw.decode("latin-1").encode("utf-8"),
        ]  # fmt: skip
        assert ["<é1@x>".encode("latin-1") in item.raw for item in mailbox.headers([1], ("Message-ID",))] == [True]

    def test_words_of_the_protocol_in_a_mail_are_only_words(self, mailbox: Mailbox) -> None:
        body = "D1 OK done\r\n* 1 FETCH (UID 1 BODY[] {3}\r\n* BYE\r\n)\r\n+ go\r\n{5}\r\n* 9 EXISTS"
        mailbox.append("INBOX", message(1, body))
        mailbox.append("INBOX", message(2))
        mailbox.examine("INBOX")
        assert {item.uid: item.raw for item in mailbox.fetch([1, 2])} == {1: message(1, body), 2: message(2)}

    def test_mails_with_hardly_anything_in_them(self, mailbox: Mailbox) -> None:
        kinds = [
            b"\r\n",
            b"Subject: only a header\r\n",
            b"Subject: a\r\n\r\n",
            b"no header at all\r\n",
            b"X: " + b"y" * 20_000 + b"\r\n\r\n",
        ]
        taken = []
        for raw in kinds:
            with suppress(Refused):  # Cyrus wants a header that is one
                mailbox.append("INBOX", raw)
                taken.append(raw)
        uids = range(1, len(taken) + 1)
        mailbox.examine("INBOX")
        assert [item.raw for item in sorted(mailbox.fetch(uids), key=lambda item: item.uid)] == taken
        assert len(list(mailbox.headers(uids, ("Message-ID",)))) == len(taken) >= 4

    def test_since_a_day(self, mailbox: Mailbox) -> None:
        day = 86_400
        for n in range(5):
            mailbox.append("INBOX", message(n), at=AT + 10 * day * n)
        mailbox.examine("INBOX")
        assert mailbox.since(AT + 20 * day + day // 2) in ([4, 5], [3, 4, 5])
        assert mailbox.since(AT - day) == [1, 2, 3, 4, 5]
        assert mailbox.since(AT + 400 * day) == []

    def test_uids_from_a_point_on(self, mailbox: Mailbox) -> None:
        fill(mailbox, 4)
        mailbox.examine("INBOX")
        assert mailbox.uids() == [1, 2, 3, 4]
        assert mailbox.uids(3) == [3, 4]
        assert mailbox.uids(5) == []


class TestChanges:
    def test_flags_of_all(self, mailbox: Mailbox, backend: Backend) -> None:
        fill(mailbox, 2)
        own = ("Custom",) if backend.keywords else ()
        backend.set_flags(1, ("\\Seen", *own, "\\Answered"))
        mailbox.examine("INBOX")
        assert mailbox.flags() == {1: (*own, "\\Answered", "\\Seen"), 2: ()}

    def test_flags_changed_since(self, mailbox: Mailbox, backend: Backend) -> None:
        fill(mailbox, 3)
        before = mailbox.examine("INBOX").modseq
        assert (before > 0) == (backend.mode != "plain")
        backend.set_flags(2, ("\\Seen",))
        if before:
            mailbox.examine("INBOX")
            assert mailbox.flags(before) == {2: ("\\Seen",)}

    def test_qresync_tells_what_changed_and_what_is_gone(self, mailbox: Mailbox, backend: Backend) -> None:
        fill(mailbox, 4)
        before = mailbox.examine("INBOX")
        backend.set_flags(1, ("\\Seen",))
        backend.expunge([3])
        after = mailbox.examine("INBOX", before.uidvalidity, before.modseq)
        if backend.mode == "qresync":
            assert after.changed is not None
            assert after.changed[1] == ("\\Seen",)
            assert after.vanished == (3,)
        else:
            assert after.changed is None
            assert after.vanished is None
        assert after.exists == 3

    def test_a_new_uidvalidity_voids_what_was_known(self, mailbox: Mailbox, backend: Backend) -> None:
        fill(mailbox, 2)
        before = mailbox.examine("INBOX")
        mailbox.close()
        backend.renumber()
        mailbox.connect()
        after = mailbox.examine("INBOX", before.uidvalidity, before.modseq)
        assert after.uidvalidity != before.uidvalidity
        assert after.changed is None
        assert after.exists == 2


class TestAppendAndFind:
    def test_append_tells_the_uid(self, mailbox: Mailbox, backend: Backend) -> None:
        uid = mailbox.append(backend.sent, message(7), ("\\Seen",), at=AT)
        assert uid == (1 if backend.uidplus else None)
        mailbox.examine(backend.sent)
        (item,) = mailbox.fetch([1])
        assert (item.flags, item.internaldate) == (("\\Seen",), AT)

    def test_find_by_message_id_keeps_the_examined_folder(self, mailbox: Mailbox, backend: Backend) -> None:
        fill(mailbox, 2)
        mailbox.append(backend.sent, message(9))
        mailbox.examine("INBOX")
        assert mailbox.find(backend.sent, "m9@x") == [1]
        assert mailbox.find(backend.sent, "<m9@x>") == [1]
        assert mailbox.find(backend.sent, "m1@x") == []
        assert mailbox.find(backend.sent, 'm"9\\@x') == []
        assert mailbox.uids() == [1, 2]

    def test_append_to_a_folder_that_is_not_there(self, mailbox: Mailbox) -> None:
        with pytest.raises(Refused):
            mailbox.append("Nowhere", message(1))
        mailbox.noop()

    def test_dates_and_flags_come_back_as_they_were_given(self, mailbox: Mailbox) -> None:
        given = {1: (951_782_400, ()), 2: (1_000_000_001, ("\\Seen", "\\Answered")), 3: (AT, ("\\Flagged", "\\Draft"))}
        for at, flags in given.values():
            mailbox.append("INBOX", message(at), flags, at=at)
        mailbox.examine("INBOX")
        assert {item.uid: (item.internaldate, item.flags) for item in mailbox.fetch([1, 2, 3])} == {
            uid: (at, tuple(sorted(flags))) for uid, (at, flags) in given.items()
        }

    def test_a_large_one_goes_up_whole(self, mailbox: Mailbox, backend: Backend) -> None:
        raw = large(2_000_000)
        mailbox.append(backend.sent, raw, ("\\Seen",))
        mailbox.examine(backend.sent)
        assert [item.raw for item in mailbox.fetch([1])] == [raw]


class TestWait:
    def test_a_delivery_wakes_it(self, mailbox: Mailbox, backend: Backend) -> None:
        mailbox.examine("INBOX")
        with closing(backend.session()) as other:
            other.connect()
            timer = threading.Timer(0.3, lambda: other.append("INBOX", message(1)))
            timer.start()
            assert mailbox.wait(20, lambda: False)
            timer.join()

    def test_quiet_means_false(self, mailbox: Mailbox) -> None:
        mailbox.examine("INBOX")
        assert not mailbox.wait(0.2, lambda: False)

    def test_stop_is_obeyed(self, mailbox: Mailbox) -> None:
        mailbox.examine("INBOX")
        began = time.monotonic()
        assert not mailbox.wait(60, lambda: time.monotonic() - began > 0.1)
        assert time.monotonic() - began < 30

    def test_an_expunge_wakes_it(self, mailbox: Mailbox, backend: Backend) -> None:
        fill(mailbox, 2)
        mailbox.examine("INBOX")
        timer = threading.Timer(0.3, backend.expunge, [[1]])
        timer.start()
        assert mailbox.wait(20, lambda: False)
        timer.join()


@pytest.mark.parametrize("name", SERVERS)
def test_passwords_need_not_be_ascii(name: str, mail_servers: MailServers) -> None:
    server = mail_servers(name)
    with closing(ImapMailbox(server.account(server.accented), ACCENTED)) as mailbox:
        mailbox.connect()
        assert mailbox.examine("INBOX").exists == 0
    for user, password in ((server.accented, ACCENTED + "x"), ("desk", ACCENTED), ("nobody", "pw"), ("desk", 'a"b\\c')):
        with closing(ImapMailbox(server.account(user), password)) as mailbox, pytest.raises(AuthError):
            mailbox.connect()


@pytest.mark.parametrize("name", [name for name in SERVERS if name != "courier"])
def test_a_secure_line(name: str, mail_servers: MailServers) -> None:
    with closing(ImapMailbox(mail_servers(name).account(scheme="imaps"), "pw")) as mailbox:
        mailbox.connect()
        fill(mailbox, 1)
        mailbox.examine("INBOX")
        assert message(1) in [item.raw for item in mailbox.fetch(mailbox.uids())]


def test_a_closed_session_says_so(backend: Backend) -> None:
    session = backend.session()
    session.close()
    with pytest.raises(NetworkError):
        session.noop()
    session.connect()
    session.noop()
    session.close()
    session.close()
    with pytest.raises(NetworkError):
        session.uids()
