"""Texts are made safe and short enough before they leave."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.notify.fit import BODY_LIMIT, TITLE_LIMIT, cut, fit_body, fit_title, visible

# Everything that Unicode has, with what is awkward to cut made frequent.
AWKWARD = st.sampled_from(
    [
        "\n",
        " ",
        ". ",
        "e\u0301",
        "\u0301",
        "\u200d",
        "\U0001f468\u200d\U0001f469",
        "\ufe0f",
        "\U0001f1e9\U0001f1ea",
        "\U0001f44d\U0001f3fd",
        "\ud800",
        "\udfff",
        "\r\n",
        "\x1b[31m",
    ]
)
TEXTS = st.lists(AWKWARD | st.text(max_size=20), max_size=60).map("".join)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Paid\r\nBcc: somebody@example.org", "Paid Bcc: somebody@example.org"),
        (
            "Paid\nX-Actions: view, x, http://example.org",
            "Paid X-Actions: view, x, http://example.org",
        ),
        ("a\rb", "a b"),
        ("a\u2028b\u2029c\x85d\ve\ff", "a b c d e f"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul bell escape [31m"),
        ("\u202emoc.elgoog", "moc.elgoog"),
        ("pay\u200bpal", "paypal"),
        ("\u2067hidden\u2069", "hidden"),
        ("\ufefftext", "text"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("   \t \n ", ""),
        ("Überweisung an Müller & Söhne", "Überweisung an Müller & Söhne"),
    ],
)
def test_a_title_is_one_line_without_hidden_characters(title: str, expected: str) -> None:
    """Line ends, controls, direction marks and zero-width characters never reach a header."""
    assert fit_title(title) == expected


@given(TEXTS)
def test_a_title_is_always_one_short_printable_line(text: str) -> None:
    """Whatever the bank wrote, a title holds no control character and stays within its limit."""
    title = fit_title(text)
    assert len(title) <= TITLE_LIMIT
    assert not [c for c in title if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert title.encode().decode() == title


@given(TEXTS, st.integers(min_value=1, max_value=BODY_LIMIT))
def test_a_body_never_exceeds_its_limit_and_always_names_its_alert(text: str, limit: int) -> None:
    """Within the limit (60 at least), encodable as UTF-8, and with the alert's id in it."""
    body = fit_body(text, "a17", limit)
    assert len(body) <= max(limit, 60)
    assert "a17" in body
    assert body.encode().decode() == body
    assert "\r" not in body


@given(TEXTS, st.integers(min_value=2, max_value=300))
def test_a_cut_keeps_the_first_line_when_it_fits(text: str, limit: int) -> None:
    """Who and how much stand in the first line: it survives every cut that has room for it."""
    first = text.split("\n", maxsplit=1)[0].rstrip()
    cut_text = cut(text, limit)
    assert len(cut_text) <= limit
    if len(first) < limit:
        assert cut_text.startswith(first)


WHOLE = [
    "e\u0301",
    "\U0001f1e9\U0001f1ea",
    "\U0001f44d\U0001f3fd",
    "\U0001f468\u200d\U0001f469",
    "\u0915\u094d\u200d\u0937",
]


@given(st.lists(st.sampled_from(WHOLE), min_size=15, max_size=30), st.integers(8, 29))
def test_a_cut_splits_no_letter_flag_or_joined_picture(letters: list[str], limit: int) -> None:
    """What is left of a text made of composed letters is made of whole ones."""
    left = cut("".join(letters), limit)
    assert left.endswith("…")
    assert any("".join(letters[:count]) + "…" == left for count in range(len(letters)))


def test_a_cut_falls_after_a_sentence_or_word() -> None:
    """A sharp place near the end is preferred to the last possible character."""
    assert cut("One two three. Four five six", 19) == "One two three.…"
    assert cut("one two three four", 16) == "one two three…"
    assert cut("x" * 40, 10) == "x" * 9 + "…"


def test_a_run_of_marks_cannot_swallow_the_text() -> None:
    """A letter with hundreds of marks is cut hard instead of taking the text with it."""
    assert len(cut("Paid 480.00 USD " + "\u0301" * 900, 200)) == 200


def test_the_alert_is_named_once() -> None:
    """A body that says its alert already gets no second mark."""
    assert fit_body("Answer: vigil alert answer a17 mine", "a17").count("a17") == 1
    assert fit_body("Look at a170.", "a17") == "Look at a170.\n(a17)"


def test_line_ends_of_every_kind_become_plain_ones() -> None:
    """A body keeps its lines and nothing else of the line ends."""
    assert fit_body("one\r\ntwo\rthree\u2028four", "") == "one\ntwo\nthree\nfour"


def test_a_terminal_is_shown_what_it_must_not_do() -> None:
    """Escapes, bells and direction marks are printed as what they are."""
    assert visible("\x1b[2Jgone\x07\u202e") == r"\x1b[2Jgone\x07\u202e"


def test_a_joiner_at_the_end_of_the_first_line_does_not_cost_its_last_letter() -> None:
    """A line end is never inside a letter, whatever stands before it."""
    assert cut("shop\u200d\nrest of it", 6) == "shop\u200d…"
