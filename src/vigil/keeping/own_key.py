"""Making a key for a household that has a configuration already."""

from collections.abc import Callable
from dataclasses import replace

from vigil.errors import VigilError
from vigil.keeping.config_text import with_public_key
from vigil.settings import Settings
from vigil.settings.load import load
from vigil.settings.paths import Paths, write_private

Say = Callable[[str], None]


def write_key(paths: Paths, settings: Settings, key: str, say: Say) -> None:
    """Put a public key into the configuration, or say which lines to put there.

    The file is changed only when the new text means the same as the old one but for the key.
    """
    lines = f'[backup]\npublic_key = "{key}"'
    target = paths.config.resolve()  # a link stays a link
    try:
        text = with_public_key(target.read_text(encoding="utf-8"), key)
        _must_mean_the_same(text, settings, key)
        write_private(target, text)
    except (VigilError, OSError) as error:
        say(f"The other half could not be put into {paths.config} ({error}). Put it there:\n")
        say(lines)
        return
    say(f"The other half is in {paths.config}. Now make the first backup: vigil backup")


def _must_mean_the_same(text: str, settings: Settings, key: str) -> None:
    wanted = replace(settings, backup=replace(settings.backup, public_key=key))
    if load(text, "the configuration", settings.household.time_zone) != wanted:
        raise VigilError("it is written in a way that only you should change")
