"""The key of the backups: made on a terminal, on paper, and nowhere else."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.keeping.conftest import Kept, converse, key_shown

from vigil.keeping.age import public_of, read_private
from vigil.keeping.config_text import with_public_key
from vigil.settings import Settings
from vigil.settings.load import load

PAPER = "or press Enter for no key:"
QUESTIONS = {f"{end}]:": [""] for end in ("inbox", "07:00", "owner")}


def public_key(vigil: Command) -> str | None:
    """The key in the configuration."""
    text = (vigil.folder / "config/vigil/config.toml").read_text(encoding="utf-8")
    read = load(text, "c.toml")
    assert isinstance(read, Settings), read
    return read.backup.public_key


def nowhere(folder: Path, key: str) -> None:
    """No file below the folder holds the key in any form in which it was shown."""
    body = key.removeprefix("AGE-SECRET-KEY-1")
    forms = [key, body, body.lower(), body[:20], " ".join(body[n : n + 4] for n in range(0, 20, 4))]
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for form in forms:
                assert form.encode() not in content, file


def test_init_shows_a_key_once_and_keeps_its_other_half(vigil: Command) -> None:
    """From the first question to a backup that opens with what stands on the paper."""
    answers = {**QUESTIONS, "America/New_York]:": [""], "UTC]:": [""], PAPER: ["KEY ENDS"]}
    words = ["init", "--tell", "terminal", "--country", "US", "--time-zone", "UTC"]
    said, code = converse(vigil, words, answers)
    assert code == 0, said
    key = key_shown(said)
    assert said.count("AGE-SECRET-KEY-1") == 1
    assert public_key(vigil) == public_of(read_private(key)[0])
    assert vigil("backup").returncode == 0
    (file,) = (vigil.folder / "vigil/backups").iterdir()
    nowhere(vigil.folder, key)
    verified = vigil("backup", "verify", str(file), "--key", "-", stdin=key)
    assert "opens with this key" in verified.stdout
    nowhere(vigil.folder, key)


def test_init_with_yes_on_a_terminal_shows_the_key_too(vigil: Command) -> None:
    """Nothing is asked, and somebody looks on."""
    said, code = converse(vigil, ["init", "--yes", "--tell", "terminal"], {})
    assert code == 0
    assert public_key(vigil) == public_of(read_private(key_shown(said))[0])


def test_init_without_a_terminal_makes_no_key(vigil: Command) -> None:
    """A key in a log would be worse than none; it says so, and how to make one later."""
    done = vigil("init", "--yes", "--tell", "terminal")
    assert done.returncode == 0
    assert "AGE-SECRET" not in done.stdout + done.stderr
    assert "vigil backup key" in done.stdout
    assert public_key(vigil) is None


def test_without_paper_the_configuration_has_no_key(vigil: Command) -> None:
    """Enter instead of the end of the key: init ends well, and backups stay unlocked by nothing."""
    answers = {**QUESTIONS, "UTC]:": [""], PAPER: [""]}
    words = ["init", "--tell", "terminal", "--country", "US", "--time-zone", "UTC"]
    said, code = converse(vigil, words, answers)
    assert code == 0, said
    assert "No key was made" in said
    assert public_key(vigil) is None


def test_a_new_configuration_keeps_the_key(vigil: Command) -> None:
    """Older backups, and the paper, go on being good."""
    said, _ = converse(vigil, ["init", "--yes", "--tell", "terminal"], {})
    known = public_key(vigil)
    again, code = converse(vigil, ["init", "--yes", "--overwrite", "--tell", "terminal"], {})
    assert code == 0
    assert "AGE-SECRET" in said
    assert "AGE-SECRET" not in again
    assert public_key(vigil) == known is not None


def test_a_key_can_be_made_later(kept: Kept) -> None:
    """The configuration gains two lines and loses nothing."""
    vigil = kept.vigil
    config = vigil.folder / "config/vigil/config.toml"
    before = config.read_text(encoding="utf-8").partition("[backup]")[0] + "# the end\n"
    config.write_text(before, encoding="utf-8")
    said, code = converse(vigil, ["backup", "key"], {PAPER: ["KEY ENDS"]})
    assert code == 0, said
    key = key_shown(said)
    public = public_of(read_private(key)[0])
    assert config.read_text("utf-8") == f'{before}\n[backup]\npublic_key = "{public}"\n'
    assert config.stat().st_mode & 0o777 == 0o600
    nowhere(vigil.folder, key)
    refused = vigil("backup", "key")
    assert (refused.returncode, "There is a key already" in refused.stderr) == (1, True)
    said, code = converse(vigil, ["backup", "key", "--new"], {PAPER: ["KEY ENDS"]})
    assert code == 0
    assert public_key(vigil) == public_of(read_private(key_shown(said))[0]) != public


def test_a_configuration_that_cannot_be_written_to_is_left_alone(kept: Kept) -> None:
    """The lines to paste are shown instead."""
    config = kept.vigil.folder / "config/vigil/config.toml"
    config.write_text('backup = { folder = "~/x" }\n', encoding="utf-8")
    said, code = converse(kept.vigil, ["backup", "key"], {PAPER: ["KEY ENDS"]})
    assert code == 0, said
    public = public_of(read_private(key_shown(said))[0])
    assert f'public_key = "{public}"' in said
    assert config.read_text(encoding="utf-8") == 'backup = { folder = "~/x" }\n'


def test_a_key_is_shown_to_a_person_only(kept: Kept) -> None:
    """Into a pipe it is not; and without a configuration there is nowhere to put its half."""
    kept.vigil.configure("")
    done = kept.vigil("backup", "key")
    assert (done.returncode, "on a terminal" in done.stderr) == (2, True)
    assert "AGE-SECRET" not in done.stdout + done.stderr
    (kept.vigil.folder / "config/vigil/config.toml").unlink()
    done = kept.vigil("backup", "key")
    assert (done.returncode, "vigil init" in done.stderr) == (1, True)


def test_the_key_is_typed_on_the_terminal(kept: Kept) -> None:
    """In groups and lines; a slip is asked for again."""
    file = kept.made()
    key = kept.key.read_text(encoding="utf-8")
    slip = key[:40] + ("Q" if key[40] != "Q" else "P") + key[41:]
    typed = {">": [slip, "", key[:37].lower(), key[37:], ""]}
    said, code = converse(kept.vigil, ["backup", "verify", str(file)], typed)
    assert code == 0, said
    assert "one character or more is wrong" in said
    assert "whole, and it opens with this key" in said
    said, code = converse(kept.vigil, ["backup", "verify", str(file)], {">": [""]})
    assert (code, "No key was typed" in said) == (1, True)


CONFIGS = {
    "nothing": "",
    "no end of line": "[log]\nlevel = 'info'",
    "off": '#[backup]\n#public_key = "x"\n[log]\n',
    "other settings": '[backup] # mine\nfolder = "~/b"\n\n[log]\nlevel = "info"\n',
    "an older key": f'[log]\n[backup]\n  public_key = "age1{"q" * 58}" # old\nfolder = "~/b"\n',
    "at the end": "[log]\n[backup]",
    "before another": "[ backup ]\n[log]\n",
}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_key_goes_where_it_belongs(name: str) -> None:
    """The new text reads as the old one with the key; every other line stays as it is."""
    key = f"age1{'p' * 58}"
    text = with_public_key(CONFIGS[name], key)
    read, before = load(text, "c"), load(CONFIGS[name], "c")
    assert isinstance(read, Settings), read
    assert isinstance(before, Settings), before
    assert read.backup.public_key == key
    assert (read.backup.folder, read.log) == (before.backup.folder, before.log)
    others = [
        line for line in CONFIGS[name].splitlines() if "public_key" not in line or "#p" in line
    ]
    assert all(line in text.splitlines() for line in others)


def test_pyrage_is_loaded_by_what_needs_it_alone() -> None:
    """Other commands start without it."""
    program = (
        "import sys\nfrom vigil.cli import _register, app\n_register()\n"
        "app(['backup', '--help'], standalone_mode=False)\n"
        "import vigil.cli.common, vigil.watch.daemon\n"
        "assert 'pyrage' not in sys.modules and 'tarfile' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
