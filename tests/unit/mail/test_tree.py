"""The reply tree of many mails at once, and the debugging record of one."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

from tui_desk.mail.record import record
from tui_desk.mail.tree import of_files


def _mail(name: str, *, day: int, answers: str = "", references: str = "") -> tuple[str, bytes]:
    lines = [f"Message-ID: <{name}@x.test>", f"Date: {day} Jan 2026 10:00:00 +0000", "From: a@x.test", "Subject: s"]
    lines += [f"In-Reply-To: <{answers}@x.test>"] if answers else []
    lines += ["References: " + " ".join(f"<{one}@x.test>" for one in references.split())] if references else []
    return name, ("\r\n".join(lines) + "\r\n\r\nbody\r\n").encode()


def _parents(files: list[tuple[str, bytes]]) -> dict[str, str]:
    return {name: (place["parent_message_id"] or "").partition("@")[0] for name, place in of_files(files).items()}


def test_in_reply_to_names_the_parent_and_references_do_where_it_is_lost() -> None:
    files = [
        _mail("a", day=1),
        _mail("b", day=2, answers="a", references="a"),
        _mail("c", day=3, answers="b", references="b a"),
        _mail("d", day=4, references="a b c"),
        _mail("e", day=5, answers="gone", references="a b gone"),
    ]
    assert _parents(files) == {"a": "", "b": "a", "c": "b", "d": "c", "e": "b"}


def test_a_rewritten_in_reply_to_makes_the_order_of_references_doubtful() -> None:
    files = [_mail("a", day=1), _mail("b", day=2, answers="a"), _mail("c", day=3, answers="rewritten", references="b a")]
    assert _parents(files)["c"] == "b"


def test_threads_are_joined_by_any_id_that_two_mails_share_in_any_order() -> None:
    files = [
        _mail("a", day=1, references="lost"),
        _mail("b", day=2, references="lost x"),
        _mail("c", day=3),
        _mail("d", day=4, answers="x"),
    ]
    for _ in range(10):
        random.shuffle(files)
        threads = {name: place["thread"] for name, place in of_files(files).items()}
        assert threads["a"] == threads["b"] == threads["d"] != threads["c"]


def test_mails_that_answer_each_other_make_no_circle() -> None:
    parents = _parents([_mail("a", day=1, answers="b"), _mail("b", day=2, answers="a"), _mail("c", day=3, answers="c")])
    assert sorted(parents.values()) == ["", "", "a"] or sorted(parents.values()) == ["", "", "b"]


def test_the_record_is_what_a_script_needs() -> None:
    head = b"From: =?utf-8?q?In=C3=A8s?= <i@x.test>\r\nSubject: Hi\r\nMessage-ID: <1@x.test>\r\n\r\n"
    raw = head + b"Yes.\r\n\r\nOn Monday, Bob wrote:\r\n> ok?\r\n"
    told = record(raw)
    assert (told["from_name"], told["from_email"], told["subject"]) == ("Inès", "i@x.test", "Hi")
    assert told["reply"] == "Yes."
    assert told["is_bounce"] is False


def test_the_module_prints_it_as_json(tmp_path: Path) -> None:
    raw = b"From: a@x.test\nSubject: caf\xe9\nMessage-ID: <1@x.test>\n\nbody\n"
    ran = subprocess.run([sys.executable, "-m", "tui_desk.mail"], input=raw, capture_output=True, check=True)
    assert json.loads(ran.stdout)["subject"] == "café"
    file = tmp_path / "one.eml"
    file.write_bytes(raw)
    ran = subprocess.run(
        [sys.executable, "-m", "tui_desk.mail", "--thread"],
        input=json.dumps([str(file)]).encode(),
        capture_output=True,
        check=True,
    )
    assert json.loads(ran.stdout)[str(file)]["parent_message_id"] is None
