"""`vigil account ls`."""

import typer

from vigil.cli import app
from vigil.cli.common import desk, print_json

accounts_app = typer.Typer(help="The accounts that documents spoke of.", no_args_is_help=True)
app.add_typer(accounts_app, name="account")


@accounts_app.command("ls")
def ls(context: typer.Context, json: bool = typer.Option(False, "--json")) -> None:
    """List accounts, and the lines to paste into the configuration for those without a name."""
    from vigil.settings.accounts import paste_lines
    from vigil.store import accounts

    office = desk(context)
    world = office.world()
    rows = accounts.every(world.db)
    if not rows and not json:
        print("No account yet: drop an OFX or QFX export into the inbox.")
    for row in rows:
        account = world.household.account(row, rows)
        configured = account.nickname in office.settings.accounts
        if json:
            print_json({
                "account": account.nickname, "kind": row.kind, "currency": row.currency,
                "owners": list(account.owners), "country": account.country,
                "instrument": account.instrument, "network": account.network,
                "watch_day": row.watch_day.isoformat(),
                "covered_to": row.covered_to.isoformat() if row.covered_to else None,
                "configured": configured, "assumes": list(account.assumes),
            })  # fmt: skip
            continue
        covered = f"covered to {row.covered_to}" if row.covered_to else "no day covered yet"
        owners = ", ".join(account.owners)
        print(f"{account.nickname}: {row.kind}, {row.currency}, {covered}, told to {owners}")
        print(f"  history up to {row.watch_day}; later rows ring")
        if account.assumes:
            print(f"  assumed: {'; '.join(account.assumes)}")
        if not configured:
            print(f"  To name it, paste into {office.paths.config}:\n")
            for line in paste_lines(row.institution, row.number or "", row.kind).splitlines():
                print(f"    {line}")
            print()
