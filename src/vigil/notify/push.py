"""A push service behind an apprise URL. apprise itself is loaded at the first message only.

The URL is a secret in whole: no error, log line or `repr` of this module shows it.
"""

import threading
from typing import TYPE_CHECKING

from vigil.model import Message
from vigil.notify.channel import Failed, Result

if TYPE_CHECKING:
    from vigil.notify.service import Service


class PushChannel:
    """One apprise URL of one person.

    Args:
        name: the channel's name in the configuration.
        url: the apprise URL; `cto=` and `rto=` in it set the time-outs, else 5 s to connect and
            10 s between two pieces of the answer, at most 30 s each.
    """

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._url = url
        self._service: Service | None = None
        self._busy = threading.Lock()

    def __repr__(self) -> str:
        return f"PushChannel({self.name!r})"

    def send(self, message: Message) -> Result:
        """Send at once, without apprise's own pause between messages and without its retries."""
        if not self._busy.acquire(blocking=False):
            return Failed("still waiting for the answer to an earlier message", reached=False)
        try:
            service = self._service or _open(self._url)
            if isinstance(service, Failed):
                return service
            self._service = service
            return service.send(message)
        finally:
            self._busy.release()


def check(url: str) -> str | None:
    """What is wrong with an apprise URL, in words that do not show it; None when it is understood.

    Nothing is sent: an address that is understood may still be refused by the service.
    """
    service = _open(url)
    return service.error if isinstance(service, Failed) else None


def _open(url: str) -> "Service | Failed":
    """Bring in the half that needs apprise: 350 ms and 45 MB, not to be paid by every command."""
    from vigil.notify.service import open_service  # noqa: PLC0415 - see above

    return open_service(url)
