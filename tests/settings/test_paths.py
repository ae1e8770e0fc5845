"""Where vigil keeps its things."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vigil.errors import VigilError
from vigil.settings.paths import make_private_folder, place, write_private

HOME = Path("/home/anna")
STANDARD = (HOME / ".config" / "vigil", HOME / ".local" / "state" / "vigil")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_without_environment_the_platforms_folders_hold() -> None:
    """Configuration, ledger, documents and inbox have their usual places."""
    paths = place({}, HOME, STANDARD)
    assert (paths.config, paths.config_named) == (HOME / ".config/vigil/config.toml", False)
    assert paths.database == HOME / ".local/state/vigil/vigil.db"
    assert paths.documents == HOME / ".local/state/vigil/documents"
    assert paths.inbox == HOME / "vigil/inbox"


def test_the_first_state_directory_of_systemd_goes_first() -> None:
    """STATE_DIRECTORY may hold several folders; the first is taken."""
    paths = place({"STATE_DIRECTORY": "/var/lib/vigil:/var/lib/other"}, HOME, STANDARD)
    assert paths.state == Path("/var/lib/vigil")
    with pytest.raises(VigilError, match="from / on"):
        place({"STATE_DIRECTORY": "vigil"}, HOME, STANDARD)


def test_the_command_line_goes_before_the_environment() -> None:
    """--config, then VIGIL_CONFIG, then the platform's folder."""
    environ = {"VIGIL_CONFIG": "/etc/vigil.toml"}
    assert place(environ, HOME, STANDARD).config == Path("/etc/vigil.toml")
    named = place(environ, HOME, STANDARD, Path("/tmp/a.toml"))
    assert (named.config, named.config_named) == (Path("/tmp/a.toml"), True)


def test_a_text_of_the_configuration_becomes_a_path() -> None:
    """The sign ~/ is the home folder; any other relative path counts from the configuration."""
    paths = place({}, HOME, STANDARD)
    assert paths.expand("~/x") == HOME / "x"
    assert paths.expand("/x") == Path("/x")
    assert paths.expand("phone.url") == HOME / ".config/vigil/phone.url"


def test_a_real_process_finds_the_folders_of_its_environment(tmp_path: Path) -> None:
    """find_paths follows XDG on Linux, in a process of its own."""
    code = "from vigil.settings.paths import find_paths as f; p = f(); print(p.config, p.state)"
    environ = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "c"),
        "XDG_STATE_HOME": str(tmp_path / "s"),
    }
    out = subprocess.run(
        [sys.executable, "-c", code], env=environ, check=True, capture_output=True, text=True
    )
    assert out.stdout.split() == [f"{tmp_path}/c/vigil/config.toml", f"{tmp_path}/s/vigil"]


def test_the_state_folder_is_private_from_the_start(tmp_path: Path) -> None:
    """A new folder has mode 0700, whatever the umask."""
    before = os.umask(0)
    try:
        make_private_folder(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert mode(tmp_path / "a" / "b") == 0o700


def test_a_looser_folder_is_mended(tmp_path: Path) -> None:
    """A folder that others could enter is closed to them; a closed one stays as it is."""
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path)
    assert mode(tmp_path) == 0o700


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    """A file where the folder belongs is told, not overwritten."""
    (tmp_path / "state").write_text("x", encoding="utf-8")
    with pytest.raises(VigilError, match="a file stands where a folder belongs"):
        make_private_folder(tmp_path / "state")
    with pytest.raises(VigilError, match="cannot be made private"):
        make_private_folder(tmp_path / "state" / "deeper")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_somebody_elses_folder_is_refused(tmp_path: Path) -> None:
    """A folder of another user is not used, even by root."""
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(VigilError, match="belongs to another user"):
        make_private_folder(tmp_path)


def test_a_private_file_is_written_whole_and_leaves_nothing_else(tmp_path: Path) -> None:
    """The file has mode 0600, replaces an older one, and no temporary file stays."""
    target = tmp_path / "x"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o644)
    write_private(target, "néw\n")
    assert (target.read_text(encoding="utf-8"), mode(target)) == ("néw\n", 0o600)
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(VigilError, match="cannot be written"):
        write_private(tmp_path / "none" / "x", "x")


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """Text that cannot be written (a lone surrogate) changes nothing on disk."""
    target = tmp_path / "x"
    write_private(target, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(target, "\ud800")
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["old"]
