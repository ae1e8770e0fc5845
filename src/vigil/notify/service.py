"""Turns an apprise URL into something that sends, and reads apprise's answer.

Importing this module imports apprise; `push` does so at the first message. apprise's own log is
shut in: it names topics at WARNING and keys, tokens and texts at DEBUG.

Of a service other than ntfy apprise tells only yes or no, so a 200 from somebody else on the way
(a network's login page over plain http) counts as accepted; redirects, the usual form of such a
page, do not. https addresses are safe from it.
"""

import logging
import re
import threading
import warnings
from collections.abc import Iterable
from typing import Any

import apprise
from apprise.plugins import url_to_dict

from vigil.model import Message
from vigil.notify import fit
from vigil.notify.answers import refusal
from vigil.notify.channel import Failed, Result, Sent
from vigil.notify.ntfy import Ntfy

# What speaks of a request in its log lines: apprise, and the libraries that it sends with.
_TALKATIVE = ("apprise", "urllib3", "requests", "charset_normalizer")

_CONNECT, _READ, _LONGEST = 5.0, 10.0, 30.0  # seconds

# Options of an apprise URL that vigil decides itself:
# retries and their pause belong to the outbox; "optional" makes apprise call a failure a success;
# icons and attachments make the phone fetch something from a third party.
_NOT_TAKEN = ("retry", "wait", "optional", "attach", "filename", "avatar_url")

# How nearly all of apprise's plug-ins end their line on a refusal: "error=403."
_STATUS = re.compile(r"error=(\d{3})")

_NOT_UNDERSTOOD = (
    "apprise does not understand this address: a part is missing or misspelt, "
    "or its service needs a package that is not installed"
)

_LOADING = threading.Lock()


class Service:
    """One apprise object with one service in it, ready to send."""

    def __init__(self, sender: apprise.Apprise, plugin: Any) -> None:
        self._sender = sender
        self._plugin = plugin

    def send(self, message: Message) -> Result:
        """Send one message; success is only what the service accepted."""
        title, body = _texts(message, self._plugin)
        if isinstance(self._plugin, Ntfy):
            self._plugin.message, self._plugin.outcome = message, None
        result = self._sender.notify(
            body=body,
            title=title,
            body_format=apprise.NotifyFormat.TEXT,
            notify_type=apprise.NotifyType.WARNING,
        )
        if isinstance(self._plugin, Ntfy) and self._plugin.outcome is not None:
            return self._plugin.outcome
        if result.status == apprise.AppriseResultStatus.SUCCESS:
            return Sent()
        return refusal(_scheme(self._plugin), _status(result.logs()))


def open_service(url: str) -> Service | Failed:
    """A service that can send to this URL, or why there is none; nothing is sent yet."""
    _shut_in_logs()
    asset = _asset()
    try:
        plugin = _plugin(_parsed(url), asset)
    except Exception:  # noqa: BLE001 - 170 foreign parsers, whose errors quote the address
        plugin = None
    if plugin is None:
        return Failed(_NOT_UNDERSTOOD, permanent=True)
    plugin.request_rate_per_sec = 0  # apprise sleeps 5.5 s between two messages otherwise
    sender = apprise.Apprise(asset=asset)
    sender.add(plugin)
    return Service(sender, plugin)


def _parsed(url: str) -> dict[str, Any]:
    """The URL's parts; empty when no service claims it.

    The first call loads every plug-in of apprise. What their libraries have to say of Python's
    next version is not for the person; the lock is for `catch_warnings`, which is not safe in
    threads.
    """
    with _LOADING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return url_to_dict(url) or {}


def _asset() -> apprise.AppriseAsset:
    return apprise.AppriseAsset(
        app_id="vigil",
        app_desc="vigil",
        app_url="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,  # keys stay off the disk
        image_url_mask=None,  # else the phone fetches an icon from a third party
        image_url_logo=None,
        interpret_escapes=False,
        interpret_emojis=False,
        async_mode=False,
        # A redirect turns POST into GET, and its 200 would count as delivered.
        http_redirects=False,
        # 0: send in the calling thread; apprise's own pool keeps the process from ending.
        service_timeout=0,
    )


def _own_options(parsed: dict[str, Any]) -> dict[str, Any]:
    """The parsed URL without the options that are not the person's to set here."""
    options = {name: value for name, value in parsed.items() if name not in _NOT_TAKEN}
    options["cto"] = _seconds(parsed.get("cto"), _CONNECT)
    options["rto"] = _seconds(parsed.get("rto"), _READ)
    options["include_image"] = False
    return options


def _seconds(value: object, default: float) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        return default
    return min(seconds, _LONGEST) if seconds > 0 else default


def _plugin(parsed: dict[str, Any], asset: apprise.AppriseAsset) -> Any:
    """The plug-in for a parsed URL, ours for ntfy; None when a part of the address is missing."""
    if not parsed:
        return None
    options = _own_options(parsed)
    if options["schema"] not in ("ntfy", "ntfys"):
        return apprise.Apprise.instantiate(options, asset=asset)
    options.pop("format", None)  # the text is plain; as Markdown bank text could draw a link
    plugin = Ntfy(asset=asset, **options)
    return plugin if plugin.topics else None


def _texts(message: Message, plugin: Any) -> tuple[str, str]:
    """Title and body as the service can hold them; one without titles gets it in the body."""
    title_room = plugin.title_maxlen if plugin.title_maxlen > 0 else fit.TITLE_LIMIT
    title = fit.fit_title(message.title, min(fit.TITLE_LIMIT, title_room))
    room = plugin.body_maxlen - (0 if plugin.title_maxlen > 0 else len(title) + 2)
    body = fit.fit_body(message.body or title, message.alert, min(fit.BODY_LIMIT, room))
    return title, body or title or "vigil"


def _scheme(plugin: Any) -> str:
    """Many services keep their token where others have the host, so the scheme alone is named."""
    return str(plugin.schema)


def _status(logs: Iterable[Any]) -> int | None:
    """The last HTTP status that apprise wrote down for this message; it hands out no other."""
    found = [match for entry in logs for match in _STATUS.findall(entry.message)]
    return int(found[-1]) if found else None


def _shut_in_logs() -> None:
    """Keep these loggers from every handler of the process, whatever level it has."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        if not logger.handlers:  # without one Python prints warnings to stderr
            logger.addHandler(logging.NullHandler())
