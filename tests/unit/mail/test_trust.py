"""Signs that a sender may not be who the name says."""

from __future__ import annotations

import pytest

from tui_desk.mail.parse import parse
from tui_desk.mail.trust import failed_method, look_alike, signs

OWN = frozenset({"acme-support.test", "acme.test"})


@pytest.mark.parametrize(
    ("domain", "taken_for"),
    [
        ("acme.test", ""),
        ("mail.acme.test", ""),
        ("other.test", ""),
        ("acne.test", "acme.test"),
        ("acm.test", "acme.test"),
        ("amce.test", "acme.test"),
        ("acme-supp0rt.test", "acme-support.test"),
        ("асme.test", "acme.test"),  # Cyrillic а and с
        ("xn--me-6kc2b.test", ""),
        ("acrne.test", "acme.test"),
        ("äcme.test", "acme.test"),
        ("", ""),
    ],
)
def test_a_domain_that_the_eye_takes_for_ours(domain: str, taken_for: str) -> None:
    assert look_alike(domain, OWN) == taken_for


def test_punycode_is_read_as_it_is_shown() -> None:
    shown = "аcme.test"
    assert look_alike("xn--" + shown.partition(".")[0].encode("punycode").decode() + ".test", OWN) == "acme.test"


def test_short_names_that_differ_in_a_letter_are_others() -> None:
    assert look_alike("ab.fr", {"ac.fr"}) == ""


@pytest.mark.parametrize(
    ("results", "failed"),
    [
        ([], ""),
        (["mx.acme.test; spf=pass smtp.mailfrom=a@x.test; dkim=pass; dmarc=pass"], ""),
        (["mx.acme.test; spf=pass; dkim=fail (bad; signature) header.d=x.test; dmarc=fail (p=none) header.from=x.test"], "dmarc"),
        (["mx.acme.test; spf=softfail smtp.mailfrom=x.test"], "spf"),
        (["mx.acme.test; spf=fail; dkim=pass header.d=list.test"], ""),
        (["mx.acme.test; dkim=fail", "mx.acme.test; dkim=pass header.d=x.test"], ""),
        (["mx.acme.test; dkim=fail", "evil.test; dkim=pass; dmarc=pass"], "dkim"),
        (["mx.acme.test 1; none"], ""),
    ],
)
def test_what_the_receiving_server_said(results: list[str], failed: str) -> None:
    assert failed_method(results) == failed


@pytest.mark.parametrize(
    ("servers", "failed"),
    [
        ((), "dmarc"),
        (("filter.acme.test",), "dmarc"),
        (("mx.acme.test",), ""),
        (("mx.acme.test", "filter.acme.test"), ""),  # one that passes is enough
        (("elsewhere.test",), ""),
    ],
)
def test_the_server_that_is_believed_can_be_named(servers: tuple[str, ...], failed: str) -> None:
    results = ["filter.acme.test; dmarc=fail", "MX.Acme.Test 1; spf=pass; dmarc=pass", "evil.test; dmarc=pass"]
    assert failed_method(results, servers) == failed


def _mail(*headers: str) -> tuple[str, ...]:
    raw = "\r\n".join([*headers, "Message-ID: <1@x.test>", "Subject: s", "", "body"]).encode()
    return signs(parse(raw), OWN)


def test_an_ordinary_mail_has_no_sign() -> None:
    assert _mail("From: Jo <jo@x.test>", "Reply-To: jo@mail.x.test") == ()


def test_an_answer_that_goes_elsewhere() -> None:
    assert _mail("From: Jo <jo@x.test>", "Reply-To: jo@evil.test") == ("reply_to:jo@evil.test",)
    assert _mail("From: Form <web@acme.test>", "Reply-To: jo@x.test") == ()
    assert _mail("From: List <l@x.test>", "Reply-To: l@other.test", "List-Id: <l.x.test>") == ()


def test_a_name_that_is_another_address() -> None:
    assert _mail('From: "boss@acme.test" <x@evil.test>') == ("name:boss@acme.test",)
    assert _mail('From: "jo@x.test" <jo@x.test>') == ()


def test_several_signs_of_one_mail() -> None:
    found = _mail("From: Jo <jo@acme.tesst>", "Authentication-Results: mx; dmarc=fail", "Reply-To: b@evil.test")
    assert found == ("auth_fail:dmarc", "look_alike:acme.test", "reply_to:b@evil.test")
