"""Matching against open cases: every kind, its reason, and what must not match."""

from dataclasses import replace
from datetime import date

import pytest
from tests.judge.build import to_account, transaction

from vigil.judge import judge
from vigil.judge.bench_cases import case_from_bench
from vigil.judge.cases import payments_of
from vigil.judge.evidence import prepare
from vigil.judge.profile import Learnt
from vigil.judge.progress import (
    NO_PROGRESS,
    CaseProgress,
    decode_progress,
    encode_progress,
    overdue,
    progress_after,
    told_overdue,
)
from vigil.judge.samples import ordinary, transactions
from vigil.model import Case, Expected, Finding, Money, Payment, Transaction

OPENED = date(2026, 3, 1)
LOSS = Case(
    1,
    "LED order",
    "marketplace_seller",
    "anna",
    OPENED,
    names=("SHENZHEN KITDORTRA TECH CO LTD",),
    emails=("sales@kitdortra.example",),
    accounts=("DE89 3704 0044 0532 0130 00",),
    orders=("TA-778812",),
    payments=(Payment(date(2026, 2, 20), -15122, "USD"),),
    expected=(Expected(15122, "USD", date(2026, 3, 20)),),
    balance=Money(35284, "USD"),
)
CANCELLED = Case(
    2,
    "streaming",
    "cancelled",
    None,
    OPENED,
    names=("HLU*HULU 163773696684-U HULU.COM/BILL CA",),
    payments=(Payment(OPENED, -1799, "USD"),),
    cancelled_on=OPENED,
)
MARCH = date(2026, 3, 10)


def after_ordinary_life(*rows: Transaction, case: Case = LOSS) -> list[Finding]:
    """The case's findings on some rows after a quarter of ordinary life."""
    learnt = Learnt()
    judge([t._replace(history=True) for t in transactions(ordinary())], learnt)
    later = [row._replace(id=row.id + 1000) for row in rows]
    return [f for f in judge(later, learnt, [case]).findings if f.rule.startswith("case.")]


def test_a_new_charge_by_the_same_counterparty_rings() -> None:
    """A wire to the seller of the case is urgent and says how alike the names are."""
    (found,) = after_ordinary_life(transaction(1, "INTL WIRE A/C KITDORTRA TECH", -9000, MARCH))
    assert (found.rule, found.level, found.case) == ("case.new_charge", "urgent", 1)
    assert "90.00, a new charge" in found.reason
    assert (found.confidence or 0) >= 0.8


@pytest.mark.parametrize(
    "row",
    [
        transaction(1, "PAYMENT REF TA-778812", -9000, MARCH),
        transaction(1, "SALES@KITDORTRA.EXAMPLE", -9000, MARCH),
        transaction(1, "ONLINE TRANSFER", -9000, MARCH, extra=to_account("DE89370400440532013000")),
    ],
    ids=["order number", "mail address", "IBAN"],
)
def test_an_identifier_of_the_case_is_strong_evidence(row: Transaction) -> None:
    """An order number, address or account matches under any name."""
    (found,) = after_ordinary_life(row)
    assert found.confidence == 0.98
    assert found.level == "urgent"


@pytest.mark.parametrize(
    "payee", ["SHENZHEN KAKA TECH CO", "AMAZON MKTPLACE", "HARBOR DELI", "FERN STORE"]
)
def test_an_ordinary_charge_belongs_to_no_case(payee: str) -> None:
    """A shared town, platform or legal form is no match."""
    found = after_ordinary_life(transaction(1, payee, -2345, MARCH))
    assert [f for f in found if f.level != "digest"] == []


def test_the_payment_of_the_case_is_a_link_and_no_alarm() -> None:
    """What the case tells of already is linked once, below every level."""
    rows = (
        transaction(1, "SHENZHEN KITDORTRA TECH CO", -15122, date(2026, 2, 21)),
        transaction(2, "SHENZHEN KITDORTRA TECH CO", -15122, date(2026, 3, 21)),
    )
    link, charge = after_ordinary_life(*rows)
    assert (link.rule, link.score) == ("case.payment", 1.0)
    assert charge.rule == "case.new_charge"


