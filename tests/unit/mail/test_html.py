"""HTML as text: what a person sees, and nothing that was hidden from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import links
from tui_desk.mail.alternative import better_as_html
from tui_desk.mail.html import read, to_text
from tui_desk.mail.parse import parse

CASES = {
    "paragraphs": ("<p>one  two\n three</p><p>four</p>", "one two three\n\nfour\n"),
    "breaks": ("a<br>b<br><br>c", "a\nb\n\nc\n"),
    "divs of Gmail": ("<div>a</div><div><br></div><div>b</div>", "a\n\nb\n"),
    "lists": ("<ul><li>a<li>b<ol><li>c<li>d</ol></ul>", "- a\n- b\n  1. c\n  2. d\n"),
    "start of a list": ('<ol start="3"><li>c</ol>', "3. c\n"),
    "table": ("<table><tr><th>n</th><th>€</th></tr><tr><td>1</td><td>12</td></tr></table>", "n | €\n1 | 12\n"),
    "layout table": ("<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a\n\nb\n"),
    "link": ('see <a href="https://evil.test/x">bank.test</a>.', "see bank.test <⚠ https://evil.test/x>.\n"),
    "link within a domain": ('<a href="https://mail.x.co.uk/a">shop.x.co.uk</a>', "shop.x.co.uk <https://mail.x.co.uk/a>\n"),
    "link of a whole address": ('<a href="https://www.x.test/a/">http://x.test/a</a>', "http://x.test/a\n"),
    "link around a heading": ('<a href="https://x.test"><h2>Sale</h2></a>', "Sale <https://x.test>\n"),
    "link around an image": ('<a href="https://x.test"><img src="cid:a" alt="Sale"></a>', "[▣ Sale] <https://x.test>\n"),
    "link that says its target": ('<a href="https://x.test/">x.test</a>', "x.test\n"),
    "mailto": ('<a href="mailto:a@x.test?subject=b">a@x.test</a>', "a@x.test\n"),
    "script as target": ('<a href="javascript:alert(1)">click</a>', "click\n"),
    "quote": ("<p>own</p><blockquote><p>a</p><p>b</p><blockquote>c</blockquote></blockquote>", "own\n\n> a\n>\n> b\n>\n> > c\n"),
    "pre": ("<pre>a\n   b</pre>", "a\n   b\n"),
    "entities": ("&eacute;&nbsp;&euro;&#8217;&lt;b&gt;", "é\u00a0€’<b>\n"),
    "image": ('<img src="x.png" alt="the  logo">', "[▣ the logo]\n"),
    "image of the mail": ('see <img src="cid:1@x"> here', "see [▣] here\n"),
    "columns": (
        "<table><tr><th>Item<th>Price</tr><tr><td>Lamp<td>12 €</tr><tr><td>Table, oak<td></tr></table>",
        "Item | Price\nLamp | 12 €\nTable, oak\n",
    ),
    "columns of paragraphs": (
        "<table><tr><td><p>a</p></td><td><p>bb</p></td></tr><tr><td><p>cc</p></td><td><p>d</p></td></tr></table>",
        "a  | bb\ncc | d\n",
    ),
    "columns of a layout": (
        '<table role="presentation"><tr><td><p>a</p><td><p>b</p></tr><tr><td><p>c</p><td><p>d</p></tr></table>',
        "a\n\nb\n\nc\n\nd\n",
    ),
    "cells of many lines": ("<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc\n"),
    "table in a quote": ("<blockquote><table><tr><td>a</td><td>b</td></tr></table></blockquote>", "> a | b\n"),
    "table in a table": (
        "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr><tr><td>c</td></tr></table>",
        "a | b\n\nc\n",
    ),
    "spacer cells": ("<table><tr><td>a</td><td>&nbsp;</td><td>b</td></tr></table>", "a | b\n"),
    "office paragraphs": (
        '<p class="MsoNormal">a</p><p class="MsoNormal">b</p><p class="MsoNormal">&nbsp;</p><p style="margin:0">c</p>',
        "a\nb\n\nc\n",
    ),
    "paragraphs with a margin": ('<p style="margin:0 0 10px">a</p><p style="margin-left:0">b</p>', "a\n\nb\n"),
    "many breaks": ("a" + "<br>" * 9 + "b", "a\n\n\nb\n"),
    "numbers of items": ('<ol><li>a<li value="7">b<li>c</ol>', "1. a\n7. b\n8. c\n"),
    "fillers of a preview": ("a&#847;&zwnj;&nbsp;&#8199;&#847;&zwnj;&nbsp;b so&shy;ft", "a b soft\n"),
    "Persian joiners": ("می\u200cخواهم", "می\u200cخواهم\n"),
    "Yahoo's quote": (
        '<p>own</p><div class="yahoo_quoted"><div>S wrote:</div><div>old</div></div>',
        "own\n\n> S wrote:\n> old\n",
    ),
    "a marked signature": ('<div>own</div><div class="gmail_signature"><div>Inès</div></div>', "own\n--\nInès\n"),
    "Outlook's comments": ("a<!--[if mso]><p>only in Outlook</p><![endif]--><![if !mso]>b<![endif]>", "ab\n"),
    "tracking pixel": ('a<img src="http://t.test/p.gif" width="1" height="1" alt="open">', "a\n"),
    "image without words": ('a<img src="http://t.test/p.gif">', "a\n"),
    "heading": ("<h1>A</h1>b", "A\n\nb\n"),
    "empty": ("<html><head><title>t</title><style>p{}</style></head><body> \n</body></html>", ""),
}
HIDDEN = [
    '<div style="display:none">secret</div>',
    '<span style="color:red; DISPLAY : none !important">secret</span>',
    '<p style="visibility:hidden">secret</p>',
    '<div style="font-size:0px;">secret</div>',
    '<div style="max-height:0">secret</div>',
    '<div style="mso-hide:all">secret</div>',
    '<div style="opacity:0">secret</div>',
    "<div hidden>secret</div>",
    "<script>secret</script>",
    "<style>secret</style>",
    "<!-- secret -->",
    "<template>secret</template>",
    "<head><title>secret</title></head>",
    "<object>secret</object>",
    '<div style="font-size:1px;color:#fff">secret</div>',
    '<div style="color:#ffffff;background-color:white">secret</div>',
    '<div style="background:#eee"><span style="color:rgb(238, 238, 238)">secret</span></div>',
    '<font color="#ffffff">secret</font>',
    '<p style="color:transparent">secret</p>',
    '<div style="height:0;overflow:hidden">secret</div>',
    '<div style="text-indent:-9999px">secret</div>',
    '<div style="position:absolute;left:-10000px">secret</div>',
    '<style>.pre, p.x { display:none }</style><div class="a pre">secret</div>',
    '<style>/* .none { } */ .c{display:none} /* x</style><p class="c">secret</p>',
    '<style>@media print { .y {color:red} } #z{visibility:hidden}</style><p id="z">secret</p>',
    '<img src="cid:x" alt="secret" style="display:none">',
]


@pytest.mark.parametrize(("html", "text"), CASES.values(), ids=CASES.keys())
def test_what_is_seen(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize("html", HIDDEN)
def test_what_is_hidden_is_dropped(html: str) -> None:
    assert to_text(f"<p>before</p>{html}<p>after</p>") == "before\n\nafter\n"


@pytest.mark.parametrize(
    "html",
    [
        '<td style="font-size:0px"><div style="font-size:13px">shown</div></td>',
        '<div style="background:#000000"><p style="color:#ffffff">shown</p></div>',
        '<table bgcolor="#003366"><tr><td><font color="white">shown</font></td></tr></table>',
        "<style>@media (max-width:600px) { .m { display:none } }</style><p class='m'>shown</p>",
        "<style>.a .b { display:none } .c:hover{display:none}</style><p class='b c'>shown</p>",
        '<p style="background:url(http://x.test/i.png);color:#fff">shown</p>',
        '<div style="color:#fff"><span style="color:#333">shown</span></div>',
        '<style>.b{background:#00f}</style><table bgcolor="#ffffff"><tr><td><a class="b" style="color:#fff">shown</a></table>',
    ],
)
def test_what_only_seems_hidden_stays(html: str) -> None:
    assert to_text(html) == "shown\n"


def test_what_is_left_out_is_told() -> None:
    reading = read(
        '<p style="display:none">see you there</p><img src="http://t.test/o.gif" width=1 height=1>'
        '<a href="https://evil.test/in">www.bank.test</a>'
    )
    assert (reading.hidden, reading.pixels, reading.belied) == (11, 1, ("https://evil.test/in",))
    assert reading.notes == (
        "hidden text (11 characters)",
        "tracking pixels: 1",
        "a link that shows another address leads to evil.test",
    )
    assert read("<p>all is shown</p>").notes == ()


PIXEL = '<img width="1" height="1" src="https://t.test/o.gif">'


@pytest.mark.parametrize(
    ("page", "pixels"),
    [
        (PIXEL, 1),
        (PIXEL * 3, 3),
        ("<IMG SRC='//t.test/o' HEIGHT=0>", 1),
        ('<img style="display:none" src=https://t.test/o>', 1),
        ('<img src="https://t.test/logo.png" width="120" height="1100">', 0),
        ('<img src="cid:spacer" width="1" height="1">', 0),
        ('<img src="data:image/gif;base64,R0lGOD" width="1" height="1">', 0),
        ('<img width="1" height="1">', 0),
        ("<p>imagine</p>", 0),
    ],
)
def test_pixels_are_counted_whichever_text_is_read(page: str, pixels: int) -> None:
    from tui_desk.mail import pixels as counted

    told = (f"tracking pixels: {pixels}",) if pixels else ()
    html = f"<html><body><p>The parcel came today, thank you.</p>{page}</body></html>"
    alone = parse(b"Content-Type: text/html\n\n" + html.encode())
    beside = parse(
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nThe parcel came today, thank you.\n"
        b"--b\nContent-Type: text/html\n\n" + html.encode() + b"\n--b--\n"
    )
    assert counted.count(html) == alone.pixels == beside.pixels == pixels
    for mail in (alone, beside):
        assert tuple(defect for defect in mail.defects if "pixels" in defect) == told
    assert (alone.hidden, beside.hidden) == (0, 0)


def test_what_a_screen_reader_passes_over_is_seen_and_stays() -> None:
    assert to_text('<p>Total <span aria-hidden="true">→</span> 12 €</p>') == "Total → 12 €\n"


@pytest.mark.parametrize("style", ["font-size:10px", "opacity:0.5", "max-height:09px", "display:block"])
def test_what_is_shown_stays(style: str) -> None:
    assert to_text(f'<div style="{style}">shown</div>') == "shown\n"


def test_deep_nesting_keeps_its_words() -> None:
    text = to_text("<table><tr><td>word " * 20_000)
    assert text.count("word") == 20_000
    assert to_text("<div>" * 5000 + "in the middle" + "</div>" * 5000) == "in the middle\n"


def test_work_grows_with_the_size_not_its_square() -> None:
    import time

    def cost(tables: int) -> float:
        best = 9.0
        for _ in range(3):
            begun = time.process_time()
            to_text("<table><tr><td>" * tables)
            best = min(best, time.process_time() - begun)
        return best

    assert cost(80_000) < 24 * max(cost(10_000), 0.001)


@given(st.text())
def test_any_text_is_taken(html: str) -> None:
    to_text(html).encode()


TAGS = "<p> <div> <b> </b> </div> <table> <tr> <td> <li> <ul> </ul> <blockquote> </blockquote> <pre> word \n <br> <q> </q>"


@given(st.lists(st.sampled_from([*TAGS.split(" "), "<a href='http://x'>", "</a>"]), max_size=40))
def test_any_nesting_keeps_the_words(pieces: list[str]) -> None:
    assert to_text("".join(pieces)).count("word") == pieces.count("word")


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<table><tr><td>a</td><td>",
            "<tr><td>a<td>b",
            "<blockquote>a",
            "<ul><li>a",
            "<p>&nbsp;</p>",
            "<br>",
            "<style>.a{display:none}",
        ),
        *(
            "<a href='http://x.test/a'>y.test</a>",
            "<p style='color:#123456;font-size:3px'>a</p>",
            "<!--",
            "<div class=yahoo_quoted>a",
        ),
    ],
)
def test_no_page_costs_more_than_its_size(piece: str) -> None:
    import time

    def cost(count: int) -> float:
        best = 9.0
        for _ in range(3):
            begun = time.process_time()
            to_text(piece * count)
            best = min(best, time.process_time() - begun)
        return best

    assert cost(16_000) < 24 * max(cost(2_000), 0.001)


@pytest.mark.parametrize(
    ("shown", "target", "wrong"),
    [
        ("bank.test", "https://evil.test/", True),
        ("https://bank.test/login", "http://bank.test.evil.example/login", True),
        ("bank.test", "https://login.bank.test/", False),
        ("www.shop.co.uk", "https://other.co.uk/", True),
        ("Click here", "https://evil.test/", False),
        ("version 2.0", "https://x.test/", False),
        ("a@bank.test", "mailto:a@evil.test", False),
    ],
)
def test_links_whose_words_belie_them(shown: str, target: str, wrong: bool) -> None:
    assert links.belied(shown, target) is wrong


def test_targets_can_be_taken_away() -> None:
    text = to_text('<a href="https://x.test/a?b=c">here</a> and <a href="https://evil.test">bank.test</a>, 3 < 4')
    assert links.without_targets(text) == "here and bank.test, 3 < 4\n"
    assert links.targets(text) == ["https://x.test/a?b=c", "⚠ https://evil.test"]


WORDS = "<html><body>" + "<p>The parcel came today, and two of the glasses are broken. What now?</p>" * 3 + "</body></html>"


@pytest.mark.parametrize(
    ("plain", "better"),
    [
        ("Your program shows no HTML.", True),
        ("see here <https://x.test/abc> and [cid:1]", True),
        ("The parcel came today, and two of the glasses are broken. What now? " * 3, False),
        ("The parcel came today, and two of the glasses are broken. What now? " * 2, False),
    ],
)
def test_which_of_the_two_texts_is_read(plain: str, better: bool) -> None:
    assert better_as_html(WORDS, plain) is better


@pytest.mark.parametrize("piece", ["<!--", "<style>", "<", "<a ", "&amp", "<p>&nbsp;"])
def test_the_choice_costs_no_more_than_the_size(piece: str) -> None:
    import time

    begun = time.process_time()
    better_as_html(piece * (200_000 // len(piece)), "a plain text")
    assert time.process_time() - begun < 1


def test_a_stub_is_not_the_text_of_a_mail() -> None:
    raw = (
        b"From: a@x.test\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nNo HTML?\n--b\nContent-Type: text/html\n\n" + WORDS.encode() + b"\n--b--\n"
    )
    assert parse(raw).text.startswith("The parcel came today")


def test_the_record_of_a_mail_holds_words_and_targets_apart() -> None:
    from tui_desk.mail.record import record

    raw = b'From: a@x.test\nContent-Type: text/html\n\n<p>See <a href="https://x.test/1">the list</a>.</p><img src=x width=1>'
    found = record(raw)
    assert (found["text"], found["links"], found["reply"]) == ("See the list.\n", ["https://x.test/1"], "See the list.")
    assert "tracking pixels: 1" in found["defects"]


@pytest.mark.parametrize("piece", ["/* ", "{", "}", ".a,", "a{display:none}", "@media{"])
def test_no_style_sheet_costs_more_than_its_size(piece: str) -> None:
    import time

    from tui_desk.mail.visible import hidden_classes

    begun = time.process_time()
    hidden_classes(piece * (200_000 // len(piece)))
    assert time.process_time() - begun < 1


def test_a_picture_in_an_attribute_costs_nothing_and_takes_no_text_along() -> None:
    picture = "iVBORw0KGgo" * 20_000
    html = f'<p>Before</p><img alt="chart" src="data:image/png;base64,{picture}"><p title="{picture}">After</p>'
    assert to_text(html) == "Before\n\nAfter\n"
    assert to_text("<" * 300_000 + "p>text").endswith("text\n")
