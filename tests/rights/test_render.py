"""What leaves the rights: the JSON object, and whom to tell."""

import json
from datetime import date

import pytest

from vigil.rights import Facts, RightsPack, as_json, authorities, deadlines, load

PAID = date(2026, 11, 3)


@pytest.fixture(scope="module", name="pack")
def _pack() -> RightsPack:
    return load().pack


def test_a_phone_is_passed_on_only_from_records_marked_high(pack: RightsPack) -> None:
    """Of authorities and of channels alike; a hint such as 'printed on the card' is no number."""
    for country in ("US", "UK", "UK-SCT", "CA", "AU", "IN", "DE", None):
        for body in authorities(pack, country):
            assert body.confidence == "high" or not body.phone
    here = [body.id for body in authorities(pack, "GB")]
    assert "uk.report_fraud" in here
    assert "uk.scotland" not in here
    scotland = [body.id for body in authorities(pack, "UK-SCT")]
    assert "uk.scotland" in scotland
    assert "uk.report_fraud" not in scotland
    zelle = Facts("US", "zelle", None, PAID, "scam_authorised_payment")
    (row,) = deadlines(zelle, pack, PAID)
    assert (row.confidence, "phone" in row.channel) == ("medium", False)


def test_the_json_object_has_all_keys_in_the_agreed_order(pack: RightsPack) -> None:
    """What scripts read: ISO dates, and null for what is not known."""
    facts = Facts("JP", "credit_card", "visa", PAID)
    told = as_json(next(row for row in deadlines(facts, pack, PAID) if row.right == "visa.10.4"))
    assert list(told) == [
        "right", "clock", "not_before", "limit", "target", "last_safe",
        "shown_as", "confidence", "why", "evidence", "missing", "source",
    ]  # fmt: skip
    assert told["clock"] == {
        "name": "transaction_processing_date",
        "date": "2026-11-03",
        "assumed": True,
    }
    assert (told["not_before"], told["limit"]) == (None, "2027-03-03")
    assert json.loads(json.dumps(told)) == told
