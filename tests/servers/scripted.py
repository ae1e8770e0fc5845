"""A real HTTP server on 127.0.0.1 that answers by a script: one entry for each request."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer: with these bytes, or not at all.

    Attributes:
        behaviour: "hang" takes the request and stays silent until the server is closed; "drop"
            takes it and closes the connection.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    behaviour: Literal["answer", "hang", "drop"] = "answer"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class ScriptedServer(ThreadingHTTPServer):
    """Answers by the script; after its end the last entry holds for good.

    Attributes:
        requests: what came in, in order.
        arrived: released once for each request, so that a test can wait for one.
        closing: set when the server closes; ends every hanging answer.
    """

    daemon_threads = True

    def __init__(self, script: tuple[Answer, ...]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = list(script)
        self.requests: list[Request] = []
        self.arrived = threading.Semaphore(0)
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self.server_address[1])

    def take(self, request: Request) -> Answer:
        """Note a request and give its answer."""
        self.requests.append(request)
        self.arrived.release()
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.take(Request(self.command, self.path, headers, body))
        self.close_connection = True
        if answer.behaviour == "hang":
            self.server.closing.wait(30)
        if answer.behaviour == "answer":
            self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def do_POST(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Stay silent: tests look at what is printed."""


@contextmanager
def scripted(*script: Answer) -> Iterator[ScriptedServer]:
    """A server for the length of the block."""
    server = ScriptedServer(script or (Answer(),))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
