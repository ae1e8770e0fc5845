"""Faults that a person can mend: every message says what, where and what to do."""


class VigilError(Exception):
    """A fault told to the person as one calm line, never as a traceback.

    Args:
        message: what happened, where, and what to do about it.
        exit_code: 1 when something failed, 2 when the command was used wrongly.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
