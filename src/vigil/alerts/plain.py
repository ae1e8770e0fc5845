"""Plain words for what the rights packs and the configuration say in words of their own. Pure.

`alert show` and `--json` keep the ids; here is what somebody reads at three in the morning.
"""

import re

from vigil.model import Deadline

# The longest beginning of a right's id that fits gives its name.
_RIGHTS = {
    "alibaba": "Alibaba's own dispute rules",
    "aliexpress": "AliExpress's own dispute rules",
    "amazon": "Amazon's A-to-z Guarantee",
    "amex": "American Express dispute rules",
    "au.epayments": "the Australian ePayments Code",
    "bnpl.affirm": "Affirm's own dispute rules",
    "bnpl.afterpay": "Afterpay's own dispute rules",
    "bnpl.klarna": "Klarna's own dispute rules",
    "br.cdc": "the Brazilian consumer code",
    "br.pix": "the return procedure of Pix",
    "ca.chargeback": "chargeback in Canada",
    "ca.credit": "the Canadian rules for credit cards",
    "ca.deposit": "the Canadian rules for deposit accounts",
    "ca.pad": "the Canadian rules for pre-authorized debits",
    "de.bgb": "the German Civil Code",
    "de.bgb.sdd": "the German right to return a direct debit",
    "discover": "Discover dispute rules",
    "ebay": "eBay's Money Back Guarantee",
    "es.rdl19": "the Spanish payment services law",
    "es.rdl19.sdd": "the Spanish right to return a direct debit",
    "etsy": "Etsy's own dispute rules",
    "eu.guarantee": "the EU guarantee for goods",
    "eu.psd2": "the EU payment services rules",
    "eu.sct": "a recall of the SEPA transfer",
    "eu.sdd": "the SEPA right to return a direct debit",
    "eu.vop": "the EU check of the payee's name",
    "eu.withdraw": "the EU right to withdraw from a purchase",
    "facebook": "Facebook's own purchase rules",
    "fr.cmf": "the French payment services law",
    "global.swift": "a recall of the transfer",
    "global.wise": "Wise's own rules",
    "in.1930": "the Indian cyber-fraud line",
    "in.rbi": "the rules of the Reserve Bank of India",
    "in.rbios": "the Indian banking ombudsman",
    "it.dlgs11": "the Italian payment services law",
    "mc": "Mastercard dispute rules",
    "nl": "the Dutch bank rules",
    "paypal": "PayPal's own dispute rules",
    "revolut": "Revolut's own dispute rules",
    "rule": "a cautious rule of thumb",
    "shein": "Shein's own return rules",
    "sg.eupg": "the Singapore e-payments guidelines",
    "sg.srf": "the Singapore shared-loss rules",
    "temu": "Temu's own refund rules",
    "uk.app": "the UK refund for transfer scams",
    "uk.ccr": "the UK right to cancel a purchase",
    "uk.chargeback": "chargeback in the UK",
    "uk.cra": "the UK Consumer Rights Act",
    "uk.direct_debit": "the UK Direct Debit Guarantee",
    "uk.fos": "the UK Financial Ombudsman",
    "uk.psr2017": "the UK payment rules of 2017",
    "uk.s75": "UK Section 75, Consumer Credit Act",
    "us.cashapp": "Cash App's own rules",
    "us.ftc": "the US rule on late orders",
    "us.nacha": "the US rules for ACH debits",
    "us.rege": "US Regulation E, debit cards and transfers",
    "us.regz": "US Regulation Z, credit cards",
    "us.remit": "the US rules for transfers abroad",
    "us.ucc": "the US commercial code",
    "us.ucc4a": "the US commercial code",
    "us.venmo": "Venmo's own rules",
    "us.wire": "a recall of the wire",
    "us.zelle": "Zelle's rules for impostors",
    "visa": "Visa dispute rules",
    "walmart": "Walmart Marketplace's own rules",
}
_STANDS_IN = re.compile(r"(.+) unknown: (.+)")
_SOURCE = "source last read on "
_CLAUSES = {
    "country": "the country is",
    "instrument": "it was paid by",
    "network": "the network is",
    "owners": "it concerns",
}


def right_name(right: str) -> str:
    """A right in plain words; one that has none is called by its id."""
    ends = [found.start() for found in re.finditer(r"[._]", right)]
    heads = (right, *(right[:end] for end in reversed(ends)))
    return next((_RIGHTS[head] for head in heads if head in _RIGHTS), right)


def source_name(deadline: Deadline) -> str:
    """The site that a date rests on, without a link."""
    host = re.sub(r"^\w+://(www\.)?", "", deadline.source)
    return re.split(r"[/?#]", host)[0] or deadline.source


def assumed(text: str) -> str:
    """One thing that was taken for granted, as a clause.

    Args:
        text: as the configuration or the rights engine says it, such as "country US".
    """
    kind, _, value = text.partition(" ")
    if kind in _CLAUSES and value:
        return f"{_CLAUSES[kind]} {value.replace('_', ' ')}"
    if text.startswith(_SOURCE):
        return f"the rule has not changed since {text.removeprefix(_SOURCE)}"
    if found := _STANDS_IN.fullmatch(text):
        unknown, taken = found[1], found[2]
        if taken == "left out":
            return f"“{unknown}” is not known"
        return f"counted from the {taken}, as “{unknown}” is not known"
    return text
