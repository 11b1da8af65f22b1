"""What other mail programs see of a working day once write-back is switched on, and that it can be taken off again."""

from __future__ import annotations

import imapclient

from tests.e2e.shell import Shell
from tests.e2e.world import ask
from tests.support.dovecot import PASSWORD, Dovecot


def flags(dovecot: Dovecot, folder: str = "INBOX") -> list[set[str]]:
    """Of each mail of a folder, in order, as another program sees them."""
    with imapclient.IMAPClient("127.0.0.1", dovecot.port, ssl=False) as client:
        client.login("desk", PASSWORD)
        if not client.folder_exists(folder):
            return []
        client.select_folder(folder, readonly=True)
        found = client.get_flags(client.search()) if client.search() else {}
        return [{f.decode() for f in found[uid] if f != b"\\Recent"} for uid in sorted(found)]


def test_a_day_that_others_can_see(desk: Shell, dovecot: Dovecot) -> None:
    ask(dovecot, 1, 2, 3)
    desk.run("sync")
    numbers = {desk.json("show", n)["ticket"]["thread"][0]["text"].split()[3]: n for n in desk.lines("list", "--ids")}
    first, second, third = numbers["1"], numbers["2"], numbers["3"]
    desk.run("take", first)
    desk.run("sync")
    assert flags(dovecot) == [set(), set(), set()], "off, until somebody wants it"

    desk.run("config", "set", "writeback.seen", "true")
    desk.run("config", "set", "writeback.answered", "true")
    desk.run("config", "set", "writeback.junk", "true")
    desk.env["TUI_DESK_WRITEBACK_KEYWORDS"] = "solved=desk-solved"
    desk.env["TUI_DESK_WRITEBACK_FOLDERS"] = "solved=Archive/Solved"
    desk.env["TUI_DESK_WRITEBACK_JUNK_FOLDER"] = "Junk"
    desk.run("sync")
    desk.run("reply", first, "--body", "Bonjour, voici la facture corrigée.", "--status", "pending", "--now", "--yes")
    desk.run("solve", second)
    desk.run("spam", third)
    told = desk.json("writeback", "--dry-run")["writeback"]
    assert [(line["number"], line["to"]) for line in told] == [(first, ""), (second, "Archive/Solved"), (third, "Junk")]
    assert flags(dovecot) == [set(), set(), set()]

    desk.run("sync")
    assert flags(dovecot) == [{"\\Seen", "\\Answered"}]
    assert flags(dovecot, "Archive/Solved") == [{"\\Seen", "desk-solved"}]
    assert flags(dovecot, "Junk") == [{"\\Seen", "$Junk"}]
    audited = desk.json("sync", "--audit")["folders"]
    assert {a["folder"]: (a["on_server"], a["gaps"]) for a in audited} == {
        "INBOX": (1, []), "Sent": (1, []), "Archive/Solved": (1, []), "Junk": (1, []),
    }  # fmt: skip
    assert "Write-back: everything is written." in desk.run("doctor").stdout

    desk.run("undo")
    desk.run("sync")
    assert flags(dovecot, "Junk") == []
    assert {"\\Seen", "$NotJunk"} in flags(dovecot)
    before = desk.run("export", "--format", "jsonl").stdout
    desk.run("rebuild")
    assert desk.run("export", "--format", "jsonl").stdout == before
    desk.run("sync", "--audit")

    for name in ("seen", "answered", "junk"):
        desk.run("config", "set", f"writeback.{name}", "false")
    del desk.env["TUI_DESK_WRITEBACK_KEYWORDS"], desk.env["TUI_DESK_WRITEBACK_FOLDERS"]
    desk.run("writeback", "--undo")
    assert flags(dovecot) == [set(), set(), set()]
    assert flags(dovecot, "Archive/Solved") == []
    desk.run("sync")
    assert desk.run("sync", "--audit").stdout


def test_a_sync_with_nothing_new_does_not_forget_what_waits(desk: Shell, dovecot: Dovecot) -> None:
    ask(dovecot, 1)
    desk.run("config", "set", "writeback.seen", "true")
    for _ in range(3):
        desk.run("sync")
    (number,) = desk.lines("list", "--ids")
    desk.run("note", number, "seen")
    desk.run("sync")
    assert flags(dovecot) == [{"\\Seen"}]
    for _ in range(2):
        desk.run("sync")
    assert desk.run("sync").stderr.strip() == "Nothing new."
    assert flags(dovecot) == [{"\\Seen"}]
