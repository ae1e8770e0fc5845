"""One row as the walker gathers it: names and words, nothing understood yet. Pure."""

# Two different values of these in one row are a fault: one of them would be a guess.
_SINGLE = frozenset(("TRNAMT", "DTPOSTED"))


class Draft:
    """The leaves of one row.

    Attributes:
        name: STMTTRN or STMTTRNP.
        line: where it begins, counted from 1.
        raw: the first characters of its text.
        fields: words by leaf name, a block's leaves as "PAYEE.NAME"; of a repeated leaf the first
            that says anything.
        flaw: in words why it is no transaction; "" for none.
    """

    __slots__ = ("fields", "flaw", "line", "name", "raw")

    def __init__(self, name: str, line: int, raw: str, flaw: str = "") -> None:
        self.name = name
        self.line = line
        self.raw = raw
        self.fields: dict[str, str] = {}
        self.flaw = flaw

    def put(self, key: str, value: str) -> None:
        """Notes a leaf's words."""
        before = self.fields.get(key)
        if not before:
            self.fields[key] = value
        elif key in _SINGLE and value and value != before:
            self.flaw = self.flaw or f"two different values of {key}"
