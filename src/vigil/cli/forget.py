"""`vigil forget account|person|everything`."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from vigil.cli import app
from vigil.cli.common import Desk, desk, many, now
from vigil.errors import VigilError

if TYPE_CHECKING:
    from vigil.model import Case
    from vigil.pipeline import World
    from vigil.steps.forgetting import AccountPlan, PersonPlan
    from vigil.store.alerts import AlertRow

forget_app = typer.Typer(
    help="Remove what vigil keeps of an account or a person, or all.", no_args_is_help=True
)
app.add_typer(forget_app, name="forget")
_YES = typer.Option(False, "--yes", help="Do not ask.")
_FORCE = typer.Option(False, "--force", help="Although an open case or alert speaks of it.")


@forget_app.command("account")
def account(
    context: typer.Context,
    name: str = typer.Argument(..., help="As `vigil account ls` prints it."),
    yes: bool = _YES,
    force: bool = _FORCE,
) -> None:
    """Forget an account: its transactions, what was said of them, and the bank's files."""
    from vigil.keeping.erasing import erase_copies, erase_upgrade_copies
    from vigil.steps.forgetting import forget_account, plan_account
    from vigil.steps.ringing import Teller
    from vigil.store import retention
    from vigil.store.database import write
    from vigil.store.forget import erased

    office = desk(context)
    with _alone(office) as world:
        plan = plan_account(Teller(world.db, world.household, now()), name)
        _tell_account(office, plan)
        _must_be_free(plan.open_cases, plan.open_alerts, force=force)
        _confirm(yes=yes)
        # The files go first, noted as meant: cut off here, the same command takes it up again.
        with write(world.db) as db:
            retention.let_go(db, plan.documents, now())
        erase_copies(world.documents, plan.documents.values())
        with erased(world.db), write(world.db) as db:
            forget_account(Teller(db, world.household, now()), plan)
        erase_upgrade_copies(office.paths.database)
    print(f"“{plan.nickname}” is forgotten.")
    if plan.nickname in office.settings.accounts:
        print(f"Its table [accounts.{plan.nickname}] in {office.paths.config} is yours to remove.")


@forget_app.command("person")
def person(
    context: typer.Context,
    name: str = typer.Argument(..., help="As in the configuration, [people.NAME]."),
    yes: bool = _YES,
    force: bool = _FORCE,
) -> None:
    """Forget a person: what was sent to them, and where they are named."""
    from vigil.keeping.erasing import erase_upgrade_copies
    from vigil.steps.forgetting import forget_person, plan_person
    from vigil.steps.ringing import Teller
    from vigil.store.database import write
    from vigil.store.forget import erased

    office = desk(context)
    with _alone(office) as world:
        plan = plan_person(Teller(world.db, world.household, now()), name)
        _tell_person(office, plan)
        _must_be_free(plan.open_cases, plan.alone, force=force)
        _confirm(yes=yes)
        with erased(world.db), write(world.db) as db:
            forget_person(Teller(db, world.household, now()), plan)
        erase_upgrade_copies(office.paths.database)
    print(f"{name} is forgotten.")
    if name in office.settings.people:
        print(f"[people.{name}] still stands in {office.paths.config}: while it does, vigil tells")
        print(f"{name} of what comes. Remove that table and the channels that are only theirs.")


@forget_app.command("everything")
def everything(context: typer.Context, yes: bool = _YES, force: bool = _FORCE) -> None:
    """Forget everything: the ledger, the alerts and cases, the copies of documents."""
    from vigil.keeping.erasing import erase_everything
    from vigil.keeping.turn import only_keeper
    from vigil.watch.alone import only_one

    office = desk(context)
    paths = office.paths
    if not paths.state.exists():
        raise VigilError(f"There is nothing to forget: {paths.state} is not there.")
    _must_not_watch(office)
    with only_one(paths), only_keeper(paths.state):
        print(f"This removes all that vigil keeps in {paths.state}.")
        cases, alerts = _open_things(office)
        _must_be_free(cases, alerts, force=force)
        _confirm(yes=yes)
        left = erase_everything(paths)
    print("Everything is forgotten.")
    if left:
        print(f"No part of that, and still in {paths.state}: {', '.join(left)}")
    _tell_what_stays(office)


