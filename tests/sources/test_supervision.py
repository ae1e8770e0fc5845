import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from vigil.sources import supervision
from vigil.sources.supervision import Action, Moment, Record

START = datetime(2026, 1, 1, tzinfo=UTC)


def moment(at: float) -> Moment:
    return Moment(at, START + timedelta(seconds=at))


class Film:
    """Plays a record through time, and keeps what was to be done and when."""

    def __init__(self) -> None:
        self.record = supervision.new_record("folder", moment(0))
        self.done: list[tuple[float, Action]] = []

    def to(self, at: float) -> "Film":
        """Do all that is due until then."""
        while (due := supervision.next_due(self.record)) is not None and due <= at:
            self.record, actions = supervision.step(self.record, moment(due))
            assert actions or supervision.next_due(self.record) != due
            self.done += [(due, each) for each in actions]
        return self

    def then(self, at: float, change: Callable[[Record, Moment], Record]) -> "Film":
        """Let something happen at that time."""
        self.to(at)
        self.record = change(self.record, moment(at))
        return self

    def dies(self, at: float) -> "Film":
        """Its thread ends."""
        return self.then(at, lambda record, now: supervision.ended(record, "broke", now))

    def faulty(self, at: float) -> "Film":
        """It says that it cannot watch."""
        return self.then(at, lambda record, now: supervision.faulty(record, "no folder", now))

    def well(self, at: float) -> "Film":
        """It says that it watches."""
        return self.then(at, supervision.healthy)


def test_a_source_is_started_at_once_and_watches_when_it_says_so() -> None:
    """A healthy source is never spoken of."""
    film = Film().to(0).well(0.5).to(10_000)
    assert film.done == [(0, "start")]
    assert (film.record.shown.state, film.record.shown.error) == ("watching", None)
    assert film.record.shown.since == START + timedelta(seconds=0.5)


def test_nothing_is_due_while_a_source_is_well() -> None:
    """The supervisor sleeps: idle costs no wake-up."""
    film = Film().to(0).well(1).to(61)
    assert supervision.next_due(film.record) is None


def test_pauses_double_up_to_five_minutes() -> None:
    """A source that dies at once is tried less and less often."""
    film = Film()
    for _ in range(12):
        film.to(10_000 if supervision.next_due(film.record) is None else film.record.start_at or 0)
        film.dies(film.done[-1][0])
    starts = [at for at, action in film.done if action == "start"]
    assert [b - a for a, b in itertools.pairwise(starts)] == [
        1,
        2,
        4,
        8,
        16,
        32,
        64,
        128,
        256,
        300,
        300,
    ]


def test_a_source_that_was_well_for_a_minute_starts_again_quickly() -> None:
    """One bad hour last week does not slow down today's restart."""
    film = Film().to(0).dies(0).to(1).dies(1).to(3).well(3).dies(70)
    assert film.record.start_at == 71


def test_one_death_is_no_news() -> None:
    """A restart that works within the minute is in the status, and rings nobody."""
    film = Film().to(0).well(0).dies(100).to(101).well(101).to(1000)
    assert [action for _, action in film.done] == ["start", "start"]
    assert film.record.shown.restarts == 1


def test_a_source_that_stays_down_is_told_once_and_its_return_once() -> None:
    """Down after a minute, back after a minute of health."""
    film = Film().to(0).well(0).faulty(100).to(1000).well(1000).to(5000)
    assert film.done == [(0, "start"), (160, "down"), (1060, "up")]


def test_down_names_the_first_moment_and_the_latest_error() -> None:
    """The person reads since when, not when it was noticed."""
    film = Film().to(0).well(0).faulty(100)
    film.dies(130).to(159)
    assert film.record.ill_from == START + timedelta(seconds=100)
    assert film.record.shown.error == "broke"


def test_a_source_that_comes_and_goes_is_told_as_down_once() -> None:
    """Short spells of health do not make an alert and an all-clear each."""
    film = Film().to(0)
    for at in range(0, 1000, 20):
        film.well(at + 1).faulty(at + 19)
    assert [action for _, action in film.done] == ["start", "down"]


def test_a_source_that_never_comes_up_is_told() -> None:
    """Silence after the start is a fault too."""
    film = Film().to(1000)
    assert film.done == [(0, "start"), (60, "down")]
    assert film.record.shown.error == "It has not come up."


def test_a_telling_that_failed_is_told_again() -> None:
    """The alert is tried once more a minute later."""
    film = Film().to(60).then(60, supervision.retell).to(1000)
    assert film.done == [(0, "start"), (60, "down"), (120, "down")]


def test_a_stopped_source_stays_stopped() -> None:
    """What its thread says while it ends starts nothing."""
    film = Film().to(0).well(1).then(2, supervision.stopped).dies(3).faulty(4).well(5)
    assert supervision.next_due(film.record) is None
    assert film.record.shown.state == "stopped"


def test_the_latest_event_is_kept() -> None:
    """`status` says when something last came."""
    film = Film().then(5, supervision.happened).dies(6)
    assert film.record.shown.last_event == START + timedelta(seconds=5)
