"""The demo's mailbox: alive, varied, the same for the same seed, and understood by our own mail room."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from zoneinfo import ZoneInfo

import pytest

from tui_desk.demo.letters import stories
from tui_desk.demo.oddities import _HOSTILE
from tui_desk.demo.plan import Act, Posted
from tui_desk.demo.seed import _month, acts, seed
from tui_desk.desk.events import SYSTEM
from tui_desk.desk.ticket import PRIORITIES, STATUSES
from tui_desk.mail.parse import parse
from tui_desk.mail.types import Mail
from tui_desk.transport.memory import MemoryServer

NOW = 1_795_249_800  # Saturday, 2026-11-21 21:30 in Paris
DAY = 86_400


@pytest.fixture(scope="module")
def posted() -> tuple[Posted, ...]:
    return _month(NOW, 1)[0]


@pytest.fixture(scope="module")
def mails(posted: tuple[Posted, ...]) -> list[Mail]:
    return [parse(mail.raw) for mail in posted]


def test_the_same_seed_and_moment_give_the_same_bytes(posted: tuple[Posted, ...]) -> None:
    _month.cache_clear()
    assert _month(NOW, 1)[0] == posted
    assert _month(NOW, 2)[0] != posted


def test_seed_fills_a_mailbox() -> None:
    server = MemoryServer()
    assert seed(server, NOW) == sum(len(folder.messages) for folder in server.folders.values())
    assert 280 <= seed(MemoryServer(), NOW) <= 360
    assert len(server.folders["Sent"].messages) >= 80


@pytest.mark.parametrize("now", [NOW, NOW - 3 * DAY + 40_000, NOW + 40 * DAY - 30_000, NOW + 160 * DAY])
def test_all_of_it_is_in_the_last_month_and_some_of_it_is_fresh(now: int) -> None:
    times = [mail.at for mail in _month(now, 1)[0]]
    assert max(times) < now
    assert min(times) > now - 40 * DAY
    assert sum(now - at < DAY for at in times) >= 5
    assert all(act.at <= now for act in acts(now))


def test_agents_answer_in_working_hours(posted: tuple[Posted, ...]) -> None:
    for mail in posted:
        if mail.folder == "Sent":
            local = datetime.fromtimestamp(mail.at, UTC).astimezone(ZoneInfo("Europe/Paris"))
            assert local.weekday() < 5
            assert 9 <= local.hour < 18


def test_dates_and_ids_are_what_the_mailbox_says(posted: tuple[Posted, ...], mails: list[Mail]) -> None:
    for mail, parsed in zip(posted, mails, strict=True):
        assert parsed.message_id == mail.message_id
        assert parsed.date is not None
        assert abs(parsed.date - mail.at) <= 95


def test_a_comma_in_a_name_stays_in_the_name(mails: list[Mail]) -> None:
    assert "École Jules-Verne, CE2" in {mail.from_.name for mail in mails}


def test_threads_hang_together(mails: list[Mail]) -> None:
    known = {mail.message_id for mail in mails}
    answers = [mail for mail in mails if mail.references]
    assert len(answers) > 120
    assert all(set(mail.references) <= known for mail in answers)


def test_all_sorts_of_mail_are_there(posted: tuple[Posted, ...], mails: list[Mail]) -> None:
    kinds = Counter(mail.automatic.kind for mail in mails if mail.automatic)
    assert len(kinds) >= 3
    assert sum(mail.bounce is not None for mail in mails) == 1
    assert any("植木鉢" in mail.subject for mail in mails)
    assert any("🪴" in mail.subject for mail in mails)
    assert any(mail.subject == "" for mail in mails)
    assert any("\x1b" in mail.subject and "[/bold]" in mail.subject for mail in mails)
    assert sum(bool(mail.html) for mail in mails) >= 20
    assert {a.content_type for mail in mails for a in mail.attachments} >= {
        "image/png",
        "application/pdf",
        "text/csv",
        "text/plain",
    }
    assert any("De : " in mail.text and "Envoyé : " in mail.text for mail in mails)
    assert any(re.search(r"^On .* wrote:$", mail.text, re.MULTILINE) for mail in mails)
    again = [hash_ for hash_, n in Counter(mail.content_hash for mail in mails).items() if n > 1]
    assert len(again) == 1
    assert len({mail.raw for mail in posted}) == len(posted)
    assert _HOSTILE.isprintable() is False


def test_pictures_and_documents_are_real(mails: list[Mail]) -> None:
    files = {a.name: a.data for mail in mails for a in mail.attachments}
    assert len(files) >= 15
    for name, data in files.items():
        if name.endswith(".png"):
            assert data.startswith(b"\x89PNG\r\n\x1a\n")
            assert data.endswith(b"IEND\xaeB`\x82")
        if name.endswith(".pdf"):
            table = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
            assert data[table : table + 4] == b"xref"


def test_acts_speak_of_mails_that_are_there(mails: list[Mail]) -> None:
    known = {mail.message_id for mail in mails}
    done = acts(NOW)
    assert {act.message_id for act in done} <= known
    assert {act.data["message_id"] for act in done if act.type == "replied"} <= known
    assert [act.at for act in done] == sorted(act.at for act in done)
    assert {act.agent for act in done} == {"nadia", "theo", "susan", SYSTEM}
    assert {act.type for act in done} >= {"assign", "status", "priority", "type", "tag", "note", "replied", "snooze"}


def test_acts_use_the_fields_words() -> None:
    for act in acts(NOW):
        match act:
            case Act(type="status"):
                assert act.data["to"] in STATUSES
            case Act(type="priority"):
                assert act.data["to"] in PRIORITIES


def test_every_sent_mail_has_its_author(posted: tuple[Posted, ...]) -> None:
    told = {act.data["message_id"] for act in acts(NOW) if act.type == "replied"}
    assert {mail.message_id for mail in posted if mail.folder == "Sent"} == told


def test_the_stories_are_all_different() -> None:
    told = [story for name in ("fr", "en", "short", "live") for story in stories(name)]
    assert len(told) >= 140
    assert len({story.subject for story in told}) == len(told)
    texts = [turn.text for story in told for turn in story.turns]
    assert len(set(texts)) == len(texts)
    assert {story.language for story in told} == {"fr", "en"}
    assert all(turn.text for story in told for turn in story.turns)


def test_nobody_real_is_written_to(posted: tuple[Posted, ...]) -> None:
    for mail in posted:
        head = message_from_bytes(mail.raw)
        for field in ("From", "To"):
            assert re.search(r"@[\w.-]+\.example>?$", str(head[field])), head[field]
