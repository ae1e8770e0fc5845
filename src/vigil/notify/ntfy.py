"""apprise's ntfy service with its answer read. Imports apprise: only `service` may import this.

apprise counts every HTTP 200 as delivered, keeps the status to its log, and writes topic and
text there. This class takes over the one method in which each apprise plug-in sends (`send`),
and leaves the URL with all its options to apprise.

A repeat carries the alert's id as tag and in its text, and no X-Sequence-ID: with that the phone
replaces the message without ringing (ntfy 2.16, "updating notifications"), and an alarm has to
ring until it is answered.
"""

import json
from typing import Any, Literal

import requests
from apprise.plugins.ntfy import NotifyNtfy

from vigil.model import Message
from vigil.notify.answers import read_ntfy, refusal
from vigil.notify.channel import Failed, Result, Sent

# ntfy, "message priority": 5 is the only level that a phone can let through "do not disturb" and
# keep ringing; 3 is an ordinary notification; 2 makes no sound and no vibration.
_PRIORITIES: dict[Literal["high", "default", "low"], int] = {"high": 5, "default": 3, "low": 2}
_ANSWER_BYTES = 16 * 1024
_WITHOUT_BUTTONS = "accepted without buttons: the server refused them"


class Ntfy(NotifyNtfy):  # type: ignore[misc]  # apprise is untyped here: its base class is Any
    """One ntfy address: a server, its topics and the person's own options.

    The server's answer is left in `outcome`, because apprise passes on True or False only.
    """

    def __init__(self, **parsed: Any) -> None:
        super().__init__(**parsed)
        self.buttons: str | None = parsed.get("actions")
        self.own_tags: list[str] = list(parsed.get("xtags") or [])
        self.place = _place(self)
        self.message = Message(alert="", title="", body="", priority="default")
        self.outcome: Result | None = None

    def send(self, body: str, title: str = "", **_more: Any) -> bool:
        """Publish to every topic; apprise calls this. True when each was accepted."""
        outcomes = [self._publish(topic, title, body) for topic in self.topics]
        failed = [outcome for outcome in outcomes if isinstance(outcome, Failed)]
        self.outcome = failed[0] if failed else outcomes[0]
        return not failed

    def _publish(self, topic: str, title: str, body: str) -> Result:
        """Send to one topic; a refused button must not cost the alert, so it goes out without."""
        payload = self._payload(topic, title, body)
        status, outcome = self._post(topic, payload, self.buttons)
        if status != 400 or not self.buttons:
            return outcome
        _, plain = self._post(topic, payload, None)
        return Sent(_WITHOUT_BUTTONS) if isinstance(plain, Sent) else plain

    def _payload(self, topic: str, title: str, body: str) -> dict[str, object]:
        """The fields of ntfy's "publish as JSON"; no icon and no attachment is ever named."""
        fields = {
            "topic": topic,
            "title": title,
            "message": body,
            "priority": _PRIORITIES[self.message.priority],
            "tags": [*self.own_tags, *filter(None, [self.message.alert])],
            "click": self.click,
            "delay": self.delay,
            "email": self.email,
        }
        return {name: value for name, value in fields.items() if value}

    def _post(
        self, topic: str, payload: dict[str, object], buttons: str | None
    ) -> tuple[int | None, Result]:
        """One request: the HTTP status, None without an answer, and what it means."""
        try:
            with requests.post(
                self._address(),
                data=json.dumps(payload, ensure_ascii=False).encode(),
                headers=self._headers(buttons),
                auth=(self.user, self.password or "") if self._with_password() else None,
                verify=self.verify_certificate,
                timeout=self.request_timeout,
                allow_redirects=self.redirects,
                stream=True,
            ) as response:
                body = next(response.iter_content(_ANSWER_BYTES), b"")
                if response.status_code != 200:
                    return response.status_code, refusal(
                        self.place, response.status_code, response.headers
                    )
                return 200, read_ntfy(self.place, topic, body)
        except (requests.RequestException, OSError, UnicodeError) as error:
            return None, _no_answer(self.place, error)

    def _address(self) -> str:
        if self.mode == "cloud":
            return str(self.cloud_notify_url)
        scheme = "https" if self.secure else "http"
        port = f":{self.port}" if self.port else ""
        return f"{scheme}://{self.host}{port}"

    def _headers(self, buttons: str | None) -> dict[str, str | bytes]:
        headers: dict[str, str | bytes] = {
            "User-Agent": self.app_id,
            "Content-Type": "application/json",
        }
        if self.mode != "cloud" and self.auth == "token" and self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if buttons:  # as UTF-8, which ntfy reads; a str would be refused beyond Latin-1
            headers["X-Actions"] = buttons.encode()
        return headers

    def _with_password(self) -> bool:
        return self.mode != "cloud" and self.auth == "basic" and bool(self.user)


def _place(service: Ntfy) -> str:
    """Scheme and host; in the short form of the address the host is the topic, a secret."""
    if service.mode == "cloud":
        return "ntfy.sh"
    return f"{'ntfys' if service.secure else 'ntfy'}://{service.host}"


def _no_answer(place: str, error: Exception) -> Failed:
    """The failure behind an exception, whose own text holds the address."""
    malformed = (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidHeader,
        requests.exceptions.InvalidSchema,
        UnicodeError,
    )
    if isinstance(error, malformed):
        return Failed(f"{place}: the address or its options cannot be sent", permanent=True)
    if isinstance(error, requests.exceptions.SSLError):
        return Failed(f"{place}: its certificate is not trusted", reached=False)
    if isinstance(error, requests.exceptions.Timeout):
        return Failed(f"{place}: no answer in time", reached=False)
    return Failed(f"{place}: no connection", reached=False)
