"""Settings: what is right is read, what is wrong is told with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_desk.config.load import check, from_table, load
from tui_desk.config.schema import Settings
from tui_desk.errors import ConfigError
from tui_desk.paths import Profile

GOOD = """\
# the desk of ACME
language = "fr"

[account]
address = "support@acme.test"
aliases = ["help@acme.test"]
imap = "imaps://mail.acme.test:993"
smtp = "smtp+starttls://mail.acme.test"

[calendar]
timezone = "Europe/Paris"
hours = ["mon-fri 09:00-12:30", "mon-thu 13:30-18:00", "sat,sun 10:00-12:00"]
closed = ["2026-12-24"]

[replies]
undo_seconds = 5

[views]
vip = "tag:vip is:open"
"""


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile("test", tmp_path, tmp_path)


def write(profile: Profile, text: str) -> Profile:
    profile.settings.write_text(text, encoding="utf-8")
    return profile


def told(profile: Profile, text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(write(profile, text), environ or {})
    assert caught.value.exit_code == 78
    return caught.value.message


def test_what_is_written_is_read_and_the_rest_has_its_default(profile: Profile) -> None:
    settings = load(write(profile, GOOD), {})
    assert settings.language == "fr"
    assert settings.account.aliases == ("help@acme.test",)
    assert settings.calendar.hours[2] == "sat,sun 10:00-12:00"
    assert settings.replies.undo_seconds == 5
    assert settings.views == {"vip": "tag:vip is:open"}
    assert settings.sla == Settings().sla
    assert check(profile, {}) == []


def test_an_empty_file_is_all_defaults(profile: Profile) -> None:
    assert load(write(profile, ""), {}) == Settings()


def test_a_byte_order_mark_is_no_matter(profile: Profile) -> None:
    profile.settings.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load(profile, {}).language == "fr"


def test_no_file_says_the_next_step(profile: Profile) -> None:
    with pytest.raises(ConfigError) as caught:
        load(profile, {})
    assert str(profile.settings) in caught.value.message
    assert "desk init" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ('[replies]\n\nundo_seconds = "15"\n', 3, "replies.undo_seconds", "a whole number is wanted here, and this is a text"),
        ("[replies]\nundo_seconds = true\n", 2, "replies.undo_seconds", "true or false"),
        ('[replies]\nquote = "yes"\n', 2, "replies.quote", "true or false is wanted"),
        ("[account]\naddress = 3\n", 2, "account.address", "a text in quotes is wanted here, and this is a number"),
        ('[account]\naliases = "a@b.c"\n', 2, "account.aliases", "a list of texts"),
        ('[account]\naliases = ["a@b.c",\n 3]\n', 2, "account.aliases", "a list of texts"),
        ("[calendar]\nclosed = [2026-12-24]\n", 2, "calendar.closed", "a list of texts"),
        ('account = "me@here.test"\n', 1, "account", "write [account] on a line of its own"),
        ("views = 3\n", 1, "views", "a table of texts"),
        ("[views]\nmine = 3\n", 1, "views", "a table of texts"),
        ('[account]\nadress = "a@b.c"\n', 2, "account.adress", "Did you mean “address”?"),
        ('[acount]\naddress = "a@b.c"\n', 1, "acount", "Did you mean “account”?"),
        ('theme = "desk-light"\n', 1, "theme", "it belongs in [console]"),
        ('[console]\nlanguage = "fr"\n', 2, "console.language", "it belongs in the top of the file"),
        ('language = "de"\n', 1, "language", "“de” is not one of auto, en, fr"),
        ('[console]\nafter_action = "stop"\n', 2, "console.after_action", "next, stay, list"),
        ('[replies]\nstatus_after = "closed"\n', 2, "replies.status_after", "pending, solved, open"),
        ("close_after_days = -1\n", 1, "close_after_days", "at least 0"),
        ("[replies]\nbulk_per_minute = 0\n", 2, "replies.bulk_per_minute", "at least 1"),
        ('[account]\naddress = "support"\n', 2, "account.address", "not a mail address"),
        ('[account]\naliases = ["a@b.c", "d e@f.g"]\n', 2, "account.aliases", "“d e@f.g” is neither a mail address"),
        ('[account]\nimap = "mail.acme.test"\n', 2, "account.imap", "imaps://mail.example.com:993"),
        ('[account]\nimap = "pop3://mail.acme.test"\n', 2, "account.imap", "“pop3” is not one of imaps, imap+starttls"),
        ('[account]\nimap = "imap://mail.acme.test"\n', 2, "account.imap", "readable across the network"),
        ('[account]\nsmtp = "smtp://10.0.0.1"\n', 2, "account.smtp", "readable across the network"),
        ('[account]\nsmtp = "smtps://mail.acme.test:99999"\n', 2, "account.smtp", "99999 is not a port"),
        ('[account]\nsmtp = "imaps://mail.acme.test"\n', 2, "account.smtp", "“imaps” is not one of smtps"),
        ('[calendar]\ntimezone = "Europe/Pariss"\n', 2, "calendar.timezone", "Did you mean Europe/Paris?"),
        ('[calendar]\ntimezone = "../../etc/passwd"\n', 2, "calendar.timezone", "not an IANA time zone"),
        ('[calendar]\ntimezone = "Europe"\n', 2, "calendar.timezone", "not an IANA time zone"),
        ('[calendar]\nhours = ["lundi 9-17"]\n', 2, "calendar.hours", "“lundi 9-17” is not a window"),
        ('[calendar]\nhours = ["mon-foo 09:00-17:00"]\n', 2, "calendar.hours", "is not a window"),
        ('[calendar]\nhours = ["mon 17:00-09:00"]\n', 2, "calendar.hours", "ends before it begins"),
        ('[calendar]\nhours = ["mon 09:00-25:00"]\n', 2, "calendar.hours", "no clock shows"),
        ('[calendar]\nholidays = "France"\n', 2, "calendar.holidays", "FR"),
        ('[calendar]\nclosed = ["24/12/2026"]\n', 2, "calendar.closed", "“24/12/2026” is not a date"),
        ('[sla]\nfirst_reply = "4 hours"\n', 2, "sla.first_reply", "30m, 4h or 2d"),
        ('account.imap = "imap://10.0.0.1"\n', 1, "account.imap", "readable"),
        ('\naccount = { imap = "imap://10.0.0.1" }\n', 2, "account.imap", "readable"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(profile: Profile, text: str, line: int, key: str, words: str) -> None:
    message = told(profile, text)
    assert message.startswith(f"{profile.settings}, line {line}: {key}: ")
    assert words in message


def test_plain_is_allowed_on_loopback_and_where_it_is_asked_for(profile: Profile) -> None:
    for host in ("127.0.0.1:1143", "localhost", "[::1]:143", "127.1.2.3"):
        assert load(write(profile, f'[account]\nimap = "imap://{host}"\n'), {}).account.imap.endswith(host)
    load(write(profile, '[account]\nimap = "imap://10.0.0.1"\nallow_plaintext = true\n'), {})
    load(write(profile, '[account]\nimap = "memory:"\nsmtp = "memory:"\n'), {})


def test_a_password_in_a_url_is_not_repeated(profile: Profile) -> None:
    assert "hunter2" not in told(profile, '[account]\nimap = "imaps://me:hunter2@mail.acme.test"\n')


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('language = "fr"\n[account\n', 2),
        ("a = = 3\n", 1),
        ('x = "never closed\n', 1),
        ("[a]\nb = 1\nb = 2\n", 3),
        ("a = [1,\n", 2),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(profile: Profile, text: str, line: int) -> None:
    message = told(profile, text)
    assert message.startswith(f"{profile.settings}, line {line}: this is not TOML: ")


def test_bytes_that_are_no_text_are_told_with_their_line(profile: Profile) -> None:
    profile.settings.write_bytes(b'language = "fr"\n[agent]\nname = "\xe9"\n')
    with pytest.raises(ConfigError, match="line 3: this is not UTF-8"):
        load(profile, {})


def test_variables_win_over_the_file(profile: Profile) -> None:
    environ = {
        "TUI_DESK_LANGUAGE": "en",
        "TUI_DESK_ACCOUNT_ALIASES": "one@acme.test, two@acme.test",
        "TUI_DESK_REPLIES_UNDO_SECONDS": "0",
        "TUI_DESK_REPLIES_QUOTE": "no",
        "TUI_DESK_CLOSE_AFTER_DAYS": "3",
        "TUI_DESK_AGENT_NAME": "",
    }
    settings = load(write(profile, GOOD + '[agent]\nname = "Zoé"\n'), environ)
    assert settings.language == "en"
    assert settings.account.aliases == ("one@acme.test", "two@acme.test")
    assert settings.replies.undo_seconds == 0
    assert settings.replies.quote is False
    assert settings.close_after_days == 3
    assert settings.agent.name == ""


def test_a_variable_wins_over_a_wrong_value_too(profile: Profile) -> None:
    assert load(write(profile, 'language = "de"\n'), {"TUI_DESK_LANGUAGE": "fr"}).language == "fr"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TUI_DESK_REPLIES_UNDO_SECONDS", "soon"),
        ("TUI_DESK_REPLIES_QUOTE", "maybe"),
        ("TUI_DESK_ACCOUNT_IMAP", "imap://10.0.0.1"),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(profile: Profile, name: str, value: str) -> None:
    assert told(profile, GOOD, {name: value}).startswith(f"{name}: ")


def test_allow_plaintext_may_come_from_the_environment(profile: Profile) -> None:
    environ = {"TUI_DESK_ACCOUNT_ALLOW_PLAINTEXT": "true"}
    assert load(write(profile, '[account]\nimap = "imap://10.0.0.1"\n'), environ).account.allow_plaintext


def test_check_tells_all_of_it_in_the_order_of_the_file(profile: Profile) -> None:
    text = 'language = "de"\n[account]\nadress = "a@b.c"\n[replies]\nundo_seconds = -3\n'
    problems = check(write(profile, text), {"TUI_DESK_ACOUNT_IMAP": "x", "TUI_DESK_HOME": "/", "OTHER": "y"})
    assert [(p.line, p.key) for p in problems] == [
        (1, "language"),
        (3, "account.adress"),
        (5, "replies.undo_seconds"),
        (0, "account.address"),
        (0, "account.imap"),
        (0, "account.smtp"),
        (0, ""),
    ]
    assert "TUI_DESK_ACCOUNT_IMAP" in str(problems[-1])


def test_check_tells_what_load_tells_of_a_file_it_cannot_read(profile: Profile) -> None:
    assert "desk init" in str(check(profile, {})[0])
    (problem,) = check(write(profile, "= 1\n"), {})
    assert str(problem).startswith(f"{profile.settings}, line 1: this is not TOML")


def test_the_first_problem_hints_at_the_others(profile: Profile) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(profile, 'language = "de"\nclose_after_days = -1\n'), {})
    assert "config check" in caught.value.hint


def test_the_defaults_keep_their_own_rules() -> None:
    from dataclasses import asdict, fields

    from tui_desk.config.rules import RULES
    from tui_desk.config.values import sections

    table = {name: asdict(getattr(Settings(), name)) for name in sections() if name}
    listed = {s: {k: list(v) if isinstance(v, tuple) else v for k, v in keys.items()} for s, keys in table.items()}
    assert from_table({**listed, "language": "auto", "close_after_days": 7}) == Settings()
    known = {f"{s}.{k}" if s else k for s, keys in sections().items() for k in keys}
    assert set(RULES) <= known
    assert {f.name for f in fields(Settings)} <= known


def test_the_calendars_rules_agree_with_the_calendar() -> None:
    from tui_desk.config import rules
    from tui_desk.desk.hours import BusinessCalendar

    windows = ("mon-fri 09:00-17:00", "sat 9:00-12:00", "mon,wed 08:00-24:00", "mon-wed,fri 10:00-11:00", "MON 09:00-10:00")
    for window in (
        *windows,
        "mon 17:00-09:00",
        "foo 09:00-10:00",
        "mon 09:00",
        "mon 9-10",
        "mon 09:60-10:00",
        "fri-mon 1:00-2:00",
    ):
        try:
            BusinessCalendar(hours=(window,))
        except ValueError:
            refused = True
        else:
            refused = False
        assert bool(rules.hours((window,), {})) == refused, window


def test_the_promises_rules_agree_with_the_sla() -> None:
    from tui_desk.config import rules
    from tui_desk.desk import sla

    for text in ("", "30m", "4h", "2d", "1d 2h", "1.5h", "4 h", "4", "h", "4x", "-4h", "4h later"):
        try:
            sla.seconds(text)
        except ValueError:
            refused = True
        else:
            refused = False
        assert bool(rules.duration(text, {})) == refused, text


def test_every_variable_that_the_program_reads_is_known() -> None:
    import re

    import tui_desk
    from tui_desk.config.values import strange_variables

    package = Path(tui_desk.__file__).parent
    named = {name for file in package.rglob("*.py") for name in re.findall(r'"(TUI_DESK_[A-Z_]+)"', file.read_text("utf-8"))}
    assert "TUI_DESK_HOME" in named
    assert list(strange_variables(dict.fromkeys(named, "x"))) == []
