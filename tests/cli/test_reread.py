"""Stored mail read again: `desk show --charset` and `desk show --raw-parse`."""

from __future__ import annotations

import json

import pytest

from tests.e2e.shell import Shell
from tui_desk.cli.main import main


@pytest.fixture
def accented(desk: Shell) -> str:
    """A ticket whose first mail has letters beyond ASCII, sent as UTF-8."""
    for number in desk.lines("list", "--ids", "-n", "0"):
        if any("é" in m["text"] and m["kind"] == "inbound" for m in desk.json("show", number)["ticket"]["thread"]):
            return number
    raise AssertionError("the sample mailbox has French mail")


def test_charset_decodes_the_stored_bytes_again(desk: Shell, accented: str) -> None:
    assert "é" in desk.run("show", accented).stdout
    again = desk.run("show", accented, "--charset", "koi8-r").stdout
    assert "ц╘" in again  # the two bytes of é in KOI8-R
    assert "é" in desk.run("show", accented).stdout  # nothing was stored


def test_a_charset_that_is_none_is_refused(desk: Shell, accented: str) -> None:
    done = desk.run("show", accented, "--charset", "klingon", code=2)
    assert "klingon" in done.stderr
    assert "koi8-r" in done.stderr


def test_raw_parse_prints_what_is_read_of_the_bytes(desk: Shell, accented: str) -> None:
    records = [json.loads(line) for line in desk.lines("show", accented, "--raw-parse")]
    assert records
    assert {"message", "subject", "from_email", "text", "attachments", "reply", "defects", "automatic"} <= set(records[0])
    one = desk.lines("show", accented, "--raw-parse", "--raw", str(records[0]["message"]))
    assert [json.loads(line) for line in one] == records[:1]
    other = desk.lines("show", accented, "--raw-parse", "--charset", "koi8-r")
    assert json.loads(other[0])["text"] != records[0]["text"]


def test_names_of_charsets_are_completed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["_complete", "show", "4F2K", "--charset", "koi"])
    assert capsys.readouterr().out.split() == ["koi8-r", "koi8-u"]
