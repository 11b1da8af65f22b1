"""Which mail goes on in which ticket, against another helpdesk's own table of cases; skipped where the table is not there.

The data is read from the folder that DESK_CORPORA names, or from shared/corpora beside the repository.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.store.shelf import NOW, POLICY, Desk, mail
from tui_desk.desk.events import Event, new_id
from tui_desk.store import write

CORPORA = Path(os.environ.get("DESK_CORPORA") or Path(__file__).parents[3] / "shared" / "corpora")
TABLE = CORPORA / "followup-zammad" / "cases.jsonl"
CASES = [json.loads(line) for line in TABLE.read_text("utf-8").splitlines()] if TABLE.exists() else []

_HEADERS = "An id that our own mail bore cannot be guessed; a subject can be changed. A policy of theirs, not a truth."
_NUMBERS = "A number in a body or a file is most often quoted from elsewhere: there a new ticket hides nothing, an old one does."
BETTER = {
    "subject ref, group makes new tickets, merged": "An answer to a merged ticket lands where its thread went on.",
    "In-Reply-To known, other subject": _HEADERS,
    "References known, other subject": _HEADERS,
    "search body: In-Reply-To, other subject": _HEADERS,
    "search body: text": _NUMBERS,
    "search body: text then line break": _NUMBERS,
    "search body: between html tags": _NUMBERS,
    "search attachment: text/plain": _NUMBERS,
    "search attachment: text/html content": _NUMBERS,
}
"""The cases where our rule says otherwise, and why it is better (docs/behaviour.md, 3)."""


def status(case: dict[str, Any]) -> str:
    """Their "closed" can be reopened by a mail, or not, by a setting: ours are solved and closed."""
    match case["ticket_state"]:
        case "closed":
            return "closed" if case["follow_up_possible"] == "new_ticket" else "solved"
        case "removed":
            return "deleted"
    return "open"


def raw(case: dict[str, Any], number: str) -> bytes:
    """The mail of a case, of the ticket's requester."""
    words = {"{ref}": f"#{number}", "{unknown_ref}": "#ZZZZ", "{mid}": "<reply@desk.example>", "{ticket_subject}": "Foo bar"}

    def filled(text: str) -> str:
        for name, word in words.items():
            text = text.replace(name, word)
        return text

    attached = case["attachment"]
    made = mail(
        filled(case["subject"]), filled(case["body"]), id="follow-up@customer.example",
        headers=[(name, filled(value)) for name, value in case["headers"].items()],
        files=[("file", filled(attached["body"]).encode())] if attached else (),
    )  # fmt: skip
    return made.replace(b"text/plain", case["body_type"].encode(), 1)


@pytest.mark.skipif(not CASES, reason="the table of cases is not there (DESK_CORPORA)")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_another_helpdesks_cases(desk: Desk, case: dict[str, Any]) -> None:
    first = desk.one(mail("Foo bar", "Question", id="question@customer.example", in_reply_to="root@customer.example"))
    desk.one(
        mail("Re: Foo bar", "Answer", from_="support@desk.example", to="alice@customer.example", id="reply@desk.example",
             in_reply_to="question@customer.example"), source="sent",
    )  # fmt: skip
    if case["ticket_state"] == "merged":
        desk.one(mail("Other", "Other", id="other@customer.example"))
        desk.one(mail("Root", "Root", id="root@customer.example", in_reply_to="other@customer.example"))
    elif status(case) != "open":
        write.append(desk.store, [Event(new_id(), NOW, "me", first.ticket, "status", {"to": status(case)})], POLICY)
    before = {row[0] for row in desk.reader.con.execute("SELECT number FROM ticket")}
    verdict = desk.one(raw(case, first.number))
    adds = verdict.kind == "message" and verdict.number in before
    assert verdict.kind in ("ticket", "message")
    assert ("adds" if adds else "new") == case["expect"] or case["name"] in BETTER
    assert ("adds" if adds else "new") != case["expect"] or case["name"] not in BETTER, "it is no exception any more"


@pytest.mark.skipif(not CASES, reason="the table of cases is not there (DESK_CORPORA)")
def test_the_exceptions_are_cases() -> None:
    assert set(BETTER) <= {case["name"] for case in CASES}