def test_payments_are_found_in_what_the_ledger_already_holds() -> None:
    """At opening, each payment gets its surest row, and only one."""
    rows = [
        transaction(1, "HARBOR DELI", -15122, date(2026, 2, 1)),
        transaction(2, "KITDORTRA TECH", -15122, date(2026, 2, 19)),
        transaction(3, "KITDORTRA TECH", -99, date(2026, 2, 19)),
    ]
    assert [f.transaction for f in payments_of(LOSS, rows)] == [2]


def test_the_exact_rest_of_an_order_to_another_payee_rings() -> None:
    """The balance goes to somebody else: urgent, whatever his name."""
    (found,) = after_ordinary_life(transaction(1, "INTL WIRE A/C RIGLO", -35284, MARCH))
    assert (found.rule, found.level) == ("case.balance", "urgent")
    assert "exactly the rest of your order" in found.reason


def test_parts_that_add_up_to_the_rest_ring_with_the_last() -> None:
    """One part is a line in the digest; the part that completes the sum names the earlier one."""
    first, second = after_ordinary_life(
        transaction(1, "ZELLE TO PAUL K", -15284, MARCH),
        transaction(2, "ZELLE TO MARY Q", -20000, date(2026, 3, 12)),
    )
    assert (first.level, first.confidence) == ("digest", 0.3)
    assert (second.level, second.related) == ("urgent", (1001,))


def test_a_refund_in_part_says_what_is_missing_and_the_rest_that_nothing_is() -> None:
    """Good news is calm and exact over several refunds."""
    part, rest = after_ordinary_life(
        transaction(1, "KITDORTRA TECH", 5000, MARCH),
        transaction(2, "KITDORTRA TECH", 10122, date(2026, 3, 12)),
    )
    assert part.reason == "50.00 of 151.22 came back; 101.22 still missing"
    assert rest.reason == "101.22 of 151.22 came back; nothing is missing"
    assert rest.level == "digest"


def test_a_refund_of_another_currency_is_not_counted() -> None:
    """Yen are no dollars: without a rate nothing is subtracted."""
    assert after_ordinary_life(transaction(1, "KITDORTRA TECH", 15122, MARCH, currency="JPY")) == []


def test_an_exact_refund_under_another_name_is_less_sure() -> None:
    """Refunds come through processors and to other cards; a salary of a round sum is none."""
    (found,) = after_ordinary_life(transaction(1, "CARD SERVICES CR", 15122, MARCH))
    assert (found.rule, found.confidence) == ("case.refund", 0.6)
    round_case = replace(LOSS, expected=(Expected(200_000, "USD", None),))
    assert (
        after_ordinary_life(transaction(1, "ACME PAYROLL", 200_000, MARCH), case=round_case) == []
    )


def test_a_provisional_credit_and_its_reversal_are_told() -> None:
    """The bank's loan of the money is no refund; taking it back is urgent."""
    given, taken = after_ordinary_life(
        transaction(1, "PROVISIONAL CREDIT DISPUTE", 15122, MARCH),
        transaction(2, "PROVISIONAL CREDIT REVERSAL", -15122, date(2026, 4, 10)),
    )
    assert (given.rule, given.level) == ("case.provisional_credit", "ask")
    assert (taken.rule, taken.level) == ("case.credit_reversed", "urgent")
    assert "2026-03-10" in taken.reason


def test_a_charge_after_the_cancellation_is_asked_about() -> None:
    """The same name, in another wording, weeks after it was cancelled."""
    row = transaction(1, "HLU*HULU BILLING 861-858-1111", -1899, date(2026, 3, 25))
    (found,) = after_ordinary_life(row, case=CANCELLED)
    assert (found.rule, found.level) == ("case.after_cancel", "ask")
    assert "24 days after you cancelled on 2026-03-01" in found.reason


def test_a_final_invoice_is_only_for_the_digest() -> None:
    """A charge that was on its way when the person cancelled is no alarm."""
    row = transaction(1, "HLU*HULU 1637736-U", -1799, date(2026, 3, 3))
    (found,) = after_ordinary_life(row, case=CANCELLED)
    assert found.level == "digest"


