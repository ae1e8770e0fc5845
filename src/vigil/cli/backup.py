"""`vigil backup`, `vigil backup key` and `vigil backup verify`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import typer

from vigil.cli import app
from vigil.cli.common import Desk, desk, many, now, print_json
from vigil.cli.keys import HELP, asked_keys, given_keys
from vigil.errors import VigilError

if TYPE_CHECKING:
    from vigil.keeping.backup import Made
    from vigil.keeping.manifest import Manifest

backup_app = typer.Typer(help="One file with all that vigil keeps.", invoke_without_command=True)
app.add_typer(backup_app, name="backup")
_NO_KEY = (
    "No backup was made: there is no key to lock it with. `vigil backup key` makes one and shows "
    "you its other half, for paper. Or make one that anybody can read: vigil backup --plain"
)


@backup_app.callback()
def backup(
    context: typer.Context,
    to: Optional[Path] = typer.Option(
        None, metavar="FOLDER|FILE", help="Where it goes; else the folder of the configuration."
    ),
    plain: bool = typer.Option(False, "--plain", help="Do not encrypt it: anybody can read it."),
    key: Optional[str] = typer.Option(
        None, metavar="FILE", help=f"Open it afterwards as you would. {HELP}"
    ),
    json: bool = typer.Option(False, "--json"),
) -> None:
    """Make a backup: one encrypted file, read back before it counts. vigil may go on watching."""
    if context.invoked_subcommand:
        return
    made = _make(desk(context), to, plain=plain, key=key)
    if json:
        print_json(_object(made, plain=plain))
    else:
        _print(made, plain=plain)
    for line in _problems(made):
        print(f"vigil: {line}", file=sys.stderr)


@backup_app.command("key")
def make_key(
    context: typer.Context,
    new: bool = typer.Option(
        False, "--new", help="Although there is one: later backups take the new one."
    ),
) -> None:
    """Make a key for backups: the half that opens them is shown once, for paper."""
    from vigil.keeping.own_key import write_key
    from vigil.keeping.paper import new_key
    from vigil.settings.init import qr_code

    office = desk(context)
    if not office.paths.config.exists():
        raise VigilError("There is no configuration yet; `vigil init` makes one, with a key.")
    if office.settings.backup.public_key and not new:
        raise VigilError(
            f"There is a key already, in {office.paths.config}. Its other half is on your paper. "
            "Is the paper lost? `vigil backup key --new` makes another; older backups stay locked "
            "by the old one."
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise VigilError(
            "A key is shown once, to a person: run this on a terminal. For a machine without one, "
            "make the key elsewhere with age-keygen and put public_key under [backup] into "
            f"{office.paths.config}.",
            2,
        )
    public = new_key(input, print, qr_code)
    if public is None:
        raise typer.Exit(1)
    write_key(office.paths, office.settings, public, print)


@backup_app.command("verify")
def verify(
    context: typer.Context,
    file: Path = typer.Argument(..., metavar="FILE"),
    key: Optional[str] = typer.Option(None, metavar="FILE", help=HELP),
    json: bool = typer.Option(False, "--json"),
) -> None:
    """Open a backup and read it from end to end; nothing is put anywhere."""
    from vigil.keeping.unpacking import is_sealed, look_through
    from vigil.settings.paths import find_paths

    keys = asked_keys(key) if is_sealed(file) else ()
    state = find_paths(Path(context.obj) if context.obj else None).state
    manifest = look_through(file, keys, state)
    if json:
        print_json({"file": str(file), "sealed": bool(keys), **_contents(manifest)})
        return
    print(f"{file}: whole, and it opens{' with this key' if keys else ''}.")
    print(f"  {contents_line(manifest)}")
    print(f"  {many(len(manifest.files), 'file')}, each as listed; the database is whole.")


def _make(office: Desk, to: Optional[Path], *, plain: bool, key: Optional[str]) -> "Made":
    from vigil.keeping.backup import Order, make
    from vigil.keeping.places import target_of
    from vigil.settings import Backup
    from vigil.settings.paths import make_private_folder
    from vigil.store import done
    from vigil.store.database import write

    public = office.settings.backup.public_key
    if plain and key:
        raise VigilError("--plain and --key do not go together: a plain backup needs no key.", 2)
    if not plain and public is None:
        raise VigilError(_NO_KEY)
    private = given_keys(key)
    started = now()
    if to is None:
        to = office.paths.expand(office.settings.backup.folder)
        # Another one is never made: below the empty mount point of a disk it would lie on this one.
        if to == office.paths.expand(Backup().folder):
            make_private_folder(to)
    target = target_of(to.absolute(), started, sealed=not plain, is_folder=to.is_dir())
    world = office.world()
    made = make(Order(office.paths, target, None if plain else public, private, started))
    with write(world.db) as db:
        done.note(db, done.BACKUP, str(target), started)
    return made


def _print(made: "Made", *, plain: bool) -> None:
    from vigil.keeping.places import readable

    print(f"Backup: {made.target} ({readable(made.size)})")
    print(f"  {contents_line(made.manifest)}")
    print(f"  Read back from the disk: {many(len(made.manifest.files), 'file')}, each as it was.")
    if plain:
        print("  It is NOT encrypted: whoever has the file can read all of it.")
    elif made.with_own_key:
        print("  It opens with your private key.")
    else:
        print("  Not tried: the key on your paper. Once in a while: vigil backup verify FILE")


def contents_line(manifest: "Manifest") -> str:
    """What a backup holds, and from when, in one line."""
    counts = manifest.counts
    parts = (
        many(counts["transactions"], "transaction"),
        many(counts["accounts"], "account"),
        f"{many(counts['alerts'], 'alert')} ({counts['open_alerts']} open)",
        many(counts["cases"], "case"),
        many(len(manifest.documents), "document"),
    )
    return f"from {manifest.made_at:%Y-%m-%d %H:%M} UTC: {', '.join(parts)}"


def _problems(made: "Made") -> list[str]:
    lines = []
    if made.manifest.missing:
        count = many(len(made.manifest.missing), "document")
        lines.append(f"the copies of {count} are gone from the state folder.")
    if made.damaged:
        lines.append(
            f"the copies of {many(len(made.damaged), 'document')} have changed on the disk since "
            "they were taken; they are in the backup as they are. Look at the disk, and at older "
            "backups."
        )
    return lines


def _contents(manifest: "Manifest") -> dict[str, Any]:
    return {
        "made_at": f"{manifest.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "version": manifest.version,
        "schema": manifest.schema,
        "counts": {**manifest.counts, "copies": len(manifest.documents)},
        "files": len(manifest.files),
        "missing": list(manifest.missing),
    }


def _object(made: "Made", *, plain: bool) -> dict[str, Any]:
    return {
        "file": str(made.target),
        "sealed": not plain,
        "size": made.size,
        "sha256": made.sha256,
        **_contents(made.manifest),
        "read_back": True,
        "opened_with_own_key": None if plain else made.with_own_key,
        "problems": _problems(made),
    }
