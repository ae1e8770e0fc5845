"""Which account of the configuration a document means, and how texts call it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.model import AccountKind, AccountRef
from vigil.settings import AccountSettings, Settings
from vigil.settings.accounts import (
    Ambiguous,
    describe,
    display_name,
    last_characters,
    match_account,
    paste_lines,
)
from vigil.settings.load import load


def settings(text: str) -> Settings:
    result = load(text, "c.toml")
    assert isinstance(result, Settings), result
    return result


def ref(institution: str | None, number: str | None, kind: AccountKind = "card") -> AccountRef:
    return AccountRef(institution, number, None, kind)


VISA = settings(
    """
[household]
country = "US"
[people.anna]
channels = ["terminal"]
[people.ben]
channels = ["terminal"]
[people.cleo]
role = "guardian"
channels = ["terminal"]
[accounts.visa]
match = "Bench-Bank ...6789"
owners = ["anna"]
network = "visa"
provider = "Bench Bank"
phone = "+1 800 555 0100"
[accounts.giro]
match = "...0-cc"
country = "DE"
instrument = "bank_transfer"
"""
)


@pytest.mark.parametrize(
    ("institution", "number", "nickname"),
    [
        ("BENCHBANK", "4111111111116789", "visa"),
        ("bench bank", "4111 1111 1111 6789", "visa"),
        ("Bénch-Bank", "4111-1111-1111-6-789", "visa"),
        (None, "4111111111116789", "visa"),
        ("OTHERBANK", "4111111111116789", None),
        ("BENCHBANK", "4111111111116780", None),
        ("BENCHBANK", "789", None),
        ("BENCHBANK", None, None),
        ("ANY", "p000-cc", "giro"),
        ("ANY", "P000CC", "giro"),
    ],
)
def test_an_account_is_known_by_institution_and_last_characters(
    institution: str | None, number: str | None, nickname: str | None
) -> None:
    """Case, accents, spaces and dashes do not count; no institution contradicts nothing."""
    found = match_account(VISA, institution, number)
    assert (found.nickname if isinstance(found, AccountSettings) else found) == nickname


def test_a_table_that_means_two_accounts_is_refused() -> None:
    """Where the ledger knows a second account with the same end, no nickname is given."""
    twin = [ref("BENCHBANK", "9999999999996789"), ref("BENCHBANK", "4111111111116789")]
    found = match_account(VISA, "BENCHBANK", "4111111111116789", twin)
    assert found == Ambiguous(
        "[accounts.visa] means more than one account; give more last characters in match"
    )
    assert isinstance(
        match_account(VISA, "BENCHBANK", "4111111111116789", twin[1:]), AccountSettings
    )


def test_two_tables_that_mean_one_account_are_refused() -> None:
    """A document without institution that fits two tables gets neither."""
    two = settings("[accounts.a]\nmatch='A ...6789'\n[accounts.b]\nmatch='B ...6789'")
    found = match_account(two, None, "116789")
    assert found == Ambiguous("[accounts.a] and [accounts.b] both mean account ...6789")
    described = describe(two, ref(None, "116789"), row=1, currency="USD")
    assert described.nickname == "account ...6789"
    assert found.why in described.assumes


def test_a_known_account_carries_what_the_household_says() -> None:
    """Nickname, owners, network, provider and phone come from the table; the rest is assumed."""
    account = describe(VISA, ref("BENCHBANK", "4111111111116789"), row=7, currency="USD")
    assert (account.id, account.nickname, account.owners) == (7, "visa", ("anna",))
    assert (account.country, account.instrument, account.network) == ("US", "credit_card", "visa")
    assert (account.provider, account.phone) == ("Bench Bank", "+1 800 555 0100")
    assert account.assumes == ("country US", "instrument credit_card")


def test_what_the_table_says_is_not_assumed() -> None:
    """A country and instrument of the account's own table are no assumption; its owners are."""
    account = describe(VISA, ref("X", "p000-cc", "bank"), row=1, currency="EUR")
    assert (account.country, account.instrument) == ("DE", "bank_transfer")
    assert account.assumes == ("owners anna, ben",)


