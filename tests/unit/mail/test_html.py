"""HTML as text: what a person sees, and nothing that was hidden from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail.html import to_text

CASES = {
    "paragraphs": ("<p>one  two\n three</p><p>four</p>", "one two three\n\nfour\n"),
    "breaks": ("a<br>b<br><br>c", "a\nb\n\nc\n"),
    "divs of Gmail": ("<div>a</div><div><br></div><div>b</div>", "a\n\nb\n"),
    "lists": ("<ul><li>a<li>b<ol><li>c<li>d</ol></ul>", "- a\n- b\n  1. c\n  2. d\n"),
    "start of a list": ('<ol start="3"><li>c</ol>', "3. c\n"),
    "table": ("<table><tr><th>n</th><th>€</th></tr><tr><td>1</td><td>12</td></tr></table>", "n | €\n1 | 12\n"),
    "layout table": ("<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a\n\nb\n"),
    "link": ('see <a href="https://evil.test/x">bank.test</a>.', "see bank.test <https://evil.test/x>.\n"),
    "link that says its target": ('<a href="https://x.test/">x.test</a>', "x.test\n"),
    "mailto": ('<a href="mailto:a@x.test?subject=b">a@x.test</a>', "a@x.test\n"),
    "script as target": ('<a href="javascript:alert(1)">click</a>', "click\n"),
    "quote": ("<p>own</p><blockquote><p>a</p><p>b</p><blockquote>c</blockquote></blockquote>", "own\n\n> a\n>\n> b\n>\n> > c\n"),
    "pre": ("<pre>a\n   b</pre>", "a\n   b\n"),
    "entities": ("&eacute;&nbsp;&euro;&#8217;&lt;b&gt;", "é\u00a0€’<b>\n"),
    "image": ('<img src="x.png" alt="the  logo">', "[the logo]\n"),
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
]


@pytest.mark.parametrize(("html", "text"), CASES.values(), ids=CASES.keys())
def test_what_is_seen(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize("html", HIDDEN)
def test_what_is_hidden_is_dropped(html: str) -> None:
    assert to_text(f"<p>before</p>{html}<p>after</p>") == "before\n\nafter\n"


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
