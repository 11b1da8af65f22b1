"""Skeletons: what is kept of a large mail reads like the mail, and a server's wrong word is found out."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.large import PNG, TEXT, large
from tui_desk.mail import mime, skeleton
from tui_desk.mail.parse import parse
from tui_desk.mail.structure import Node
from tui_desk.mail.types import Mail, OnServer
from tui_desk.transport.sections import Sections, cut_down

BIG = skeleton.SMALL + 1000


def made(raw: bytes, root: Node | None = None) -> bytes | None:
    """The skeleton of `raw`, if the server says it is built as `root`."""
    truth = Sections(raw)
    root = root or truth.structure
    asked = skeleton.plan(root)
    heads = {"": truth.of("")[0]} | {node.section: truth.of(node.section)[0] for node in root.inner()}
    bodies = {wanted.section: truth.of(wanted.section)[1][: wanted.most] for wanted in asked}
    return skeleton.assemble(root, heads, bodies, asked)


def test_the_truth_is_believed() -> None:
    raw = made(large(BIG))
    assert raw is not None
    assert parse(raw, partial=True).text.split() == TEXT.split()


def test_without_the_stores_word_the_field_means_nothing() -> None:
    raw = made(large(BIG))
    assert raw is not None
    assert all(file.on_server is None for file in parse(raw).attachments)


class TestLies:
    """A structure that is not the message's own."""

    raw = large(BIG, more=(("b.bin", bytes(BIG)),))

    def lied(self, *children: Node) -> bytes | None:
        return made(self.raw, Node("", "multipart/mixed", 0, children))

    def test_a_part_that_is_not_there(self) -> None:
        """Nothing comes of it: an empty part is shown, nothing else moves."""
        truth = Sections(self.raw).structure
        raw = made(self.raw, replace(truth, children=(*truth.children, Node("5", "text/plain", 9))))
        assert raw is not None
        assert parse(raw, partial=True).text.split() == TEXT.split()

    def test_a_multipart_that_is_said_to_be_one_part(self) -> None:
        one, _two, *more = Sections(self.raw).structure.children
        assert self.lied(one, Node("2", "text/plain", 200), *more) is None

    def test_one_part_that_is_said_to_be_a_multipart(self) -> None:
        _one, two, *more = Sections(self.raw).structure.children
        assert self.lied(Node("1", "multipart/mixed", 0, (Node("1.1", "text/plain", 20),)), two, *more) is None

    def test_a_text_that_is_longer_than_said(self) -> None:
        raw = large(BIG, text="ligne\r\n" * 1000)
        one, two, *more = Sections(raw).structure.children
        short = replace(two, children=tuple(replace(leaf, octets=70) for leaf in two.children))
        built = made(raw, Node("", "multipart/mixed", 0, (one, short, *more)))
        assert built is not None
        mail = parse(built, partial=True)
        assert mail.text.startswith("ligne\n" * 100)
        assert ("body.txt", 70) in [(file.name, file.size) for file in mail.attachments if file.on_server]

    def test_a_message_without_a_boundary(self) -> None:
        assert made(self.raw.replace(b'; boundary="=-outer"', b"", 1), Sections(self.raw).structure) is None


