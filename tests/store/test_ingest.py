"""Mail in: which ticket, which verdict, and nothing lost whatever comes (behaviour 1, 3, 4)."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.store.shelf import DESK, NOW, POLICY, SETTINGS, Desk, mail
from tui_desk.desk.events import Event, new_id
from tui_desk.mail.parse import parse
from tui_desk.mail.thread import sign
from tui_desk.store import reading
from tui_desk.store.admin import check, rebuild
from tui_desk.store.arrivals import Arrival, Source, Verdict
from tui_desk.store.cards import card
from tui_desk.store.ingest import Ingest
from tui_desk.store.write import append

US = f"Support <{DESK}>"
ALICE = "alice@customer.example"


def close(desk: Desk, key: str) -> None:
    append(desk.store, [Event(new_id(), NOW, "bob", key, "status", {"to": "closed"})], POLICY)


def status(desk: Desk, verdict: Verdict) -> str:
    return desk.reader.ticket(desk.reader.find(verdict.number)).row.status


def test_question_answer_and_thanks(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    answered = desk.one(mail("Re: Where?", "Tomorrow.", from_=US, to=ALICE, id="a@x", references=["q@x"], at=NOW - 2000), "sent")
    thanked = desk.one(mail("Re: Where?", "Merci !", id="t@x", references=["q@x", "a@x"], at=NOW - 1000))
    assert [v.kind for v in (asked, answered, thanked)] == ["ticket", "message", "message"]
    assert answered.ticket == thanked.ticket == asked.ticket
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}", asked.number)
    view = desk.reader.ticket(desk.reader.find(asked.number))
    assert (view.messages_in, view.messages_out, view.first_response_cal) == (2, 1, 1000)
    assert view.row.requester == ALICE
    assert view.row.requester_name == "Alice Roux"
    thread = desk.reader.thread(view.row.id)
    assert [m.kind for m in thread] == ["inbound", "outbound", "inbound"]
    assert thread[2].flags == ("thanks",)
    assert thread[1].rule == "references"
    assert desk.reader.raw(thread[0].id).startswith(b"From: Alice Roux")


@pytest.mark.parametrize("source", ["sent", "inbox"])
def test_a_colleague_s_answer_ends_new_in_any_order_and_a_rebuild_says_the_same(tmp_path: Path, source: Source) -> None:
    asked = mail(id="q@x", at=NOW - 3000)
    answer = mail("Re: Where?", "Tomorrow.", from_=US, to=ALICE, id="a@x", references=["q@x"], at=NOW - 2000)
    made = []
    for name, mails in (("one", [(asked, "inbox"), (answer, source)]), ("other", [(answer, source), (asked, "inbox")])):
        desk = Desk(tmp_path / name)
        verdicts = [desk.one(raw, place) for raw, place in mails]
        assert status(desk, verdicts[0]) == "open"
        before = desk.exported()
        rebuild(desk.store, SETTINGS, POLICY)
        assert desk.exported() == before
        made.append(before)
        desk.close()
    assert [len(text.splitlines()) for text in made] == [1, 1]


def test_same_message_again_is_no_new_message(desk: Desk) -> None:
    raw = mail(id="q@x")
    desk.one(raw)
    before = desk.exported()
    again = desk.one(raw)
    by_another_way = desk.one(b"Received: from elsewhere\nX-Spam: no\n" + raw)
    assert (again.kind, again.rule) == ("duplicate", "sha256")
    assert (by_another_way.kind, by_another_way.rule) == ("duplicate", "content_hash")
    assert again.mail_id == by_another_way.mail_id == 1
    assert desk.exported() == before


def test_message_id_used_twice_is_two_messages(desk: Desk) -> None:
    first, second = desk.add(mail(id="q@x"), mail(id="q@x", body="Something else entirely", from_="bob@other.example"))
    assert [first.kind, second.kind] == ["ticket", "ticket"]
    assert first.ticket != second.ticket
    [card] = desk.reader.thread(desk.reader.find(second.number))
    assert card.flags == ("msgid_reused",)


@pytest.mark.parametrize("split", [False, True])
def test_answers_before_the_question_end_in_one_ticket(desk: Desk, split: bool) -> None:
    root = mail(id="q@x", at=NOW - 9000)
    first = mail("Re: Where?", "One", id="a@x", in_reply_to="q@x", at=NOW - 8000, from_="carl@customer.example")
    second = mail("Re: Where?", "Two", id="b@x", in_reply_to="m@x", at=NOW - 7000)
    middle = mail("Re: Where?", "Between", id="m@x", in_reply_to="q@x", at=NOW - 7500)
    raws = [first, second, root, middle]
    verdicts = [desk.one(raw) for raw in raws] if split else desk.add(*raws)
    ids = {desk.reader.find(f"{i}@x") for i in "qabm"}
    assert len(ids) == 1
    view = desk.reader.ticket(ids.pop())
    assert (view.messages_in, view.row.requester) == (4, ALICE)
    assert view.row.created_at == NOW - 9000
    # The number that was given away first still finds it.
    assert desk.reader.find(verdicts[1].number) == view.row.id
    assert check(desk.store, POLICY)[-1][0] == "ok"
    assert desk.reader.count("", "me", NOW) == (2, False)
    assert desk.reader.count("view:all", "me", NOW) == (1, False)


def test_reply_to_a_closed_ticket_opens_a_follow_up(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    close(desk, asked.ticket)
    again = desk.one(mail("Re: Where?", "Broken again", id="r@x", references=["q@x"], at=NOW - 100))
    more = desk.one(mail("Re: Where?", "And?", id="s@x", references=["q@x", "r@x"], at=NOW - 50))
    assert (again.kind, again.rule) == ("ticket", "follow_up")
    assert more.ticket == again.ticket != asked.ticket
    assert f'"follows": "{asked.number}"' in desk.reader.events(desk.reader.find(again.number))[0].data
    assert status(desk, asked) == "closed"


def test_customer_reopens_what_was_solved(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    append(desk.store, [Event(new_id(), NOW - 2000, "bob", asked.ticket, "status", {"to": "solved"})], POLICY)
    desk.one(mail("Re: Where?", "Still nothing has come", id="r@x", references=["q@x"], at=NOW - 100))
    assert status(desk, asked) == "open"


def test_automatic_mail_opens_no_cycle(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    append(desk.store, [Event(new_id(), NOW - 2000, "bob", asked.ticket, "status", {"to": "pending"})], POLICY)
    away = mail(
        "Re: Where?", "I am away", id="o@x", references=["q@x"], at=NOW - 100, headers=[("Auto-Submitted", "auto-replied")]
    )
    assert desk.one(away).ticket == asked.ticket
    assert status(desk, asked) == "pending"
    card = desk.reader.thread(desk.reader.find(asked.number))[-1]
    assert card.automatic
    assert card.rule.split(",")[0] == "references"


def test_signed_id_names_the_ticket_and_a_forged_one_does_not(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x"))
    ours = sign(desk.store.secret, asked.ticket, "desk.example")
    forged = sign(b"another secret", asked.ticket, "desk.example")
    good = desk.one(mail("Hi", "Good", id="g@x", in_reply_to=ours))
    bad = desk.one(mail("Hi", "Bad", id="b@x", in_reply_to=forged))
    worse = desk.one(mail("Hi", "Worse", id="w@x", in_reply_to=forged))
    assert (good.kind, good.rule, good.ticket) == ("message", "signed", asked.ticket)
    assert bad.kind == worse.kind == "ticket"
    assert bad.ticket != worse.ticket
    assert desk.reader.thread(desk.reader.find(bad.number))[0].flags == ("warned",)


def test_number_and_thread_index_are_believed_of_participants_only(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", headers=[("Thread-Index", "AdBxyzAAAAECAwQFBgcICQoLDA0ODw==")]))
    other = desk.one(mail(f"About #{asked.number}", "May I?", from_="eve@else.example"))
    hers = desk.one(mail(f"About #{asked.number}", "It is me"))
    outlook = mail("Other", "By Outlook", id="z@x", headers=[("Thread-Index", "AdBxyzAAAAECAwQFBgcICQoLDA0ODwAAAAAB")])
    assert other.kind == "ticket"
    assert (hers.rule, hers.ticket) == ("number", asked.ticket)
    assert desk.one(outlook).ticket == asked.ticket


def test_contact_form_and_own_mail(desk: Desk) -> None:
    form = desk.one(mail(from_=US, id="f@x", headers=[("Reply-To", "Zoé <zoe@customer.example>")]))
    ours = desk.one(mail("Hello", "We write first", from_="help@desk.example", to="new@customer.example", id="o@x"))
    row = desk.reader.ticket(desk.reader.find(form.number)).row
    assert (row.requester, row.requester_name) == ("zoe@customer.example", "Zoé")
    assert desk.reader.thread(row.id)[0].kind == "inbound"
    view = desk.reader.ticket(desk.reader.find(ours.number))
    assert view.row.requester == "new@customer.example"
    assert (view.messages_in, view.messages_out, view.first_response_cal) == (0, 0, None)


def test_our_own_accepted_mail_and_its_copy_in_sent(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    own = sign(desk.store.secret, asked.ticket, "desk.example")
    raw = mail("Re: Where?", "Here.", from_=US, to=ALICE, id=own, references=["q@x"], at=NOW - 1000)
    sent = desk.ingest.add_outgoing(raw, ticket=asked.ticket, agent="bob", at=NOW - 1000, to=[ALICE], macro="parcel")
    copy = desk.one(raw, "sent")
    changed = desk.one(mail("Re: Where?", "Here. (scanned)", from_=US, to=ALICE, id=own, references=["q@x"], at=NOW - 1000))
    again = desk.ingest.add_outgoing(raw, ticket=asked.ticket, agent="bob", at=NOW - 1000, to=[ALICE], macro="parcel")
    assert (sent.kind, sent.ticket) == ("message", asked.ticket)
    assert [copy.kind, changed.kind, again.kind] == ["delivery_copy"] * 3
    view = desk.reader.ticket(desk.reader.find(asked.number))
    assert (view.messages_out, view.first_response_cal) == (1, 2000)
    assert desk.reader.thread(view.row.id)[-1].author == "bob"
    assert desk.reader.macro_use() == {"parcel": 1}
    answer = desk.one(mail("Re: Re: Where?", "Thank you, and my refund?", id="z@x", in_reply_to=own, at=NOW - 10))
    assert answer.ticket == asked.ticket


def test_first_mail_of_ours_opens_a_ticket(desk: Desk) -> None:
    raw = mail("Recall", "Please send it back", from_=US, to=ALICE, id="o@desk.example")
    sent = desk.ingest.add_outgoing(raw, ticket="", agent="bob", at=NOW - 50)
    assert sent.kind == "ticket"
    assert desk.reader.ticket(desk.reader.find(sent.number)).row.requester == ALICE


def test_bounce_is_no_ticket_and_opens_it_again(desk: Desk) -> None:
    asked = desk.one(mail(id="q@x", at=NOW - 3000))
    desk.one(mail("Re: Where?", "Here.", from_=US, to=ALICE, id="a@desk.example", references=["q@x"], at=NOW - 2000), "sent")
    append(desk.store, [Event(new_id(), NOW - 1900, "bob", asked.ticket, "status", {"to": "pending"})], POLICY)
    bounce = desk.one(BOUNCE)
    assert (bounce.kind, bounce.ticket) == ("message", asked.ticket)
    assert status(desk, asked) == "open"
    thread = desk.reader.thread(desk.reader.find(asked.number))
    assert [m.delivery for m in thread if m.kind == "outbound"] == ["bounced"]
    assert desk.reader.ticket(desk.reader.find(asked.number)).messages_in == 1


def test_a_bounce_that_comes_before_what_it_returns_ends_in_the_same_ticket(desk: Desk) -> None:
    """The first sync reads the inbox before the Sent folder."""
    asked, _bounce = desk.add(mail(id="q@x", at=NOW - 3000), BOUNCE)
    desk.one(mail("Re: Where?", "Here.", from_=US, to=ALICE, id="a@desk.example", references=["q@x"], at=NOW - 2000), "sent")
    thread = desk.reader.thread(desk.reader.find(asked.number))
    assert sorted(m.message_id for m in thread) == ["a@desk.example", "bounce@mx.example", "q@x"]


BOUNCE = f"""From: MAILER-DAEMON@mx.example
To: {DESK}
Subject: Undelivered Mail Returned to Sender
Date: Sun, 15 Jun 2025 15:05:00 +0000
Message-ID: <bounce@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

