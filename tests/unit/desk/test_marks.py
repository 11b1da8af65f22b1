"""What the mailbox is to show of a mail: pure, and stable when asked again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.config.load import from_table
from tui_desk.config.rules import STATUSES as NAMED
from tui_desk.config.schema import WriteBack
from tui_desk.desk.marks import JUNK, Change, Mailed, Ours, Rules, Wanted, after, change, wanted
from tui_desk.desk.states import STATUSES
from tui_desk.errors import ConfigError

ALL = Rules.of(
    WriteBack(
        seen=True,
        answered=True,
        keywords=("open=desk-open", "solved=desk-solved"),
        folders=("solved=Archive/Solved", "pending = Waiting"),
        junk=True,
    )
)
OFF = Rules.of(WriteBack())
NOTHING = Wanted()
FLAGS = st.sets(
    st.sampled_from(["\\Seen", "\\Answered", "\\Flagged", "desk-open", "desk-solved", "$Junk", "$NotJunk", "theirs"]), max_size=6
)


@pytest.mark.parametrize(
    ("mail", "flags", "folder"),
    [
        (Mailed("new"), set(), ""),
        (Mailed("new", read=True), {"\\Seen"}, ""),
        (Mailed("open", read=True, answered=True), {"\\Seen", "\\Answered", "desk-open"}, ""),
        (Mailed("pending", read=True), {"\\Seen"}, "Waiting"),
        (Mailed("solved"), {"desk-solved"}, "Archive/Solved"),
        (Mailed("closed"), {"desk-solved"}, "Archive/Solved"),
        (Mailed("spam", read=True), {"\\Seen", "$Junk"}, JUNK),
    ],
)
def test_by_status(mail: Mailed, flags: set[str], folder: str) -> None:
    assert wanted(ALL, mail, NOTHING) == Wanted(frozenset(flags), folder)
    assert wanted(OFF, mail, NOTHING) == NOTHING
    assert str(wanted(OFF, mail, NOTHING)) == ""


def test_spam_that_is_none_says_so_for_good() -> None:
    spam = wanted(ALL, Mailed("spam"), NOTHING)
    ham = wanted(ALL, Mailed("open"), spam)
    assert ham == Wanted(frozenset({"$NotJunk", "desk-open"}))
    assert wanted(ALL, Mailed("solved"), ham) == Wanted(frozenset({"$NotJunk", "desk-solved"}), "Archive/Solved")
    assert wanted(ALL, Mailed("spam"), ham) == spam
    assert "$NotJunk" not in wanted(ALL, Mailed("open"), NOTHING).flags


def test_a_ticket_that_ended_in_another_leaves_its_mail_as_it_was() -> None:
    before = Wanted(frozenset({"\\Seen"}), "Waiting")
    assert wanted(ALL, Mailed("merged"), before) == wanted(ALL, Mailed("deleted"), before) == before


@pytest.mark.parametrize("want", [NOTHING, Wanted(frozenset({"\\Seen", "desk-é"}), "Archive/Été"), Wanted(folder="X")])
def test_what_is_kept_of_it_is_read_again(want: Wanted) -> None:
    assert Wanted.read(str(want)) == want


def test_only_what_is_ours_or_another_statuss_goes() -> None:
    want = Wanted(frozenset({"\\Seen", "desk-open"}))
    assert change(ALL, want, Ours(), ["\\Seen", "theirs", "\\Answered", "DESK-solved"]) == Change(
        ("desk-open",), ("DESK-solved",)
    )
    assert change(ALL, want, Ours(frozenset({"\\Answered"})), ["\\Answered", "desk-open"]) == Change(("\\Seen",), ("\\Answered",))
    assert change(ALL, Wanted(frozenset({"$Junk"}), JUNK), Ours(), ["$NotJunk"]) == Change(("$Junk",), ("$NotJunk",))
    assert change(ALL, NOTHING, Ours(), ["\\Seen", "desk-solved", "$Junk"]) == Change()


@given(before=FLAGS, steps=st.lists(st.tuples(FLAGS, st.sampled_from(["", "X"])), max_size=6))
def test_undoing_leaves_what_was_there(before: set[str], steps: list[tuple[set[str], str]]) -> None:
    """Whatever was wanted in between, with every change carried out twice, the flags are those of the beginning."""
    flags, ours = set(before), Ours()
    for wish, folder in [*steps, (set(), "")]:
        want = Wanted(frozenset(wish - {"\\Flagged", "theirs"}), folder)
        todo = change(ALL, want, ours, flags)
        ours = after(ours, todo)
        flags = flags - set(todo.remove) | set(todo.add)
        assert want.flags <= flags
        assert not change(ALL, want, ours, flags), "done twice it changes nothing"
        assert "theirs" in flags or "theirs" not in before
    assert flags == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("keywords", ["solved"]),
        ("keywords", ["gone=x"]),
        ("keywords", ["solved=two words"]),
        ("keywords", ["solved=\\Seen"]),
        ("keywords", ["solved=clé"]),
        ("folders", ["solved=INBOX"]),
        ("folders", ["Archive"]),
        ("seen", "yes"),
    ],
)
def test_settings_that_make_no_sense(key: str, value: object) -> None:
    with pytest.raises(ConfigError):
        from_table({"writeback": {key: value}})


def test_spam_goes_to_one_folder() -> None:
    from_table({"writeback": {"folders": ["spam=Rubbish"]}})
    with pytest.raises(ConfigError):
        from_table({"writeback": {"folders": ["spam=Rubbish"], "junk": True}})


def test_every_status_can_be_named() -> None:
    assert set(NAMED) == set(STATUSES) - {"merged", "deleted"}