def test_a_recovery_fee_rings_while_a_loss_is_open() -> None:
    """Somebody new who promises to get money back: urgent; a round sum to advisers is asked."""
    trace, advice, plain = (
        after_ordinary_life(transaction(1, payee, -75000, MARCH))
        for payee in ("CRYPTO TRACE BELPEX", "BELPEX PARTNERS", "BELPEX FURNITURE")
    )
    assert [(f.rule, f.level) for f in trace] == [("case.recovery_fee", "urgent")]
    assert [(f.rule, f.level) for f in advice] == [("case.recovery_fee", "ask")]
    assert [f for f in plain if f.rule == "case.recovery_fee"] == []


def test_a_lawyer_whom_one_had_before_is_no_recovery_fraud() -> None:
    """The household's own lawyer was paid before the case was opened."""
    found = after_ordinary_life(
        transaction(1, "MILLER LEGAL ADVISORS", -50000, date(2026, 1, 10)),
        transaction(2, "MILLER LEGAL ADVISORS", -50000, MARCH),
    )
    assert [f for f in found if f.rule == "case.recovery_fee"] == []


def test_money_that_did_not_come_is_told_once_coverage_and_grace_have_passed() -> None:
    """Judged by what the documents cover; the anchor is the payment; told once."""
    progress = CaseProgress(payments=((1, 55, -15122, "USD"),), refunds=((9, 60, 5000, "USD"),))
    assert overdue(LOSS, progress, date(2026, 3, 22), 3) is None
    found = overdue(LOSS, progress, date(2026, 3, 23), 3)
    assert found is not None
    assert (found.rule, found.transaction, found.level) == ("case.refund_missing", 55, "ask")
    assert found.reason == "only 50.00 came back; 101.22 was promised by 2026-03-20"
    assert overdue(LOSS, told_overdue(progress, date(2026, 3, 20)), date(2026, 5, 1), 3) is None


def test_money_that_came_in_full_is_never_overdue() -> None:
    """A refund in several parts counts as one sum."""
    progress = CaseProgress(refunds=((9, 60, 5000, "USD"), (10, 61, 10122, "USD")))
    assert overdue(LOSS, progress, date(2026, 9, 1), 3) is None


def test_progress_counts_a_transaction_once_and_survives_its_encoding() -> None:
    """The same finding again changes nothing."""
    row = transaction(5, "KITDORTRA TECH", 5000, MARCH)
    found = Finding("case.refund", 5, "ask", 3.0, "", 1, 0.9)
    once = progress_after(NO_PROGRESS, found, row)
    assert progress_after(once, found, row) == once
    assert once.returned("USD") == 5000
    assert once.returned("JPY") == 0
    assert decode_progress(encode_progress(once)) == once


def test_a_name_is_compared_once_per_merchant() -> None:
    """The second transaction of a merchant asks the memory, not the measure."""
    prepared = prepare((LOSS, CANCELLED))
    first = prepared.similarity("kitdortra tech")
    assert prepared.similarity("kitdortra tech") is first
    assert first[0] >= 0.8 > first[1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"kind": "scam_loss", "amount": 12.5}, (-1250, None, None, None)),
        (
            {"kind": "marketplace_order", "deposit": 151.22, "balance": 352.84, "platform": "x"},
            (-15122, 35284, None, None),
        ),
        (
            {"kind": "refund_promised", "amount": 8.1, "refund_due": "2026-04-01"},
            (-810, None, date(2026, 4, 1), None),
        ),
        (
            {"kind": "cancelled", "amount": 17.0, "cancelled_on": "2026-02-01"},
            (-1700, None, None, date(2026, 2, 1)),
        ),
    ],
)
def test_the_benchmark_form_of_a_case_is_understood(
    line: dict[str, object], expected: tuple[object, ...]
) -> None:
    """Each of the four kinds keeps its sums and days."""
    case = case_from_bench({"case": "c1", "merchant": "M", "opened": "2026-01-01", **line}, 3)
    found = (
        case.payments[0].amount,
        case.balance.amount if case.balance else None,
        case.expected[0].due if case.expected else None,
        case.cancelled_on,
    )
    assert found == expected
    assert (case.id, case.title, case.names) == (3, "c1", ("M",))


def test_an_unknown_kind_of_case_is_refused() -> None:
    """A form that is not understood is said, not guessed."""
    with pytest.raises(ValueError, match="no kind of case"):
        case_from_bench({"kind": "mystery"}, 1)
