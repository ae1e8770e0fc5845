"""What a channel is, and what it answers. Values only: nothing is sent here."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from vigil.model import Message


@dataclass(frozen=True, slots=True)
class Sent:
    """The service said that it has the message. It does not say that anybody has seen it.

    Attributes:
        detail: what a person may want to know of it, such as a button that was left out.
    """

    detail: str = "accepted"


@dataclass(frozen=True, slots=True)
class Failed:
    """The message is not with the service, or nobody knows whether it is.

    Attributes:
        error: one calm line; never the address, topic, key or text of the message.
        permanent: True when trying again as it stands is pointless until somebody changes
            something (a wrong key, an address that is not understood).
        retry_after: seconds that the service asked to be left alone, None where it asked nothing.
        reached: False when no answer came at all: the next message would wait for nothing too.
    """

    error: str
    permanent: bool = False
    retry_after: float | None = None
    reached: bool = True


Result: TypeAlias = Sent | Failed


class Channel(Protocol):
    """One way to reach one person.

    `send` takes a bounded time and never raises. It may be called while an earlier call still
    hangs; it then answers `Failed` at once, so that hanging threads do not pile up.
    """

    @property
    def name(self) -> str:
        """The name that the configuration gives the channel; it holds no secret."""

    def send(self, message: Message) -> Result:
        """Hand the message over and say what became of it."""
