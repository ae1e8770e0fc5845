"""The words that a configuration may use where only some are allowed.

Instruments and networks are the words of the rights packs: another word would find no right.
"""

from typing import Literal

Role = Literal["owner", "guardian"]
WatchMode = Literal["auto", "native", "poll"]
LogLevel = Literal["debug", "info", "warning", "error"]
Instrument = Literal[
    "ach",
    "bank_transfer",
    "bnpl",
    "cash",
    "cash_app",
    "charge_card",
    "check",
    "credit_card",
    "crypto",
    "debit_card",
    "direct_debit",
    "gift_card",
    "marketplace",
    "paypal",
    "pix",
    "prepaid_card",
    "remittance",
    "upi",
    "venmo",
    "wallet",
    "wire",
    "wise",
    "zelle",
]
Network = Literal[
    "affirm",
    "afterpay",
    "alibaba",
    "aliexpress",
    "amazon",
    "amex",
    "cash_app",
    "discover",
    "ebay",
    "etsy",
    "facebook",
    "faster_payments_chaps",
    "klarna",
    "mastercard",
    "paypal",
    "pix",
    "revolut",
    "sct",
    "sepa_core",
    "shein",
    "temu",
    "upi",
    "venmo",
    "visa",
    "walmart",
    "zelle",
]