@pytest.mark.parametrize("letters", ["é", "日", "🙂"])
@pytest.mark.parametrize("shift", range(4))
def test_a_long_text_is_never_cut_within_a_letter(letters: str, shift: int) -> None:
    text = "x" * shift + "\n" + f"{letters * 20}\n" * (skeleton.TEXT // len(letters.encode()) // 18)
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["Message-ID"] = "a@example.org", "<long@example.org>"
    mail.set_content(text, cte="8bit")
    raw, truncated = cut_down(mail.as_bytes())
    assert truncated
    read = parse(raw, partial=True)
    assert len(read.text) > 1000
    assert text.startswith(read.text)


class TestBeginning:
    """The first bytes of a mail whose structure makes no sense."""

    raw = large(400_000, more=(("b.bin", bytes(400_000)),)).replace(
        b"--=-outer\r\n", b"--=-outer\r\nContent-Type: text/plain\r\n\r\nfirst\r\n--=-outer\r\n", 1
    )

    def read(self, raw: bytes) -> Mail:
        return parse(skeleton.beginning(raw[: 256 * 1024], len(raw)), partial=True)

    def test_a_file_that_is_cut_in_two_is_not_shown_as_whole(self) -> None:
        mail = self.read(self.raw)
        assert mail.text == "first"
        assert [(file.name, file.on_server) for file in mail.attachments] == [("message.eml", OnServer("", len(self.raw)))]

    def test_files_before_the_cut_are_whole(self) -> None:
        mail = self.read(large(1000, more=(("b.bin", bytes(400_000)),)))
        assert [(file.name, len(file.data)) for file in mail.attachments[:2]] == [("journal.bin", 1000), ("logo.png", len(PNG))]
        assert mail.attachments[2].on_server is not None

    def test_another_delivery_is_the_same_message(self) -> None:
        again = b"Received: by another.example.org; Thu, 19 Nov 2026 10:00:01 +0000\r\n" + self.raw
        assert self.read(self.raw).content_hash == self.read(again).content_hash


class TestForged:
    """What a sender writes under our field's name."""

    @pytest.mark.parametrize("name", ["X-Desk-On-Server", "x-DESK-on-server"])
    def test_is_made_harmless(self, name: str) -> None:
        forged = f"{name}: section=7; octets=1\r\nContent-Disposition".encode()
        raw = made(large(BIG).replace(b"Content-Disposition", forged))
        assert raw is not None
        away = [file.on_server.section for file in parse(raw, partial=True).attachments if file.on_server]
        assert away == ["1"]

    def test_in_the_beginning_of_a_mail_too(self) -> None:
        raw = skeleton.beginning(b"\r\nX-Desk-On-Server: section=1; octets=3\r\nSubject: s\r\n\r\nbody\r\n", 99)
        mail = parse(raw, partial=True)
        assert [(file.name, file.on_server) for file in mail.attachments] == [("message.eml", OnServer("", 99))]
        assert (mail.subject, mail.text) == ("s", "body\n")

    @pytest.mark.parametrize(
        "value",
        ["", "section=; octets=", "section=1", "octets=1; section=1", "section=1; octets=-1", "section=a; octets=1",
         "section=1; octets=99999999999999999", "section=1; octets=1 more"],
    )  # fmt: skip
    def test_facts_that_are_none(self, value: str) -> None:
        raw = f"Content-Type: application/pdf\r\nX-Desk-On-Server: {value}\r\n\r\nx".encode()
        part = mime.tree(raw, [])
        assert skeleton.on_server(part) is None
        assert skeleton.whole(part) is None


class TestIdentity:
    def test_another_delivery_has_the_same_hash(self) -> None:
        raw = large(BIG)
        again = b"Received: by x; Thu, 19 Nov 2026 10:00:01 +0000\r\nX-Spam: 1\r\n" + raw
        first, second = (parse(made(each) or b"", partial=True) for each in (raw, again))
        assert first.content_hash == second.content_hash

    def test_another_file_has_another(self) -> None:
        first, second = (parse(made(large(size)) or b"", partial=True) for size in (BIG, BIG + 100))
        assert first.content_hash != second.content_hash

    def test_the_beginning_counts_without_its_size(self) -> None:
        one, two = (parse(skeleton.beginning(b"Subject: s\r\n\r\nx\r\n", n), partial=True) for n in (1000, 2000))
        assert one.content_hash == two.content_hash


TEXTS = st.text(st.sampled_from("aé日 .\n-=_"), min_size=1, max_size=200)
SIZES = st.sampled_from([0, 1, 500, skeleton.SMALL // 2, BIG])


@given(st.lists(st.one_of(TEXTS, SIZES), min_size=1, max_size=6), st.booleans())
def test_a_skeleton_reads_like_its_message(parts: list[str | int], nested: bool) -> None:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["Message-ID"], mail["Subject"] = "a@example.org", "<p@example.org>", "s"
    mail.set_content("first\n")
    if nested:
        mail.add_alternative("<p>first</p>", subtype="html")
    for n, part in enumerate(parts):
        if isinstance(part, str):
            mail.add_attachment(part, filename=f"{n}.txt") if n % 2 else mail.add_attachment(part, disposition="inline")
        else:
            mail.add_attachment(bytes(part), maintype="application", subtype="octet-stream", filename=f"{n}.bin")
    raw = mail.as_bytes()
    built = made(raw)
    assert built is not None
    whole, kept = parse(raw), parse(built, partial=True)
    assert (kept.text, kept.html, kept.subject) == (whole.text, whole.html, whole.subject)
    assert [(a.name, a.content_type) for a in kept.attachments] == [(a.name, a.content_type) for a in whole.attachments]
    for there, away in zip(whole.attachments, kept.attachments, strict=True):
        assert (away.on_server is None) == (len(there.data) < skeleton.SMALL) if there.name.endswith(".bin") else True
        assert away.data == there.data or away.on_server is not None
        assert abs(away.size - there.size) <= 4
    for away in kept.attachments:
        if away.on_server is not None:
            section = Sections(raw).of(away.on_server.section)
            assert skeleton.names_of(section[0]) == skeleton.names(built, away.on_server.section)
