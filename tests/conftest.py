"""What all tests share: skips are told aloud, and forbidden where VIGIL_NO_SKIPS is set."""

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is no passed test: where everything is installed, a skip fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("VIGIL_NO_SKIPS"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped:
        reporter.write_line(f"VIGIL_NO_SKIPS is set and {len(skipped)} tests were skipped.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
