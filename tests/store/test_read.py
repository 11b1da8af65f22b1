"""Reading: order, pages, counts and views that agree with each other, and search."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.store.shelf import NOW, POLICY, Desk, mail
from tui_desk.desk.events import Event, new_id
from tui_desk.desk.query import parse
from tui_desk.errors import NotFoundError, UsageError
from tui_desk.store import search
from tui_desk.store.views import query_of
from tui_desk.store.where import is_active
from tui_desk.store.write import append

QUERIES = (
    "", "is:open", "is:waiting", "is:done", "status:solved,pending", "tag:vip", "is:open tag:vip", "is:open -tag:vip",
    "assignee:me", "is:unassigned", "is:snoozed", "is:open -is:snoozed", "from:@odd.example", "from:alice", "subject:facture",
    "older:1h", "newer:1h", "has:note", "waiting:10m", "sla:<10h", "priority:high OR tag:vip", "(is:done OR is:open) -tag:vip",
    "facture", '"ma facture"', "-facture", "replies:0", "is:breached", "view:mine", "created:2025", "is:thanks", "nothinglikeit",
)  # fmt: skip


@pytest.fixture
def many(desk: Desk) -> Desk:
    """Sixty tickets of all sorts."""
    dice = random.Random(3)
    raws = [
        mail(
            dice.choice(["Ma facture n° 3", "Colis perdu", "Œuvre égarée"]),
            dice.choice(["Voici ma facture.", "Where is it?", "Merci d'avance !"]) + f" {n}",
            id=f"{n}@x",
            from_=dice.choice(["Alice <alice@customer.example>", "bob@odd.example", "carl@odd.example"]),
            at=NOW - dice.randrange(100_000),
        )
        for n in range(60)
    ]
    keys = [v.ticket for v in desk.add(*raws)]
    events = []
    for key in keys:
        kinds: list[tuple[Any, dict[str, Any]]] = [
            ("status", {"to": dice.choice(["open", "pending", "solved", "closed", "on_hold"])}),
            ("tag", {"add": [dice.choice(["vip", "x", "y"])], "remove": []}),
            ("assign", {"to": dice.choice(["me", "eve", None])}),
            ("priority", {"to": dice.choice(["high", "low"])}),
            ("snooze", {"until": NOW + dice.choice([-50, 50]), "on": "both"}),
            ("note", {"text": "une note"}),
        ]
        events += [Event(new_id(), NOW - 10, "me", key, *kind) for kind in dice.sample(kinds, dice.randrange(4))]
    append(desk.store, events, POLICY)
    return desk


@pytest.mark.parametrize("query", QUERIES)
def test_pages_ids_and_counts_agree(many: Desk, query: str) -> None:
    reader = many.reader
    ids = list(reader.ids(query, "me", NOW))
    assert len(ids) == len(set(ids))
    assert reader.count(query, "me", NOW) == (len(ids), False)
    paged: list[int] = []
    after = None
    while page := reader.page(query, "me", NOW, after=after, limit=7):
        paged += [row.id for row in page]
        after = (page[-1].due_at, page[-1].id)
    assert paged == ids
    assert [row.id for row in reader.rows(ids)] == ids
    assert len(reader.numbers(ids)) == len(ids)


def test_queries_find_what_they_say(many: Desk) -> None:
    reader = many.reader

    def rows(query: str) -> list[Any]:
        return reader.rows(list(reader.ids(query, "me", NOW)))

    assert {r.status for r in rows("is:open")} == {"new", "open"}
    assert {r.status for r in rows("is:done")} == {"solved", "closed"}
    assert all("vip" in r.tags for r in rows("tag:vip"))
    assert all(r.snoozed_until > NOW for r in rows("is:snoozed"))
    assert {r.assignee for r in rows("assignee:me")} == {"me"}
    assert {r.requester for r in rows("from:@odd.example")} == {"bob@odd.example", "carl@odd.example"}
    assert all("facture" in r.subject.lower() for r in rows("subject:FACTURE"))
    assert {r.id for r in rows("-tag:vip")} == {r.id for r in rows("")} - {r.id for r in rows("tag:vip")}
    assert len(rows("oeuvre egaree")) == len(rows("subject:œuvre")) > 0
    assert rows("is:open") == sorted(rows("is:open"), key=lambda r: (r.due_at, r.id))
    done = [r.updated_at for r in rows("is:done")]
    assert done == sorted(done, reverse=True)


def test_snooze_is_decided_when_it_is_read(many: Desk) -> None:
    asleep = many.reader.count("is:active is:snoozed", "me", NOW)[0]
    assert asleep > 0
    assert many.reader.count("is:active is:snoozed", "me", NOW + 50) == (0, False)
    assert many.reader.count("is:open -is:snoozed", "me", NOW + 50) == many.reader.count("is:open", "me", NOW)


def test_views(many: Desk) -> None:
    views = many.reader.views("me", {"vip": "tag:vip", "broken": "tag:"}, NOW)
    assert [v.id for v in views] == [
        "mine",
        "unassigned",
        "breaching",
        "open",
        "pending",
        "snoozed",
        "solved",
        "all",
        "vip",
        "broken",
    ]
    assert all(v.count == len(many.reader.ids(v.query, "me", NOW)) for v in views[:-1])
    assert views[-1].count == 0
    assert query_of("vip", {"vip": "tag:vip"}) == "tag:vip"
    with pytest.raises(NotFoundError):
        query_of("none", {})
    with pytest.raises(UsageError):
        many.reader.count("tag:", "me", NOW)


def test_counts_are_capped(many: Desk) -> None:
    assert many.reader.count("subject:facture OR -subject:facture", "me", NOW, cap=10) == (10, True)


def test_pages_use_the_partial_indexes(many: Desk) -> None:
    con = many.reader.con
    for query, index in (("", "ticket_due"), ("assignee:me", "ticket_assignee_due"), ("tag:vip", "ticket_tag_due")):
        part = next(iter(many.reader._parts(query, "me", NOW)))
        sql = f"EXPLAIN QUERY PLAN SELECT id FROM {part.source} WHERE {part.sql} ORDER BY {part.order} LIMIT 50"
        plan = " ".join(row[3] for row in con.execute(sql, part.values))
        assert index in plan
        assert "TEMP B-TREE" not in plan
    part = next(iter(many.reader._parts("is:open", "me", NOW)))
    sql = f"EXPLAIN QUERY PLAN SELECT id FROM ticket WHERE {part.sql} AND status = 'open' ORDER BY {part.order} LIMIT 50"
    plan = " ".join(row[3] for row in con.execute(sql, part.values))
    assert "ticket_status_due" in plan
    assert "TEMP B-TREE" not in plan


def test_activity_is_known_from_the_query() -> None:
    told = {q: is_active(parse(q).root) for q in ("is:open", "is:done", "", "tag:x", "-is:done is:active", "is:open OR is:done")}
    assert told == {
        "is:open": True,
        "is:done": False,
        "": None,
        "tag:x": None,
        "-is:done is:active": True,
        "is:open OR is:done": None,
    }


def test_search_newest_first_and_open_ended(desk: Desk) -> None:
    verdicts = desk.add(
        mail("Facture", "Le cœur du problème", id="1@x", at=NOW - 300),
        mail("Colis", "ma facture; ÉTÉ à la Straße", id="2@x", at=NOW - 200),
        mail("Autre", "facturation", id="3@x", at=NOW - 100),
    )
    reader = desk.reader
    numbers = {v.ticket: v.number for v in verdicts}
    assert len(numbers) == 3

    def found(words: str, **more: Any) -> list[int]:
        return [hit.ticket_id for hit in reader.search(words, **more)]

    assert found("facture") == [2, 1]
    assert found("factur") == [3, 2, 1]
    assert found("COEUR") == [1]
    assert found("été strasse") == [2]
    assert found('"ma facture"') == [2]
    assert found("facture", ranked=True)[0] == 1
    assert found("alice@customer.example", limit=2) == [3, 2]
    assert "cœur" in reader.search("coeur")[0].snippet


@pytest.mark.parametrize(
    "words", ['"', "*", "NEAR(", "a OR", "subject:", "-", "^a", "'; DROP TABLE ticket", "()", "a AND NOT", '""', "é" * 300]
)
def test_no_words_break_the_search(desk: Desk, words: str) -> None:
    desk.one(mail(id="1@x"))
    desk.reader.search(words)
    desk.reader.search(words, ranked=True)
    assert desk.reader.count("", "me", NOW) == (1, False)


def test_match_quotes_every_word() -> None:
    assert search.match('foo* OR "bar baz" x') == '"foo"* AND "or" AND "bar baz" AND "x"'
    assert search.match("foo", whole=True) == '"foo"'
    assert search.match("!!") == ""


def test_find_and_not_found(desk: Desk) -> None:
    verdict = desk.one(mail(id="1@x"))
    for ref in (verdict.number, f"#{verdict.number.lower()}", "<1@x>", "1@x", f" {verdict.number} "):
        assert desk.reader.find(ref) == 1
    for ref in ("#ZZZZ", "nobody@x", "", "\x1b[31m"):
        with pytest.raises(NotFoundError) as caught:
            desk.reader.find(ref)
        assert "\x1b" not in caught.value.message
    for call in (desk.reader.ticket, desk.reader.key, desk.reader.raw, desk.reader.message):
        with pytest.raises(NotFoundError):
            call(99)
    with pytest.raises(NotFoundError):
        desk.reader.contact("nobody@x")
    with pytest.raises(NotFoundError):
        desk.reader.attachment(desk.reader.thread(1)[0].id, 4)


def test_contact_and_last_action(many: Desk) -> None:
    reader = many.reader
    view = reader.contact("BOB@odd.example")
    assert view.tickets == len(reader.ids("from:bob@odd.example", "me", NOW))
    assert len(view.recent) == min(view.tickets, 20)
    assert len(reader.last_action("me")) == 1
    assert reader.last_action("nobody") == []
    keys = [reader.key(i) for i in list(reader.ids("", "me", NOW))[:3]]
    batch = [Event(new_id(), NOW, "me", key, "status", {"to": "spam", "batch": "b1"}) for key in keys]
    append(many.store, batch, POLICY)
    assert {row[0] for row in reader.last_action("me")} == {e.id for e in batch}


def test_newest_of_a_thread(desk: Desk) -> None:
    desk.add(*(mail("s", f"m{n}", id=f"{n}@x", references=["0@x"], at=NOW - 900 + n) for n in range(9)))
    assert [m.text.strip() for m in desk.reader.thread(1, newest=2)] == ["m7", "m8"]


def test_bench_store_is_a_store(tmp_path: Path) -> None:
    """The synthetic stores of bench/ are like real ones: what acts on them works."""
    from bench.store import fill
    from tui_desk.store.engine import Store
    from tui_desk.store.read import Reader

    path = tmp_path / "desk.db"
    fill(path, 500, now=NOW)
    reader = Reader(path)
    assert len(reader.ids("", "nadia", NOW)) == 500
    assert reader.count("view:all", "nadia", NOW) == (500, False)
    first = reader.page("is:open", "nadia", NOW, limit=1)[0]
    with closing(Store.open(path)) as store:
        append(store, [Event(new_id(), NOW, "nadia", reader.key(first.id), "status", {"to": "solved"})], POLICY)
    after = reader.ticket(first.id).row
    assert (after.status, after.subject, after.requester) == ("solved", first.subject, first.requester)
    assert reader.search("facture")
    reader.close()


def test_a_snippet_shows_what_was_searched_for_wherever_it_stands(desk: Desk) -> None:
    filler = "Nothing of note stands in this line of the letter.\n" * 400
    desk.one(
        mail("About a zeppelin", filler + "and then a xylophone came.", from_="Nora Quartz <nora@obsidian.example>", id="a@x")
    )
    for words, found in (
        ("xylophone", "xylophone"),
        ("zeppelin", "zeppelin"),
        ("quartz", "Quartz"),
        ("obsidian", "obsidian"),
        ("xylo", "xylophone"),
        ("obsidian xylophone", "xylophone"),
    ):
        (hit,) = desk.reader.search(words)
        assert (hit.found, hit.found in hit.snippet) == (found, True), words
    assert "then a xylophone came." in desk.reader.search("xylophone")[0].snippet
