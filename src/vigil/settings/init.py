"""`vigil init`: asks the five questions, writes the configuration, connects the phone.

It writes two files at most, both readable by their owner only, and sends nothing.
"""

import io
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vigil.errors import VigilError
from vigil.settings.paths import Paths, make_private_folder, write_private
from vigil.settings.questions import (
    PHONE_FILE,
    Answers,
    Parts,
    Question,
    answers_of,
    configuration,
    questions,
)

Ask = Callable[[str], str]
Say = Callable[[str], None]
_TOPIC_BYTES = 18  # 144 bits: whoever guesses a topic reads the alerts


def _no_key() -> None:
    """No key for backups."""


@dataclass(frozen=True, slots=True)
class InitStart:
    """What `vigil init` begins with.

    Attributes:
        paths: where the configuration goes.
        given: answers that the command line gave already: country, time_zone, inbox, tell,
            quiet_hours, name, role.
        overwrite: True to replace a configuration; the old one is kept beside it as ".old".
        system_zone: this machine's time zone.
        user_name: the name that is proposed.
        backup_key: makes a key for backups, shows the half that opens them, and gives the other;
            None where the person wants none, or nobody is there to write it down.
    """

    paths: Paths
    given: Mapping[str, str] = field(default_factory=dict)
    overwrite: bool = False
    system_zone: str | None = None
    user_name: str = "me"
    backup_key: Callable[[], str | None] = _no_key


@dataclass(frozen=True, slots=True)
class Subscription:
    """One topic on an ntfy server (https://docs.ntfy.sh/subscribe/phone/#ntfy-links)."""

    server: str
    topic: str

    @property
    def page(self) -> str:
        """The topic's page; every phone can open it."""
        return f"{self.server}/{self.topic}"

    @property
    def android_link(self) -> str:
        """Opens the Android app at once; the iPhone app knows no such links."""
        scheme, _, host = self.server.partition("://")
        return f"ntfy://{host}/{self.topic}{'?secure=false' if scheme == 'http' else ''}"

    @property
    def apprise_url(self) -> str:
        """The address under which messages are sent."""
        scheme, _, host = self.server.partition("://")
        return f"{'ntfys' if scheme == 'https' else 'ntfy'}://{host}/{self.topic}"


def new_topic() -> str:
    """A topic that nobody can guess."""
    return f"vigil-{secrets.token_urlsafe(_TOPIC_BYTES)}"


def run_init(ask: Ask | None, say: Say, start: InitStart) -> Answers:
    """Asks what was not given, writes the configuration and says what to do next.

    Args:
        ask: shows a question and returns the line typed; None takes the defaults without asking.
        say: shows lines.
        start: what is known already.

    Raises:
        VigilError: when a configuration is there already, a given answer will not do, the
            person ends the questions, or a file cannot be written.
    """
    config = start.paths.config
    if config.exists() and not start.overwrite:
        raise VigilError(f"{config}: is there already; nothing was changed")
    parts: Parts = {}
    for question in questions(start.system_zone, start.user_name):
        parts |= _answer(question, ask, say, start.given)
    answers = answers_of(parts)
    phone = Subscription(answers.server, new_topic()) if answers.server else None
    # Shown before anything is written: a key that is in use is on paper.
    key = start.backup_key()
    _write(config, configuration(answers, key), phone)
    say(f"Written: {config}")
    if phone:
        say(phone_steps(phone))
    say("Next: vigil notify test")
    return answers


def _answer(question: Question, ask: Ask | None, say: Say, given: Mapping[str, str]) -> Parts:
    typed = " ".join(given[key] for key in question.keys if given.get(key))
    if typed:
        try:
            return question.read(typed)
        except ValueError as error:
            names = " and ".join(question.keys)
            raise VigilError(f"{names}: {error}", exit_code=2) from None
    if ask is None:
        return question.read(question.default)
    while True:
        try:
            line = ask(f"{question.text} [{question.default}]: ").strip()
        except EOFError:
            raise VigilError("the questions ended early; nothing was written") from None
        try:
            return question.read(line or question.default)
        except ValueError as error:
            say(f"    That will not do: {error}.")


def _write(config: Path, text: str, phone: Subscription | None) -> None:
    if not config.parent.exists():  # a folder that is there may be anybody's: it stays as it is
        make_private_folder(config.parent)
    if config.exists():
        old = config.with_name(f"{config.name}.old")
        write_private(old, config.read_text(encoding="utf-8", errors="replace"))
    if phone:
        write_private(config.parent / PHONE_FILE, f"{phone.apprise_url}\n")
    write_private(config, text)


def phone_steps(phone: Subscription) -> str:
    """What to do on the phone, with the page's QR code."""
    clear = "" if phone.server.startswith("https:") else _NOT_ENCRYPTED
    return _STEPS.format(phone=phone, code=qr_code(phone.page), clear=clear)


_NOT_ENCRYPTED = "This server is reached without encryption: use it in your own network only.\n"
_STEPS = """
On your phone:
1. Install the app "ntfy" (Play Store, F-Droid or App Store).
2. Scan this with the camera. The page that opens shows your topic:

{code}
   {phone.page}
   On Android this link opens the app at once: {phone.android_link}
3. In the app tap +, enter the topic and this server:
   topic   {phone.topic}
   server  {phone.server}
4. Allow notifications, and allow them to sound in Do Not Disturb.
The topic is a password: whoever knows it can read your alerts. Show it to nobody.
{clear}"""


def qr_code(text: str) -> str:
    """A QR code as lines for a terminal."""
    import segno  # noqa: PLC0415 - only this command needs it

    lines = io.StringIO()
    segno.make(text, micro=False, error="m").terminal(lines, compact=True)
    return lines.getvalue()
