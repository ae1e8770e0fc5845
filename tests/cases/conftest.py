"""A household for the tests of alerts."""

from pathlib import Path

import pytest
from tests.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A household of three with two accounts and nothing read yet."""
    return Home(tmp_path)
