"""The command: praleska build | serve | publish | check | query | withhold | restrict(ed) | lift | mint.

Exit codes: 0 all is well, 1 checks found errors, 2 wrong use, 3 anything else.
"""

import sys
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from server import curating
from server.config import Settings
from server.errors import BadQuery, BadSource, BuildFailed, PraleskaError

_FOUND, _WRONG_USE, _FAILED = 1, 2, 3
_FORMATS = {"csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/sparql-results+json"}
_ADDRESSES = {
    "/": "pages",
    "/sparql": "queries",
    "/validate": "check a submission",
    "/.well-known/void": "description of the data set",
}
_EDITOR = Path(__file__).parent / "web" / "static" / "editor" / "start.js"
_STEPS = {
    "check": "Checking files",
    "choose": "Choosing values",
    "count": "Counting",
    "write": "Writing the release",
    "remove": "Removing graphs",
    "fill": "Adding graphs",
    "share": "Default graph",
}


_WITHOUT_INFERENCES = click.option(
    "--without-inferences",
    is_flag=True,
    envvar="PRALESKA_WITHOUT_INFERENCES",
    help="Leave out what the software itself concludes from the records.",
)


class Bar:
    """A progress bar for each step, on the terminal only."""

    def __init__(self) -> None:
        self._bars: dict[str, Any] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        bar = self._bars.get(step)
        if bar is None:
            bar = click.progressbar(length=total, label=f"{_STEPS[step]:<20}", file=sys.stderr)
            bar.render_progress()
            self._bars[step] = bar
        bar.update(done - bar.pos)
        if done == total:
            bar.render_finish()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--instance", type=click.Path(path_type=Path), help="Folder of this installation's releases.")
@click.option("--source", type=click.Path(path_type=Path), help="Folder with ontology/, shapes/ and data/.")
@click.version_option(package_name="praleska")
@click.pass_context
def main(context: click.Context, instance: Path | None, source: Path | None) -> None:
    """Records of political persecution as linked open data: check, build, serve, query.

    Every setting can also be given as PRALESKA_<NAME> in the environment.
    """
    context.obj = Settings.load(instance=instance, source=source)


@main.command()
@_WITHOUT_INFERENCES
@click.pass_obj
def build(settings: Settings, without_inferences: bool) -> None:
    """Compile the sources into a new release and switch to it.

    A failing check stops the build; the current release stays.
    """
    from server.archive.compiling import build as compile_release

    release, new, report = compile_release(
        settings.source,
        settings.instance,
        settings.base,
        Bar(),
        settings.restricted_key,
        inferences=not without_inferences,
    )
    for finding in report.findings:
        click.echo(finding.summary(), err=True)
    state = "built" if new else "unchanged"
    click.echo(f"Release {release.id} {state}: {release.quads} statements, {len(report.findings)} warnings.")
    curating.tell_of_closed_vault(settings)


@main.command()
@click.option("--host", help="Interface to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--store", help="Query address of a SPARQL service that holds the release.")
@click.pass_obj
def serve(settings: Settings, /, **given: Any) -> None:
    """Serve the current release over HTTP."""
    from server import serving

    chosen = settings.having(given)
    serving.serve(chosen, partial(_announce, chosen))


@main.command()
@click.pass_obj
def publish(settings: Settings) -> None:
    """Bring the store at another address to the current release.

    What is withheld goes first; only what differs is written. After an interruption, run it again.
    Set PRALESKA_STORE, PRALESKA_STORE_UPDATE and, where the store asks who writes, PRALESKA_STORE_LOGIN.
    """
    from server.publishing import publish as bring

    release, done = bring(settings, Bar())
    where = "with a default graph" if done.has_default else "without a default graph of its own"
    click.echo(
        f"Published {release}: {done.statements} statements, {where}. Graphs: {done.removed} removed, "
        f"{done.written} written, {done.unchanged} left as they were."
    )


def _announce(settings: Settings) -> None:
    named = f"[{settings.host}]" if ":" in settings.host else settings.host
    host = "localhost" if named == "127.0.0.1" else named
    for path, what in _ADDRESSES.items():
        click.echo(f"{f'http://{host}:{settings.port}{path}':<40} {what}")
    if not _EDITOR.is_file():
        click.echo("The query page has a plain text field: `make editor` builds its editor where Node is.")


