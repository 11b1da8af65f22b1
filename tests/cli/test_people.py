"""`desk contacts` and `desk ack`, as they are typed."""

from __future__ import annotations

from tests.e2e.shell import Shell


def test_contacts_are_merged_and_parted_again(desk: Shell) -> None:
    first, second = [person["email"] for person in desk.json("contacts", "list", "-n", "2")["contacts"]]
    alone = len(desk.lines("list", f"from:{first}", "--ids", "-n", "500"))
    others = len(desk.lines("list", f"from:{second}", "--ids", "-n", "500"))
    assert second in desk.run("contacts", "merge", first, second).stderr
    assert len(desk.lines("list", f"from:{second}", "--ids", "-n", "500")) == alone + others
    [person] = desk.json("contacts", "list", "--merged")["contacts"]
    assert (person["email"], person["others"]) == (first, [second])
    desk.run("contacts", "unmerge", second)
    assert len(desk.lines("list", f"from:{first}", "--ids", "-n", "500")) == alone
    assert "not merged" in desk.run("contacts", "unmerge", second, code=1).stderr
    assert desk.json("contacts", "list", "--merged")["contacts"] == []


def test_contacts_are_piped_with_the_moments_of_their_json(desk: Shell) -> None:
    [person] = desk.json("contacts", "list", "-n", "1")["contacts"]
    [line] = desk.lines("contacts", "list", "-n", "1")
    assert line.split("\t")[-1] == person["last_seen"]


def test_ack_tells_what_it_would_do(desk: Shell) -> None:
    told = desk.run("ack", "--dry-run", "--json")
    assert "switched off" in told.stderr
    assert '"acknowledgements"' in told.stdout
    assert desk.json("ack")["acknowledgements"] == []
    desk.run("config", "set", "ack.enabled", "true")
    assert desk.json("ack")["acknowledgements"] == []
