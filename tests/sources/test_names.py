import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vigil.sources.names import own_folder, passed_over, safe_name, shown_name

any_name = st.binary(min_size=1, max_size=255).map(
    lambda raw: raw.replace(b"/", b"_").replace(b"\0", b"_").decode(errors="surrogateescape")
)


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store",
        ".hidden.ofx",
        "Thumbs.db",
        "desktop.ini",
        "a.ofx.part",
        "a.ofx.crdownload",
        "a.ofx.CRDOWNLOAD",
        "a.download",
        "a.tmp",
        "~$a.ofx",
        "a.filepart",
        ".~lock.a.ofx#",
        "Icon\r",
    ],
)
def test_hidden_temporary_and_partial_names_are_passed_over(name: str) -> None:
    """Names that programs use for themselves are no documents."""
    assert passed_over(name)


@pytest.mark.parametrize("name", ["a.ofx", "part", "tmp.ofx", "a.tmp.ofx", "~a.ofx", "done", "$"])
def test_ordinary_names_are_not_passed_over(name: str) -> None:
    """A name that only resembles a temporary one is a document: nothing is skipped by mistake."""
    assert not passed_over(name)


def test_only_the_two_folders_of_vigil_are_its_own() -> None:
    """The names done and rejected are known by their exact names."""
    assert [own_folder(each) for each in ("done", "rejected", "Done", "done.ofx")] == [
        True,
        True,
        False,
        False,
    ]


@given(any_name)
@example("a\nb\x1b[31m.ofx")
@example("\u202efdp.ofx")
@example("\udcff\udcfe.ofx")
def test_a_shown_name_is_one_line_without_anything_hidden(name: str) -> None:
    """Control characters, direction marks and broken bytes are shown as escapes."""
    shown = shown_name(name)
    assert shown.isprintable()
    assert shown.encode()
    assert len(shown) <= 120


@given(any_name)
def test_different_short_names_are_shown_differently(name: str) -> None:
    """Escaping is unambiguous: a name that spells an escape is not taken for the character."""
    assert shown_name("\n" + name[:5], 400) != shown_name("\\x0a" + name[:5], 400)


@given(any_name, st.sampled_from(["", "3fa9c2d1"]))
@example("x" * 255, "3fa9c2d1")
@example("é" * 127, "3fa9c2d1")
@example("..", "")
@example("a." + "b" * 250, "")
def test_a_safe_name_can_be_written_anywhere(name: str, tag: str) -> None:
    """It fits, is UTF-8, is no path, is not hidden and carries its tag."""
    safe = safe_name(name, tag)
    assert len(safe.encode()) <= 240
    assert safe.isprintable()
    assert not set(safe) & set('/\\:*?"<>|')
    assert safe
    assert not safe.startswith(".")
    assert tag in safe


def test_a_safe_name_keeps_stem_and_suffix_around_the_tag() -> None:
    """A person recognises the file."""
    assert safe_name("July 2026.ofx", "3fa9c2d1") == "July 2026.3fa9c2d1.ofx"
    assert safe_name("statement", "3fa9c2d1") == "statement.3fa9c2d1"
    assert safe_name("a\nb.qfx") == "a_b.qfx"