@contextlib.contextmanager
def _alone(office: Desk) -> "Iterator[World]":
    """The household, while nobody else watches, makes a backup or lets copies go."""
    from vigil.keeping.turn import only_keeper
    from vigil.watch.alone import only_one

    _must_not_watch(office)
    with only_one(office.paths), only_keeper(office.paths.state):
        world = office.world()
        try:
            yield world
        finally:
            world.db.close()


def _must_not_watch(office: Desk) -> None:
    from vigil.watch.alone import daemon_runs

    if office.paths.state.exists() and daemon_runs(office.paths):
        raise VigilError(
            "vigil is watching, and what it knows cannot be forgotten under its eyes. Stop it, run "
            "this again, and start it anew; what comes meanwhile is read then."
        )


def _open_things(office: Desk) -> "tuple[Sequence[Case], Sequence[AlertRow]]":
    """What stands in the way; a database that cannot be opened stands in nobody's way."""
    from vigil.store import alerts, casebook

    if not office.paths.database.exists():
        return (), ()
    try:
        world = office.world()
    except VigilError as error:
        print(f"vigil: {error}", file=sys.stderr)
        return (), ()
    try:
        opened = alerts.every(world.db, only_open=True)
        return casebook.open_cases(world.db), [one for one in opened if one.kind != "self"]
    finally:
        world.db.close()


def _tell_account(office: Desk, plan: "AccountPlan") -> None:
    print(f"This removes from {office.paths.state}, of “{plan.nickname}”:")
    print(f"  {many(len(plan.transactions), 'transaction')} and what vigil learnt of them")
    print(f"  {many(len(plan.alerts), 'alert')}, or what they say of it")
    print(f"  the copies of {many(len(plan.documents), 'document')} that speak of it alone")
    _tell_upgrade_copies(office)
    if plan.shared:
        stay = "stays" if len(plan.shared) == 1 else "stay"
        print(f"  {many(len(plan.shared), 'document')} that also speak of other accounts: {stay}")
    for case in plan.closed_cases:
        print(f"  case {case.id} (closed) stays, with your own words in it, and loses its rows")
    _tell_what_stays(office)


def _tell_person(office: Desk, plan: "PersonPlan") -> None:
    print(f"This removes from {office.paths.state}, of {plan.name}:")
    print(f"  {many(plan.messages, 'message')} to them")
    print(f"  their name, from {many(len(plan.alerts), 'alert')}", end="")
    print(f" and {many(len(plan.open_cases) + len(plan.closed_cases), 'case')}")
    _tell_upgrade_copies(office)
    print("Accounts stay, whoever owns them: vigil forget account NAME")
    _tell_what_stays(office)


def _tell_upgrade_copies(office: Desk) -> None:
    from vigil.store.snapshot import upgrade_copies

    if count := len(upgrade_copies(office.paths.database)):
        print(f"  the copies of the database from before upgrades ({count})")


def _tell_what_stays(office: Desk) -> None:
    inbox = office.setup.inbox
    print("What stays, because it is yours: the files in")
    print(f"  {inbox} and its folders done/ and rejected/")
    print(
        f"  your backups (usually {office.paths.expand(office.settings.backup.folder)}) and exports"
    )
    print(f"  {office.paths.config.parent}: the configuration and its secrets")
    print("  and the system's log.")


def _must_be_free(cases: "Sequence[Case]", opened: "Sequence[AlertRow]", *, force: bool) -> None:
    if not cases and not opened:
        return
    for case in cases:
        print(f"  In the way: case {case.id} is open: {case.title}")
    for alert in opened:
        print(f"  In the way: {alert.public_id} is open: {alert.title}")
    if not force:
        raise VigilError(
            "Nothing was removed. Answer the alerts and close the cases first, or run this again "
            "with --force: the alerts then go as well, and the cases lose what they know of it."
        )


def _confirm(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise VigilError("Nothing was removed: say --yes where nobody can be asked.", 2)
    try:
        typed = input("It cannot be taken back. Type yes to go on: ")
    except EOFError:
        typed = ""
    if typed.strip().casefold() != "yes":
        raise VigilError("Nothing was removed.")
