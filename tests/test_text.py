"""Names of counterparties: keys, look-alikes and likeness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.text import (
    counterparty,
    fold,
    has_two_alphabets,
    merchant_key,
    name_similarity,
    skeleton,
)

KEYS = {
    "SQ *VALLEY RAMEN DENVER CO": "valley ramen",
    "TST* HARBOR DELI SAN DIEGO CA": "harbor deli",
    "PAYPAL *NORTHTOYS 402-935-7733 CA": "northtoys",
    "PP*NORTHTOYS": "northtoys",
    "SUMUP *CAFÉ MÜLLER": "cafe muller",
    "ZETTLE_*FLOWERS": "flowers",
    "IZ *FLOWERS": "flowers",
    "GOOGLE *YouTube Premium g.co/helppay": "youtube premium",
    "AMZN Mktp US*2A3BC4DE5": "amazon",
    "Amazon.com*UCDLVJJUW Amzn.com/bill WA": "amazon",
    "AMAZON MKTPLACE PMTS AMZN.COM/BI": "amazon",
    "AMAZON RAINFOREST TOURS": "amazon",
    "AMAZONIA BAR": "amazonia bar",
    "GROCER #12 SALEM OR": "grocer",
    "GROCER 00412 BOISE ID": "grocer",
    "BOOK BARN BOISE ID": "book barn",
    "APPLE.COM/BILL 866-712-7753 CA": "apple",
    "WWW.NEWSPAPER.COM": "newspaper",
    "https://www.newspaper.com/pay": "newspaper",
    "BESTBUYCOM766195508348 888-237-8": "bestbuy",
    "STREAM PLUS BILLING 869-416-5933": "stream plus",
    "STREAMING*9VMUS5TTT 888-283-5051": "streaming",
    "UBER *TRIP HELP.UBER.COM CA": "uber trip",
    "ZELLE TO PEDRO D ON 07/16 REF # M7XC2": "zelle pedro d",
    "ZELLE PAYMENT FROM PEDRO D 1234567": "zelle pedro d",
    "INTL WIRE TRANSFER A/C RIGLO INDUSTRIAL": "wire riglo industrial",
    "VIREMENT SEPA DE JEAN DUPONT": "transfer jean dupont",
    "ATM WITHDRAWAL DENVER CO 2201": "atm denver co",
    "CHECK 3242": "check",
    "Check Paid #0000001001": "check",
    "CHECKERS HALL": "checkers hall",
    "DEBIT CARD PURCHASE  POS1234 TARGET T-1234  SACRAMENTO CA": "target",
    "CARD PAYMENT TO TESCO STORES 3214": "tesco stores",
    "POS PURCHASE MUSEUM SHOP": "museum shop",
    "POINT OF SALE WITHDRAWAL RITE WAY 26348 BOISE ID 03/11": "rite way",
    "KARTENZAHLUNG BLUMEN BERGER 1234//BERLIN": "blumen berger",
    "LOBSTER JOINT 542929NEW YORK": "lobster joint",
    "PRUNE               NEW YORK": "prune",
    "POS MERCHANDISE;MCDONALD'S #112": "mcdonald's",
    "7-ELEVEN 23456 AUSTIN TX": "7-eleven",
    "SHENZHEN KITE TECH CO": "shenzhen kite tech co",
    "12345": "12345",
    "***": "***",
}


@pytest.mark.parametrize(("descriptor", "key"), KEYS.items())
def test_a_descriptor_is_reduced_to_the_name(descriptor: str, key: str) -> None:
    """Processors, numbers, places, phones and verbs go; the counterparty's name stays."""
    assert merchant_key(descriptor) == key


@pytest.mark.parametrize("descriptor", KEYS)
def test_a_key_reduces_to_itself(descriptor: str) -> None:
    """A stored key can be reduced again, as in a case's typed name, without becoming another."""
    key = merchant_key(descriptor)
    assert merchant_key(key) == key


@given(st.text(max_size=60))
def test_a_key_is_empty_only_for_a_blank_descriptor(descriptor: str) -> None:
    """No text at all can make a key that says nothing, and none is refused."""
    assert bool(merchant_key(descriptor)) == bool(descriptor.strip())


@given(st.text(max_size=40))
def test_case_and_accents_do_not_make_another_merchant(name: str) -> None:
    """Folding is done once: folded text folds to itself."""
    assert fold(fold(name)) == fold(name)


def test_look_alike_letters_stay_another_merchant() -> None:
    """A Cyrillic letter is not folded into the key, and the skeleton betrays it."""
    latin, cyrillic = merchant_key("AUDIBLE*X9"), merchant_key("AUDIBL\u0435*X9")
    assert latin != cyrillic
    assert skeleton(latin) == skeleton(cyrillic)


@pytest.mark.parametrize(
    ("fake", "real"),
    [("paypai", "paypal"), ("amaz0n", "amazon"), ("rnicrosoft", "microsoft"), ("g00gle", "google")],
)
def test_a_skeleton_is_what_a_hurried_reader_sees(fake: str, real: str) -> None:
    """Digits for letters, rn for m and I for l give one skeleton."""
    assert skeleton(fake) == skeleton(real)


def test_different_names_have_different_skeletons() -> None:
    """Folding look-alikes does not make one name of two."""
    assert skeleton("valley ramen") != skeleton("harbor ramen")


def test_a_word_of_two_alphabets_is_seen() -> None:
    """Latin with look-alikes of another alphabet is odd; a wholly Greek or accented word is not."""
    assert has_two_alphabets("audibl\u0435")
    assert not has_two_alphabets("καφενειο")
    assert not has_two_alphabets("café")


def test_the_memo_speaks_where_the_name_is_only_a_verb() -> None:
    """Half of all real rows have no name, or a kind of booking in its place."""
    assert counterparty("VIREMENT", "de Jean Dupont") == "transfer jean dupont"
    assert counterparty(None, "Mundo Verde") == "mundo verde"
    wire = counterparty("DOMESTIC WIRE TRANSFER VIA FEDWI", "RE A/C PEX TRADING LLC")
    assert wire == "wire pex trading llc"
    assert counterparty("GROCER #12", "PURCHASE GROCER #12 03/04") == "grocer"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kaarczen", "kaarczen plus plan"),
        ("kitdortra tech", "shenzhen kitdortra tech co ltd"),
        ("solarwave energy", "solar wave energy"),
        ("meridian outfitters", "meridian outfiters"),
    ],
)
def test_one_counterparty_in_two_spellings_is_alike(one: str, other: str) -> None:
    """Legal forms, service words and a slip of the pen do not hide a name."""
    assert name_similarity(one, other) >= 0.8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("amazon shenzhen", "amazon london"),
        ("amazon", "amazon seller xyz"),
        ("shenzhen kitdortra tech co", "shenzhen kaka tech co"),
        ("legal advisors group", "pexbel legal advisors"),
        ("lucky ramen", "lucky yoga"),
        ("robert d", "robert b"),
        ("jorpex", "jorpexso"),
        ("the coffee shop", "coffee"),
    ],
)
def test_a_shared_brand_or_common_word_is_no_match(one: str, other: str) -> None:
    """Subsets of words and brands do not make half the world a match."""
    assert name_similarity(one, other) < 0.8


@given(st.text(max_size=25), st.text(max_size=25))
def test_likeness_has_no_direction(one: str, other: str) -> None:
    """Which name is asked first does not matter, and the measure stays within 0 and 1."""
    forth = name_similarity(fold(one), fold(other))
    assert 0.0 <= forth <= 1.0
    assert forth == pytest.approx(name_similarity(fold(other), fold(one)), abs=0.15)
