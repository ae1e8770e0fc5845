from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.sources.settle import (
    Ignore,
    Incomplete,
    Kind,
    Look,
    Refuse,
    Rules,
    Seen,
    Take,
    Verdict,
    Wait,
    decide,
    remember,
)

RULES = Rules()
WHOLE = Look("a.ofx", "regular", 100, 1, 7, ends_whole=True, ofx=True)
CUT = WHOLE._replace(ends_whole=False)
CSV = Look("a.csv", "regular", 100, 1, 7, ends_whole=None, ofx=False)


def play(*looks: tuple[float, Look]) -> list[Verdict]:
    """What is decided at each look, as the source plays it."""
    seen: Seen | None = None
    verdicts: list[Verdict] = []
    for now, look in looks:
        verdict = decide(seen, look, now, RULES)
        seen = remember(seen, look, now)
        if not isinstance(verdict, Wait | Ignore):
            seen = seen._replace(told=True)
        verdicts.append(verdict)
    return verdicts


def kinds(verdicts: list[Verdict]) -> list[type[Any]]:
    return [type(each) for each in verdicts]


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param([(0, WHOLE), (0.1, WHOLE), (0.2, WHOLE)], [Wait, Wait, Take], id="rests"),
        pytest.param([(0, WHOLE._replace(closed=True))], [Take], id="closed by its writer"),
        pytest.param(
            [(0, CUT), (0.2, WHOLE._replace(size=120)), (0.4, WHOLE._replace(size=120))],
            [Wait, Wait, Take],
            id="grows to its end",
        ),
        pytest.param([(0, CUT._replace(closed=True))], [Wait], id="closed but cut"),
        pytest.param([(0, CUT), (59.9, CUT), (60, CUT)], [Wait, Wait, Incomplete], id="stays cut"),
        pytest.param(
            [(0, CUT), (59, CUT._replace(size=101)), (118, CUT._replace(size=101))],
            [Wait, Wait, Wait],
            id="cut, still growing",
        ),
        pytest.param(
            [(0, CUT), (60, CUT), (61, CUT), (62, WHOLE._replace(size=120, closed=True))],
            [Wait, Incomplete, Ignore, Take],
            id="completed after it was told as cut",
        ),
        pytest.param([(0, CSV), (1.9, CSV), (2, CSV)], [Wait, Wait, Take], id="no end mark"),
        pytest.param([(0, CSV._replace(closed=True))], [Wait], id="no end mark, closed"),
        pytest.param(
            [(0, CSV), (1.9, CSV._replace(mtime_ns=2)), (3.8, CSV._replace(mtime_ns=2))],
            [Wait, Wait, Wait],
            id="same size, written again",
        ),
        pytest.param(
            [(0, WHOLE), (0.2, WHOLE), (9, WHOLE), (10, WHOLE._replace(inode=8))],
            [Wait, Take, Ignore, Wait],
            id="taken once, then replaced",
        ),
        pytest.param(
            [(0, CSV._replace(size=0)), (59, CSV._replace(size=0)), (60, CSV._replace(size=0))],
            [Wait, Wait, Refuse],
            id="stays empty",
        ),
        pytest.param(
            [(0, CSV._replace(size=0)), (5, WHOLE._replace(closed=True))],
            [Wait, Take],
            id="a browser's empty place holder",
        ),
        pytest.param(
            [(0, CSV._replace(readable=False)), (2, CSV._replace(readable=False))],
            [Wait, Refuse],
            id="no permission",
        ),
        pytest.param(
            [(0, CSV._replace(size=51 << 20)), (2, CSV._replace(size=51 << 20))],
            [Wait, Refuse],
            id="too big",
        ),
        pytest.param(
            [(0, CSV._replace(kind="folder")), (2, CSV._replace(kind="folder"))],
            [Wait, Refuse],
            id="folder",
        ),
        pytest.param(
            [
                (0, CSV._replace(kind="folder")),
                (2, CSV._replace(kind="folder")),
                (9, CSV._replace(kind="folder", mtime_ns=5)),
            ],
            [Wait, Refuse, Ignore],
            id="folder, told once",
        ),
    ],
)
def test_a_file_is_decided_by_how_it_rests(
    looks: list[tuple[float, Look]], expected: list[type[Any]]
) -> None:
    """The table of rests: what is taken, waited for, told as cut or refused, and when."""
    assert kinds(play(*looks)) == expected


@pytest.mark.parametrize("kind", ["symlink", "fifo", "device", "socket"])
def test_what_is_no_file_is_refused_at_once_with_a_reason(kind: Kind) -> None:
    """It cannot become a statement by waiting."""
    verdict = decide(None, CSV._replace(kind=kind), 0, RULES)
    assert isinstance(verdict, Refuse)
    assert verdict.why.endswith(".")


@pytest.mark.parametrize(
    "look",
    [
        CSV._replace(name="a.csv.part"),
        CSV._replace(name=".DS_Store"),
        CSV._replace(name="~$a.ofx", kind="symlink"),
        CSV._replace(name="done", kind="folder"),
        CSV._replace(name="rejected", kind="folder"),
    ],
)
def test_names_of_programs_and_own_folders_are_passed_over_in_silence(look: Look) -> None:
    """However long they lie there, nothing is said."""
    assert kinds(play((0, look), (100, look))) == [Ignore, Ignore]


def test_a_file_named_like_an_own_folder_is_still_a_file() -> None:
    """Only folders are vigil's own; nothing else is skipped."""
    assert kinds(play((0, CSV._replace(name="done")), (2, CSV._replace(name="done")))) == [
        Wait,
        Take,
    ]


def test_the_size_limit_is_told_in_the_reason() -> None:
    """The person reads what the file has and what is allowed."""
    verdict = play((0, CSV._replace(size=60 << 20)), (2, CSV._replace(size=60 << 20)))[-1]
    assert isinstance(verdict, Refuse)
    assert "60.0 MB" in verdict.why
    assert "50.0 MB" in verdict.why


looks = st.builds(
    Look,
    name=st.just("a"),
    kind=st.sampled_from(["regular", "regular", "folder"]),
    size=st.sampled_from([0, 1, 2, 60 << 20]),
    mtime_ns=st.integers(0, 2),
    inode=st.integers(0, 1),
    ends_whole=st.sampled_from([None, False, True]),
    ofx=st.booleans(),
    readable=st.booleans(),
    closed=st.booleans(),
)


@given(looks, st.lists(st.tuples(st.floats(0.01, 30), looks), max_size=12))
def test_waiting_always_ends_in_something_said(
    first: Look, later: list[tuple[float, Look]]
) -> None:
    """Whatever happened before, an entry that rests is decided within a minute of looks."""
    now, seen, look = 0.0, remember(None, first, 0.0), first
    for gap, look in later:
        now += gap
        seen = remember(seen, look, now)
    start = now
    for _ in range(400):
        verdict = decide(seen, look, now, RULES)
        if not isinstance(verdict, Wait):
            break
        assert verdict.until > now
        seen = remember(seen, look, now)
        now = verdict.until
    assert not isinstance(verdict, Wait)
    assert now - start <= RULES.cut_after + 0.001


@given(looks, looks)
def test_a_taken_file_is_not_said_again_until_it_changes(first: Look, second: Look) -> None:
    """What was told stays told for the same bytes and is looked at afresh for others."""
    told = Seen(first, 0.0, told=True)
    same = first[1:5] == second[1:5]
    verdict = decide(told, second, 1000.0, RULES)
    if same:
        assert verdict == Ignore()
    elif second.kind == "regular":
        assert verdict != Ignore()
