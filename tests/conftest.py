"""What all tests share: skips are told aloud, and forbidden where VIGIL_NO_SKIPS is set."""

import os

import pytest
from hypothesis import settings

# A run that gates a landing tries the same examples each time; chance is for the developer's own
# runs and for `make law`.
settings.register_profile("calm", deadline=None)  # a slow machine is no fault
settings.register_profile("gate", deadline=None, derandomize=True)
settings.load_profile("calm")
if os.environ.get("VIGIL_NO_SKIPS"):
    settings.load_profile("gate")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is no passed test: where everything is installed, a skip fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("VIGIL_NO_SKIPS"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped:
        reporter.write_line(f"VIGIL_NO_SKIPS is set and {len(skipped)} tests were skipped.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