def test_an_unknown_account_is_watched_under_institution_and_last_four() -> None:
    """All owners of the household are told, and a bank account's instrument is not guessed."""
    account = describe(
        VISA, ref("SAVEBANK", "DE89370400440532013000", "bank"), row=1, currency="EUR"
    )
    assert account.nickname == "SAVEBANK ...3000"
    assert account.owners == ("anna", "ben")
    assert account.instrument is None
    assert account.assumes == ("country US", "owners anna, ben")


def test_where_nobody_is_owner_the_guardians_are_told() -> None:
    """A household with guardians only still hears of an account without a table."""
    guard = settings("[people.cleo]\nrole='guardian'\nchannels=['terminal']")
    assert describe(guard, ref("X", "123456"), row=1, currency="EUR").owners == ("cleo",)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("4111111111116789", "6789"),
        ("123456", "3456"),
        ("12345", "45"),
        ("1234", "34"),
        ("123", "3"),
        ("1", ""),
        ("", ""),
        (None, ""),
        ("12 34 56", "3456"),
        ("p000-cc", "0-cc"),
    ],
)
def test_a_number_shows_its_last_four_or_at_most_half(number: str | None, shown: str) -> None:
    """Of a number shorter than six characters no more than half is shown."""
    assert last_characters(number) == shown


def test_a_name_is_one_line_and_never_empty() -> None:
    """Institution names of documents are cut to one printable line."""
    assert display_name("A\nB\x1b  C", "123456") == "A B C ...3456"
    assert display_name(None, None) == "account"
    assert len(display_name("x" * 500, "123456")) < 80


@given(st.text("0123456789 -", max_size=20), st.text("0123456789 ", max_size=40))
def test_the_whole_number_is_never_shown(institution: str, number: str) -> None:
    """No name, and no lines to paste, hold the whole of a number."""
    body = "".join(number.split())
    shown = paste_lines(institution, number, "card")
    assert last_characters(number) != body or not body
    if len(body) > 3 and body not in paste_lines(institution, "", "card"):
        assert body not in shown.replace(institution.strip() or "?", "")


def test_the_lines_to_paste_for_a_card() -> None:
    """`vigil account ls` gives a nickname, the match and what the household may add."""
    assert paste_lines("BENCHBANK", "4111111111116789", "card") == (
        "[accounts.benchbank-6789]\n"
        'match = "BENCHBANK ...6789"\n'
        'instrument = "credit_card"  # or "debit_card"\n'
        '#owners = ["anna"]  # the people who are told of it\n'
        '#phone = "+1 800 555 0100"  # the number on the back of the card\n'
    )


@pytest.mark.parametrize(
    ("institution", "number"),
    [
        (None, "4111111111116789"),
        ("B1", "12-3456-789-00"),
        ('Evil "Bank" \\', "4111111111116789"),
        ("...", "4111111111116789"),
        ("Bank ...12", "4111111111116789"),
        ("Bank 1234567890", "4111111111116789"),
        ("x" * 300, "4111111111116789"),
        ("Zażółć", "12345"),
        ("BANK", "p000-cc"),
        ("BANK", "ab--------cd"),
        ("", "12 34 56"),
    ],
)
def test_pasted_lines_give_the_account_its_nickname(institution: str | None, number: str) -> None:
    """What is pasted loads without a problem and means this very account."""
    lines = paste_lines(institution, number, "bank")
    if "too short" in lines:
        assert "match" not in tomllib.loads(lines)["accounts"].popitem()[1]
        return
    assert isinstance(match_account(settings(lines), institution, number), AccountSettings)


@given(
    st.one_of(st.none(), st.text(max_size=20)),
    st.text(st.sampled_from("0123456789abcXYZ- ."), max_size=24),
    st.sampled_from(["bank", "card", "investment"]),
)
def test_pasted_lines_always_load_or_say_why_not(
    institution: str | None, number: str, kind: AccountKind
) -> None:
    """For any institution and number the lines are TOML, and a match means the account."""
    lines = paste_lines(institution, number, kind)
    (table,) = tomllib.loads(lines)["accounts"].values()
    if "match" in table:
        assert isinstance(match_account(settings(lines), institution, number), AccountSettings)
