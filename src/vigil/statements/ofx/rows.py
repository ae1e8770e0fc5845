"""One row's words to a transaction, or to the problem why it is none. Pure.

OFX 2.2, 11.4.4 (STMTTRN), 11.14.1.2 (STMTTRNP) and 5.2 (CURRENCY, ORIGCURRENCY).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from vigil.model import Correction, Extra, Original, Problem, Row
from vigil.statements.ofx.amounts import LONGEST, Amount
from vigil.statements.ofx.draft import Draft
from vigil.statements.ofx.heads import currency_of
from vigil.statements.ofx.names import PENDING
from vigil.statements.ofx.values import day_of

# From an amount's words and a currency to minor units, or why there are none.
Resolve = Callable[[str, str], Amount | str]
_ADDRESS = "ADDR1 ADDR2 ADDR3 CITY STATE POSTALCODE COUNTRY PHONE".split()
_ACTIONS: dict[str, Literal["REPLACE", "DELETE"]] = {"REPLACE": "REPLACE", "DELETE": "DELETE"}
_RAW = 200


class Place(NamedTuple):
    """Where a row stands: its number among its kind, and among all rows of the statement."""

    number: int
    place: int


def row_of(
    draft: Draft, currency: str, place: Place, resolve: Resolve
) -> tuple[Row | None, list[Problem]]:
    """What a row says.

    Args:
        draft: its words.
        currency: the statement's.
        place: its number.
        resolve: makes minor units of an amount's words.

    Returns:
        The transaction, None when it is none; and what is wrong with it. A row that is no
        transaction has one problem whose `row` is True, unless it is pending.
    """
    where = f"line {draft.line}, {draft.name} {place.number}"
    fields = draft.fields
    pending = draft.name == PENDING
    code = currency_of(fields.get("CURRENCY.CURSYM")) or currency
    amount = draft.flaw or resolve(fields.get("TRNAMT", ""), code)
    day_text = _first(fields, "DTPOSTED", "DTTRAN") or (fields.get("DTUSER") if pending else None)
    day = day_of(day_text or "")
    if isinstance(amount, str) or day is None:
        what = amount if isinstance(amount, str) else _no_day(day_text)
        return None, [Problem(where, not pending, what, draft.raw[:_RAW])]
    extra, remark = _extra(fields, code, currency, amount.minor)
    row = Row(
        day,
        amount.minor,
        code,
        _first(fields, "NAME", "PAYEE.NAME", "PAYEE", "EXTDNAME"),
        fields.get("MEMO") or None,
        fields.get("FITID") or None,
        fields.get("TRNTYPE") or None,
        fields.get("CHECKNUM") or None,
        fields.get("REFNUM") or None,
        pending,
        place.place,
        extra,
    )
    remarks = [text for text in (amount.remark, remark) if text]
    return row, [Problem(where, False, text, draft.raw[:_RAW]) for text in remarks]


def _first(fields: Mapping[str, str], *names: str) -> str | None:
    return next((value for name in names if (value := fields.get(name))), None)


def _no_day(text: str | None) -> str:
    return f"no such date: {text[:LONGEST]}" if text else "no date"


def _extra(
    fields: Mapping[str, str], code: str, currency: str, minor: int
) -> tuple[Extra | None, str]:
    corrects, remark = _correction(fields)
    extra = Extra(
        original=_original(fields, code, currency, minor),
        corrects=corrects,
        user_day=day_of(fields.get("DTUSER", "")),
        server_id=fields.get("SRVRTID") or None,
        sic=fields.get("SIC") or None,
        address=", ".join(part for name in _ADDRESS if (part := fields.get(f"PAYEE.{name}")))
        or None,
        to_account=_first(fields, "BANKACCTTO.ACCTID", "CCACCTTO.ACCTID"),
    )
    return (extra if any(part is not None for part in extra) else None), remark


def _correction(fields: Mapping[str, str]) -> tuple[Correction | None, str]:
    fitid = fields.get("CORRECTFITID")
    if not fitid:
        return None, ""
    action = _ACTIONS.get(fields.get("CORRECTACTION", "").upper())
    if action is None:
        return None, "it corrects another transaction but does not say how"
    return Correction(fitid, action), ""


def _original(fields: Mapping[str, str], code: str, currency: str, minor: int) -> Original | None:
    """The purchase's own currency.

    OFX 2.2, 5.2: with CURRENCY the amount is in CURSYM and not converted; with ORIGCURRENCY the
    bank has converted it from CURSYM, and does not print how much it was. CURSYM that is the
    statement's own says nothing.
    """
    if code != currency:
        return Original(minor, code, _rate(fields.get("CURRENCY.CURRATE")))
    origin = currency_of(fields.get("ORIGCURRENCY.CURSYM"))
    if origin is None or origin == currency:
        return None
    return Original(None, origin, _rate(fields.get("ORIGCURRENCY.CURRATE")))


def _rate(text: str | None) -> Decimal | None:
    if not text or len(text) > LONGEST or not text.isascii():
        return None
    try:
        rate = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and rate > 0 else None
