"""Patterns of the settings: what is taken, what is refused, and where it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.config.load import check, load
from tui_desk.config.patterns import LONGEST, PatternError, compiled, found
from tui_desk.errors import ConfigError
from tui_desk.paths import Profile

GOOD = [
    (r"\[(JIRA-\d+)\]", "Re: [JIRA-123] x [JIRA-4]", "jira-123"),
    (r"\[([A-Z][A-Z0-9]+-\d+)\]", "AW: [OPS2-7]", "ops2-7"),
    (r"(?i)case\s*#?\s*:?\s*(?P<ref>\d{3,10})", "Your CASE #:  0045", "0045"),
    (r"(?P<what>\w+)-(?P<ref>\d+)", "abc-12", "12"),
    (r"INC\d{7,}", "inc1234567 INC7654321", "inc7654321"),
    (r"Case .*#(\d+)", "Case of Zoé #12", "12"),
    (r"\b(?:INC|REQ|CHG)(\d+)", "REQ77", "77"),
    (r"(?:ab){2,40}c(\d+)", "ababc3", "3"),
    (r"#(\d+)(?!\w)", "#12a #13", "13"),
    (r"Nr (\S+)", "Nr  ÄÖ-1", "äö-1"),
    (r"x(y)?z", "xz", ""),
    (r"never", "", ""),
]


@pytest.mark.parametrize(("pattern", "subject", "name"), GOOD, ids=[row[0] for row in GOOD])
def test_what_a_subject_names(pattern: str, subject: str, name: str) -> None:
    assert found(compiled(pattern), subject) == name


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[", "no regular expression"),
        ("(?P<ref>a)(?P<ref>b)", "no regular expression"),
        ("[[a]", "no regular expression"),
        ("(" * 5000, "no regular expression"),
        ("a*", "empty subject"),
        ("(JIRA)?", "empty subject"),
        (r"(\w)\1", "refers back"),
        (r"(a)?(?(1)b|c)", "refers back"),
        (r"(?=a*)x", "look-around"),
        ("(a+)+x", "repeat inside a repeat"),
        (r"(\w+\s?)*x", "repeat inside a repeat"),
        ("(a|aa)+x", "repeat inside a repeat"),
        (r"^(([a-z])+.)+[A-Z]([a-z])+$", "repeat inside a repeat"),
        (".*.*x", "same letters"),
        (r"\w+\d+x", "same letters"),
        (r"(\d+)-?(\d+)x", "same letters"),
        (r"(?i)[a-f]+[D-Z]+!", "same letters"),
        (r"[^x]+-[a-z-]+!", "same letters"),
        ("a?" * 20 + "b", "optional parts"),
        ("(?:ab|ca)" * 20 + "b", "optional parts"),
        ("(a{1,9}){1,9}b", "same letters"),
        ("x" * (LONGEST + 1), "too long"),
    ],
)
def test_what_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=why):
        compiled(pattern)


@given(st.text("ab(|)*+?.x[]{2,}\\wd^$-", max_size=12), st.text(max_size=40))
def test_a_pattern_is_taken_or_refused_with_a_sentence(pattern: str, subject: str) -> None:
    try:
        taken = compiled(pattern)
    except PatternError as error:
        said = str(error)
    else:
        said = f"{found(taken, subject)} was found."
    assert said.endswith(".")


def test_a_long_subject_is_read_as_far_as_the_limit() -> None:
    pattern = compiled(r"(\d+)")
    assert found(pattern, "x" * (LONGEST - 1) + "12") == "1"
    assert found(pattern, "x" * LONGEST + "12") == ""


SETTINGS = """\
[account]
address = "support@acme.test"
imap = "imaps://mail.acme.test:993"
smtp = "smtps://mail.acme.test:465"

[threading]
external_ref = ['\\[(JIRA-\\d+)\\]', 'Case (\\d+)']
external_ref_from = ["jira@corp.example", "@tracker.example"]
"""


def test_the_settings_hold_patterns_and_tell_their_line(tmp_path: Path) -> None:
    profile = Profile("test", tmp_path, tmp_path)
    profile.settings.write_text(SETTINGS, encoding="utf-8")
    assert load(profile, {}).threading.external_ref == (r"\[(JIRA-\d+)\]", r"Case (\d+)")
    assert check(profile, {}) == []
    profile.settings.write_text(SETTINGS.replace("Case (", "(Case+)+ (").replace("@tracker", "tracker"), encoding="utf-8")
    first, second = check(profile, {})
    assert (first.line, first.key) == (7, "threading.external_ref")
    assert "(Case+)+" in first.message
    assert (second.line, second.key) == (8, "threading.external_ref_from")
    with pytest.raises(ConfigError, match=r"line 7: threading\.external_ref: "):
        load(profile, {})
