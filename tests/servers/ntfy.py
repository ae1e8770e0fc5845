"""A real ntfy server on 127.0.0.1, with its users, in a folder of its own."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER, PASSWORD = "anna", "canary-password-5f1c"
READERS = {"Authorization": "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()}


@dataclass(frozen=True, slots=True)
class NtfyServer:
    """A running server.

    Attributes:
        port: where it listens on 127.0.0.1.
    """

    port: int

    def url(self, topic: str, login: str = f"{USER}:{PASSWORD}@", **options: str) -> str:
        """The apprise address of a topic."""
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return f"ntfy://{login}127.0.0.1:{self.port}/{topic}" + (f"?{query}" if query else "")

    def messages(self, topic: str) -> list[dict[str, Any]]:
        """What a phone that subscribed to the topic was given, oldest first."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{topic}/json?poll=1", headers=READERS
        )
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - http on loopback
            events = [json.loads(line) for line in answer.read().splitlines()]
        return [event for event in events if event["event"] == "message"]


def find_program() -> Path | None:
    """The ntfy server: VIGIL_NTFY, or on the PATH, or where .ci/install-ntfy puts it."""
    tools = os.environ.get("VIGIL_TEST_TOOLS") or Path.home() / ".cache" / "vigil-test-tools"
    found = (os.environ.get("VIGIL_NTFY"), shutil.which("ntfy"), Path(tools) / "ntfy")
    return next((Path(one) for one in found if one and _serves(Path(one))), None)


@contextmanager
def running(program: Path, folder: Path, **settings: object) -> Iterator[NtfyServer]:
    """A server with one user, who may use topics that begin with "alarm"; stopped at the end."""
    port = _free_port()
    config = folder / "server.yml"
    config.write_text(json.dumps(_settings(folder, port) | _dashed(settings)))  # JSON is YAML
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen(
        [program, "serve", "--config", config], stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait_until_healthy(process, port, folder / "server.log")
        # The server makes the user database when it starts, and reads it at every request.
        _user(program, config, "user", "add", USER)
        _user(program, config, "access", USER, "alarm*", "read-write")
        yield NtfyServer(port)
    finally:
        process.terminate()
        process.wait(timeout=10)
        log.close()


def _settings(folder: Path, port: int) -> dict[str, object]:
    return {
        "base-url": f"http://127.0.0.1:{port}",
        "listen-http": f"127.0.0.1:{port}",
        "cache-file": str(folder / "cache.db"),
        "auth-file": str(folder / "auth.db"),
        "auth-default-access": "deny-all",
        "attachment-cache-dir": str(folder / "attachments"),
        "visitor-request-limit-burst": 10_000,
        "web-root": "disable",
    }


def _dashed(settings: Mapping[str, object]) -> dict[str, object]:
    return {name.replace("_", "-"): value for name, value in settings.items()}


def _serves(program: Path) -> bool:
    """Whether this is the server: another program of that name sends desktop notifications."""
    if not os.access(program, os.X_OK) or program.is_dir():
        return False
    asked = subprocess.run([program, "serve", "--help"], capture_output=True, check=False)
    return asked.returncode == 0 and b"--listen-http" in asked.stdout


def _user(program: Path, config: Path, *words: str) -> None:
    command, *rest = words
    subprocess.run(
        [program, command, "--config", config, *rest],
        env=os.environ | {"NTFY_PASSWORD": PASSWORD},
        capture_output=True,
        check=True,
        timeout=20,
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_until_healthy(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/health", timeout=1):
                return
        except OSError:
            time.sleep(0.02)  # it is still starting; the loop ends at the deadline
    raise RuntimeError(f"ntfy did not start: {log.read_text()[-500:]}")
