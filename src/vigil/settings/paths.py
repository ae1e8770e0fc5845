"""Where vigil keeps its things, and folders and files that only their owner can read.

`place` is a function of its arguments; `find_paths` asks the machine; the rest writes to disk.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vigil.errors import VigilError

RESTORING = ".restoring"  # in the state folder, while a backup is brought back there
_NAME = "vigil"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Paths:
    """Files and folders of one household; none of them needs to exist.

    Attributes:
        config: the configuration file.
        config_named: True when a person named that file, so that it must be there.
        state: the folder of everything that vigil keeps.
        home: the home folder, for paths that start with "~/".
    """

    config: Path
    config_named: bool
    state: Path
    home: Path

    @property
    def documents(self) -> Path:
        """Copies of all documents taken, by their hash."""
        return self.state / "documents"

    @property
    def database(self) -> Path:
        """The ledger."""
        return self.state / "vigil.db"

    @property
    def inbox(self) -> Path:
        """The watched folder where the configuration names none."""
        return self.home / _NAME / "inbox"

    def expand(self, text: str) -> Path:
        """The path of a text from the configuration: "~/" is home, all else is beside the file."""
        if text.startswith("~/"):
            return self.home / text[2:]
        return self.config.parent / text


def place(
    environ: Mapping[str, str], home: Path, standard: tuple[Path, Path], config: Path | None = None
) -> Paths:
    """The paths that hold for an environment.

    Args:
        environ: STATE_DIRECTORY (systemd.exec(5), StateDirectory=: several are separated by
            colons, the first counts) and VIGIL_CONFIG are honoured.
        home: the home folder.
        standard: configuration and state folder as the platform has them.
        config: the file that the command line names; it goes before VIGIL_CONFIG.

    Raises:
        VigilError: when STATE_DIRECTORY is not written from the root.
    """
    named = config or (Path(environ["VIGIL_CONFIG"]) if environ.get("VIGIL_CONFIG") else None)
    given = environ.get("STATE_DIRECTORY", "").split(":")[0]
    if given and not given.startswith("/"):
        raise VigilError("STATE_DIRECTORY must name a folder from / on", exit_code=2)
    config_folder, state_folder = standard
    return Paths(
        config=(named or config_folder / "config.toml").absolute(),
        config_named=named is not None,
        state=Path(given) if given else state_folder,
        home=home,
    )


def find_paths(config: Path | None = None) -> Paths:
    """The paths on this machine, for this user; `config` is what the command line names."""
    from platformdirs import PlatformDirs  # noqa: PLC0415 - 30 ms that not every command needs

    folders = PlatformDirs(_NAME, appauthor=False)
    standard = (folders.user_config_path, folders.user_state_path)
    return place(os.environ, Path.home(), standard, config)


def make_private_folder(folder: Path) -> None:
    """Makes a folder that only its owner can enter, or mends the mode of one that is there.

    Raises:
        VigilError: when it cannot be made, belongs to somebody else or cannot be mended.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
        if found.st_uid != os.geteuid():
            raise VigilError(
                f"{folder}: belongs to another user; start vigil as that user, "
                "or name another folder"
            )
        if found.st_mode & _OTHERS:
            folder.chmod(0o700)
    except FileExistsError:
        raise VigilError(f"{folder}: a file stands where a folder belongs; move it away") from None
    except OSError as error:
        raise VigilError(f"{folder}: cannot be made private ({error.strerror})") from None


def write_private(target: Path, text: str) -> None:
    """Writes a file that only its owner can read: whole and on disk, or not at all.

    Raises:
        VigilError: when the disk or the folder does not take it.
    """
    import tempfile  # noqa: PLC0415 - only few commands write such a file

    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp made it 0600
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise VigilError(f"{target}: cannot be written ({error.strerror})") from None
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