No such user.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {ALICE}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--B
Content-Type: text/rfc822-headers

Message-ID: <a@desk.example>
Subject: Re: Where?

--B--
""".encode()


def test_hostile_text_is_harmless_where_it_is_read(desk: Desk) -> None:
    evil = "[/bold]\x1b]52;c;ZXZpbA==\x07\u202egnp.exe"
    verdict = desk.one(
        mail("Hi", f"{evil}\x00\x9b31m", from_='"\x1b[31mEve" <eve@x.example>'.replace("\x1b", "=?utf-8?q?=1B?="), id="e@x")
        .replace(b"Subject: Hi", b"Subject: =?utf-8?b?Wy9ib2xkXRtdNTI7YztaWFpwYkE9PQfigK5nbnAuZXhl?=")
    )  # fmt: skip
    view = desk.reader.ticket(desk.reader.find(verdict.number))
    [card] = desk.reader.thread(view.row.id)
    shown = "".join((view.row.subject, view.row.requester_name, card.text, card.snippet, card.author_name, card.subject))
    assert not set(shown) & {chr(c) for c in (*range(9), *range(11, 32), *range(127, 160), 0x202E)}
    assert "[/bold]" in view.row.subject


def test_attachments_are_known_by_their_hash_and_stay_in_the_mail(desk: Desk) -> None:
    verdict = desk.one(mail(id="q@x", files=[("../../evil.sh", b"#!/bin/sh"), ("b.bin", b"same"), ("c.bin", b"same")]))
    view = desk.reader.ticket(desk.reader.find(verdict.number))
    [card] = desk.reader.thread(view.row.id)
    assert [a.size for a in card.attachments] == [9, 4, 4]
    assert [a.sha256 for a in card.attachments] == [sha256(data).hexdigest() for data in (b"#!/bin/sh", b"same", b"same")]
    assert [path.name for path in desk.store.path.parent.iterdir() if not path.name.startswith("desk.db")] == []
    assert view.row.attachments == 3
    assert desk.reader.count("has:attachment", "me", NOW) == (1, False)


def test_poison_is_quarantined_and_stops_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = parse

    def explode(raw: bytes, **more: Any) -> object:
        if b"poison" in raw:
            raise RecursionError("10,000 parts\x1b[31m")
        return real(raw, **more)

    monkeypatch.setattr(reading, "parse", explode)
    verdicts = desk.add(mail(id="a@x"), mail(id="p@x", body="poison"), mail(id="b@x", body="fine"))
    assert [v.kind for v in verdicts] == ["ticket", "quarantined", "ticket"]
    assert verdicts[1].rule == "RecursionError: 10,000 parts�[31m"
    again = desk.one(mail(id="p@x", body="poison"))
    assert (again.kind, again.mail_id) == ("quarantined", verdicts[1].mail_id)
    assert any(level == "warning" and "Quarantine" in what for level, what, _ in check(desk.store, POLICY))


def test_value_that_sqlite_refuses_is_quarantined_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = card

    def bad(parsed):  # type: ignore[no-untyped-def]
        made = real(parsed)
        if parsed.message_id == "p@x":
            object.__setattr__(made, "text", "lone \ud800 surrogate")
        return made

    monkeypatch.setattr(reading, "card", bad)
    verdicts = desk.add(mail(id="a@x"), mail(id="p@x", body="poison"), mail(id="b@x", body="fine"))
    assert [v.kind for v in verdicts] == ["ticket", "quarantined", "ticket"]
    assert desk.reader.count("", "me", NOW) == (2, False)


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 500, b"no header at all", b"From: \xff\xfe\n\n\xff", b"Subject: x\n" * 3000, b"\r" * 99]
)
def test_rubbish_is_a_message_like_any_other(desk: Desk, raw: bytes) -> None:
    verdicts = desk.add(raw, mail(id="a@x"))
    assert len(verdicts) == 2
    assert verdicts[1].kind == "ticket"
    assert check(desk.store, POLICY)[-1][0] == "ok"


def test_date_is_believed_within_reason(desk: Desk) -> None:
    late = desk.one(mail(id="l@x", at=NOW + 90_000, body="future"), at=NOW - 100)
    early = desk.one(mail(id="e@x", at=NOW - 10 * 86_400, body="past"), at=NOW - 100)
    undated = desk.one(b"From: a@x.example\nSubject: none\n\nx", at=NOW - 100)
    created = [desk.reader.ticket(desk.reader.find(v.number)).row.created_at for v in (late, early, undated)]
    assert created == [NOW, NOW - 100 - 86_400, NOW - 100]


def test_import_is_historical(desk: Desk) -> None:
    verdict = desk.one(mail(id="h@x"), "import")
    assert desk.reader.ticket(desk.reader.find(verdict.number)).historical
    assert desk.reader.con.execute("SELECT count(*) FROM rollup").fetchone() == (0,)


def test_window_fetched_twice_is_entered_once(desk: Desk) -> None:
    arrivals = [Arrival(mail(id=f"{n}@x", body=str(n)), NOW, "inbox", 1, 7, n) for n in range(1, 6)]
    with desk.store.begin() as con:
        con.execute(
            "INSERT INTO folder (account, name, role, uidvalidity, high_water, modseq, synced_at)"
            " VALUES ('a', 'INBOX', '', 7, 0, 0, 0)"
        )
    first = desk.ingest.add(arrivals[:3])
    second = desk.ingest.add(arrivals)
    assert [v.kind for v in second] == ["ticket"] * 5
    assert [v.mail_id for v in second[:3]] == [v.mail_id for v in first]
    assert desk.reader.con.execute("SELECT count(*), count(DISTINCT uid), sum(verdict = 'ticket') FROM ledger").fetchone() == (
        5,
        5,
        5,
    )


def test_killed_in_the_middle_leaves_no_half(tmp_path: Path) -> None:
    code = f"""