@main.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--lang", default="en", type=click.Choice(["be", "ru", "en"]), help="Language of the messages.")
@click.option("--warnings", "telling", is_flag=True, help="List what does not agree in the archive.")
@click.pass_obj
def check(settings: Settings, files: tuple[Path, ...], lang: str, telling: bool) -> None:
    """Check FILES as a submission is checked, or without FILES all sources in data/.

    All sources are also compared with each other. What does not agree there is a warning, and no error.
    """
    from server.archive.compiling import check as check_all
    from server.archive.inspecting import Inspector

    if files:
        inspector = Inspector(settings)
        reports = [(str(path), inspector.check(path)) for path in files]
    else:
        if not (settings.source / "data").is_dir():
            raise BadSource(f"There is no folder {settings.source / 'data'}.")
        reports = [("data/", check_all(settings.source, Bar()))]
    for name, report in reports:
        for finding in report.findings:
            click.echo(finding.summary(lang))
        click.echo(f"{name}: {report.statements} statements, {len(report.violations)} errors.", err=True)
    conforms = all(report.conforms for _, report in reports)
    if conforms and not files:
        _warn(settings, lang, telling)
    sys.exit(0 if conforms else _FOUND)


def _warn(settings: Settings, lang: str, telling: bool) -> None:
    """Says how much each rule over the archive finds in the sources, and where, if that is wanted."""
    from server.archive.compiling import audit_sources

    for outcome in audit_sources(settings.source, Bar()):
        for remark in outcome.remarks if telling else ():
            click.echo(remark.summary(lang))
        rule = outcome.rule
        click.echo(f"{rule.number} {rule.name.get(lang, rule.slug)}: {outcome.count}", err=True)


@main.command()
@click.argument("file", type=click.File("rb"))
@click.option("--format", "wanted", type=click.Choice(sorted(_FORMATS)), default="csv", show_default=True)
@click.pass_obj
def query(settings: Settings, file: Any, wanted: str) -> None:
    """Run the query in FILE (- for standard input) on the current release."""
    from server.archive.inspecting import run_query

    try:
        text = file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadQuery(f"The query is not UTF-8 (byte {error.start}).") from error
    answer = run_query(settings, text, _FORMATS[wanted])
    sys.stdout.buffer.write(answer.body)


@main.command()
@click.argument("thing")
@click.option("--reason", required=True, help="Class of reason: a word of the vocabulary withdrawal-reason.")
@_WITHOUT_INFERENCES
@click.pass_obj
def withhold(settings: Settings, thing: str, reason: str, without_inferences: bool) -> None:
    """Take THING (an IRI) out of the next release and of every kept one.

    What depends on it goes with it, and texts that name it are cut. Its address answers 410 from now on,
    and it can't be entered again. The list lives in the instance folder.
    """
    from server.archive.compiling import withhold as withhold_thing

    done = withhold_thing(
        settings.source,
        settings.instance,
        settings.base,
        thing,
        reason,
        Bar(),
        settings.restricted_key,
        inferences=not without_inferences,
    )
    click.echo(f"Withheld. Current release: {done.release.id}. Retired: {', '.join(done.retired) or 'none'}.")
    click.echo("A running server changes over by itself. Remove the record from the sources now.")
    if settings.store != "embedded":
        click.echo("The other store still holds it: run `praleska publish` at once.")


@main.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def mint(settings: Settings, files: tuple[Path, ...]) -> None:
    """Print a new identifier, or declare the aliases that FILES use without declaring them."""
    from server.archive import minting

    known = minting.aliases(settings.source / "data")
    for path in files:
        for alias in minting.declare_aliases(path, known):
            click.echo(f"{path}: {alias} is {known[alias]}")
    if not files:
        click.echo(minting.mint(known.values()))


for command in (curating.restrict, curating.restricted, curating.lift):
    main.add_command(command)


def run() -> NoReturn:
    """Runs the command; every expected error is one line on the terminal."""
    try:
        main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        _fail(_WRONG_USE, error.format_message())
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "praleska"
        _fail(_WRONG_USE, f"praleska: {error.format_message().rstrip('.')}. See {command} --help.")
    except click.Abort:
        _fail(_FAILED, "praleska: stopped")
    except BuildFailed as error:
        _fail(_FOUND, *error.findings, f"praleska: {error}")
    except PraleskaError as error:
        _fail(_FAILED, f"praleska: {error}")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _fail(_FAILED, f"praleska: {where}{error.strerror or error}.")
    sys.exit(0)


def _fail(code: int, *lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(code)


if __name__ == "__main__":
    run()
