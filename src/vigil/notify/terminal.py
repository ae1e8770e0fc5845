"""The channel that needs nothing: prints the alert to a stream. It opens and closes no stream."""

import shutil
import sys
import textwrap
import threading
from typing import TextIO

from vigil.model import Message
from vigil.notify import fit
from vigil.notify.channel import Failed, Result, Sent

_WIDTH = 76  # readable beside a log prefix, and on a terminal of 80
_NARROWEST = 24
_LEVELS = {"high": "urgent", "default": "alert", "low": "note"}


class TerminalChannel:
    """Prints to a stream; stdout as it is at the time of printing unless another is given.

    Args:
        name: the channel's name in the configuration.
        stream: where to print.
        width: characters in a line; None takes the terminal's own, at most 76.
    """

    def __init__(
        self, name: str = "terminal", stream: TextIO | None = None, width: int | None = None
    ) -> None:
        self.name = name
        self._stream = stream
        self._width = width
        self._busy = threading.Lock()

    def send(self, message: Message) -> Result:
        """Print the message. A stream that is gone or closed is a failure, not an exception."""
        if not self._busy.acquire(blocking=False):  # a paused terminal (Ctrl-S) blocks the writer
            return Failed("the terminal has not taken an earlier message yet", reached=False)
        try:
            _print(layout(message, self._width or _terminal_width()), self._stream or sys.stdout)
        except (OSError, ValueError) as error:  # ValueError: the stream is closed
            return Failed(f"the terminal takes no text ({type(error).__name__})")
        finally:
            self._busy.release()
        return Sent("printed")


def layout(message: Message, width: int = _WIDTH) -> str:
    """The message as a terminal shows it: a heading, the title, the body set in."""
    heading = fit.visible(f"vigil {_LEVELS[message.priority]} {message.alert}".rstrip())
    lines = [f"-- {heading} ".ljust(width, "-"), *_wrapped(message.title, width, "")]
    for paragraph in fit.lines_of(message.body.strip("\r\n")):
        lines += _wrapped(paragraph, width, "   ") or [""]
    return "\n".join(["", *lines, "-" * width, ""])


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        fit.visible(text),
        max(width, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _print(text: str, stream: TextIO) -> None:
    """Write whatever the stream's encoding is: a terminal in the C locale must ring as well."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _terminal_width() -> int:
    return min(_WIDTH, max(_NARROWEST, shutil.get_terminal_size().columns - 1))