import os, sys
from hashlib import sha256
from pathlib import Path
from tests.store.shelf import Desk, mail
desk = Desk(Path({str(tmp_path)!r}))
print("ready", flush=True)
n = 0
while True:
    desk.add(*(mail(id=f"{{n + i}}@x", body=f"body {{n + i}}", files=[("f", os.urandom(2000))]) for i in range(20)))
    n += 20
    print(n, flush=True)
"""
    for after in (1, 3):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
        assert process.stdout is not None
        for _ in range(after + 1):
            process.stdout.readline()
        time.sleep(0.01 * after)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        desk = Desk(tmp_path)
        assert [line for line in check(desk.store, POLICY) if line[0] == "error"] == []
        con = sqlite3.connect(tmp_path / "desk.db")
        mails, raws, messages, bodies, found = (
            con.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("mail", "raw", "message", "body", "search_docsize")
        )
        con.close()
        assert mails == raws == messages == bodies == found
        assert mails % 20 == 0
        desk.close()
    assert mails >= 40


def test_two_processes_take_the_same_mails_in(tmp_path: Path) -> None:
    code = f"""
import sys
from hashlib import sha256
from pathlib import Path
from tests.store.shelf import Desk, mail
desk = Desk(Path({str(tmp_path)!r}))
for n in range(0, 120, 10):
    desk.add(*(mail(id=f"{{n + i}}@x", body=f"body {{n + i}}", references=[f"{{(n + i) // 3 * 3}}@x"]) for i in range(10)))
desk.close()
"""
    running = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, cwd=Path.cwd()) for _ in range(2)
    ]
    assert [process.communicate(timeout=120)[1] for process in running] == ["", ""]
    desk = Desk(tmp_path)
    assert desk.reader.con.execute("SELECT count(*) FROM mail").fetchone() == (120,)
    assert desk.reader.count("", "me", NOW) == (40, False)
    assert [line for line in check(desk.store, POLICY) if line[0] != "ok"] == []
    desk.close()


def test_ingest_closes_without_a_word(desk: Desk) -> None:
    with Ingest(desk.store, SETTINGS, POLICY) as other:
        assert other.add([]) == []
