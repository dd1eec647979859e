"""The commands by which curators keep records back: praleska restrict | restricted | lift."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.config import Settings
from server.errors import BadSource

if TYPE_CHECKING:
    from server.archive.restricting import Restricted


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--new-key", is_flag=True, help="Make the key file that PRALESKA_RESTRICTED_KEY names.")
@click.pass_obj
def restrict(settings: Settings, files: tuple[Path, ...], new_key: bool) -> None:
    """Check FILES (TriG, like data/claims) and keep them encrypted, out of the sources.

    A claim set goes out with a build when what it waits for has come: a day, or an event that praleska lift
    declares. Anything else in the files stays restricted.
    """
    from server.archive import vault

    if new_key:
        if not settings.restricted_key:
            raise BadSource("PRALESKA_RESTRICTED_KEY does not say where the key should lie.")
        vault.new_key(Path(settings.restricted_key), settings.instance)
        click.echo(f"{settings.restricted_key}: without this file nobody can read the restricted records.")
    elif not files:
        raise click.UsageError("Name a file, or make a key with --new-key.")
    for path in files:
        name = _add(settings, path)
        click.echo(f"Restricted as {name}. Now remove {path}, and every copy of it.")


def _add(settings: Settings, path: Path) -> str:
    from server.archive.queries import SOURCE_BASE
    from server.archive.refusals import Refusals

    refusals = Refusals(settings.instance, SOURCE_BASE)
    return _open(settings).add(path.read_bytes(), str(path), refusals)


@click.command()
@click.argument("name", required=False)
@click.option("--remove", is_flag=True, help="Delete NAME for good.")
@click.pass_obj
def restricted(settings: Settings, name: str | None, remove: bool) -> None:
    """List the restricted files without names, print the one called NAME, or remove it."""
    from server.archive.vault import Vault

    vault = Vault(settings.instance, settings.restricted_key)
    if remove and not name:
        raise click.UsageError("Say which file to remove.")
    if name and remove:
        vault.remove(name)
    elif name:
        click.echo(vault.read(name), nl=False)
    else:
        _list(settings)


def _list(settings: Settings) -> None:
    for file in _open(settings).waiting():
        waits = ", ".join(file.waits_for) or "nothing: it stays restricted"
        click.echo(f"{file.name}: {file.claim_sets} claim sets, waiting for {waits}")


@click.command()
@click.argument("event")
@click.pass_obj
def lift(settings: Settings, event: str) -> None:
    """Declare that EVENT (an IRI) has happened: the next build publishes what waited for it.

    What is published can be withheld again, but not called back from those who copied it.
    """
    from server.archive.vault import Vault

    waiting = [file for file in _open(settings).waiting() if event in file.waits_for]
    if not waiting:
        raise BadSource(f"No restricted claim set waits for {event}.")
    Vault(settings.instance, settings.restricted_key).declare(event)
    click.echo(f"Declared. {len(waiting)} restricted files waited for it: run praleska build.")


def _open(settings: Settings) -> "Restricted":
    from server.archive.model import Model
    from server.archive.queries import SOURCE_BASE
    from server.archive.restricting import Restricted
    from server.archive.sources import read_sources
    from server.archive.vault import Vault

    vault = Vault(settings.instance, settings.restricted_key)
    vault.check_key()
    return Restricted(vault, read_sources(settings.source), Model.load(settings.source, SOURCE_BASE))


def tell_of_closed_vault(settings: Settings) -> None:
    """Says so when a build left restricted records out because no key is set."""
    from server.archive.vault import Vault

    vault = Vault(settings.instance, settings.restricted_key)
    count = 0 if vault.can_open else len(vault.names())
    if count:
        click.echo(f"{count} restricted files were left out: PRALESKA_RESTRICTED_KEY is not set.", err=True)
