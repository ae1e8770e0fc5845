"""Opening a case against what the ledger holds already."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.home import NOON, Home, Line

from vigil.model import Case, Payment
from vigil.steps.answering import OpenCase
from vigil.steps.casework import payments_like
from vigil.store import casebook

DAY = date(2026, 11, 2)
OLD = DAY - timedelta(days=200)
SELLER = "SHENZHEN BRIGHTWAY LED"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A card with two equal payments to a seller, one of them half a year ago; all history."""
    home = Home(tmp_path)
    rows = (Line(OLD, -38309, SELLER), Line(DAY, -38309, SELLER), Line(DAY, -1000, "MOON BAKERY"))
    home.read(*rows, history="all")
    return home


def opened(home: Home, *payments: Payment) -> Case:
    """A case with these payments, as it stands after it was opened."""
    draft = Case(0, "Lamps", "marketplace_seller", None, DAY, names=(SELLER,), payments=payments)
    home.act(OpenCase(draft))
    return casebook.get(home.db, 1).case


def test_a_typed_payment_is_found_in_the_ledger_and_rings_nothing(home: Home) -> None:
    """The case knows its row from then on."""
    case = opened(home, Payment(DAY, -38309, "USD"))
    assert case.payments[0].transaction == home.transaction(SELLER).id
    assert home.open() == []


def test_a_payment_that_is_in_no_statement_stays_as_it_was_typed(home: Home) -> None:
    """It was paid from an account that vigil does not see; its sum counts all the same."""
    case = opened(home, Payment(DAY, -5555, "USD"))
    assert (case.payments[0].transaction, case.payments[0].amount) == (None, -5555)


def test_a_payment_in_another_currency_is_not_taken_for_the_same_sum(home: Home) -> None:
    """383.09 EUR are not 383.09 USD."""
    case = opened(home, Payment(DAY, -38309, "EUR"))
    assert case.payments[0].transaction is None


def test_a_picked_row_is_not_linked_a_second_time_to_a_typed_one(home: Home) -> None:
    """Two payments of the same sum are two rows, or one row and one that is not there."""
    newest = home.transaction(SELLER).id
    case = opened(
        home, Payment(DAY, -38309, "USD", None, None, newest), Payment(DAY, -38309, "USD")
    )
    assert [one.transaction for one in case.payments] == [newest, None]


def test_a_picked_row_counts_however_old_it_is(home: Home) -> None:
    """The person said that it belongs to the case."""
    done = home.act(
        OpenCase(
            Case(
                0, "Lamps", "marketplace_seller", None, DAY, names=(SELLER,),
                payments=(Payment(OLD, -38309, "USD", None, None, 1),),
            )
        )
    )  # fmt: skip
    assert [one.transaction for one in done.matched][:1] == [1]


def test_payments_to_pick_from_are_those_to_a_name_like_it(home: Home) -> None:
    """The last year's, by day, the baker left out."""
    found = payments_like(home.db, "Shenzhen Brightway", NOON.date())
    assert [(one.day, one.amount) for one in found] == [(OLD, -38309), (DAY, -38309)]
