"""Servers for the delivery tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.ntfy import NtfyServer, find_program, running


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers on loopback are spoken to directly, whatever proxy the machine uses."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")


@pytest.fixture(scope="session")
def ntfy_program() -> Path:
    """The ntfy server program."""
    program = find_program()
    if program is None:
        pytest.skip("no ntfy server here: run .ci/install-ntfy, or set VIGIL_NTFY")
    return program


@pytest.fixture(scope="session")
def ntfy(ntfy_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NtfyServer]:
    """One ntfy server for all tests; each test uses a topic of its own."""
    with running(ntfy_program, tmp_path_factory.mktemp("ntfy")) as server:
        yield server
