"""The overviews: questions that many have, with a chart, the table, and the query behind both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, Response

from server.archive.namings import in_language
from server.archive.overviews import Overview
from server.archive.queries import fill
from server.store.answers import JSON, OWN_DATASET, Formats
from server.web import fresh
from server.web.cells import Cell
from server.web.current import archive, store
from server.web.drawings import figure
from server.web.gallery import drawn
from server.web.results import MOST_ROWS, Shown, shown
from server.web.texts import LANGUAGES

overviews = Blueprint("overviews", __name__)
_LANGS = ",".join(LANGUAGES)
# A page shows so many rows; the question has all.
_SHOWN = 200


@dataclass(frozen=True)
class Spot:
    """A cell of the table: its number in words, if it is one, and the address of the list behind it."""

    cell: Cell
    figure: str = ""
    listed: str = ""


@dataclass(frozen=True)
class Line:
    """One row, and how much its part is of the whole."""

    spots: tuple[Spot, ...]
    share: str = ""


@overviews.app_template_filter()
def has_figures(found: Sequence[Line], place: int) -> bool:
    """Whether a column holds numbers."""
    return any(line.spots[place].figure for line in found)


@overviews.get(f"/<any({_LANGS}):lang>/overview")
def index(lang: str) -> Response:
    """All overviews."""
    return fresh.page("overviews.html", overviews=archive().overviews.listed(lang))


@overviews.get(f"/<any({_LANGS}):lang>/overview/<slug>")
def overview(lang: str, slug: str) -> Response:
    """One overview."""
    found = archive().overviews.one(slug, lang)
    example = archive().gallery.example(found.question, lang)
    given = {name: [text] for name, text in found.given.items()}
    text = fill(in_language(example.text, lang), **archive().pickers.chosen(example, given, lang))
    answer = store().query(text, Formats(JSON), OWN_DATASET, rows=MOST_ROWS)
    result = _counted(shown(answer, lang), found)
    heads = {name: text.value for name, text in found.heads.items()}
    table = lines(found, result, lang)
    return fresh.page(
        "overview.html",
        f"-{slug}",
        overview=found,
        example=example,
        query=f"/queries/{example.slug}?{urlencode({'lang': lang, **found.given})}",
        drawing=drawn(found.chart, example.undrawn, result, lang, heads),
        lines=table[:_SHOWN],
        total=len(table),
        goes_on=result.cut,
    )


def lines(found: Overview, result: Shown, lang: str) -> list[Line]:
    """The rows of the table, each once: the columns that are shown need not tell all rows apart."""
    rows = (dict(zip(result.columns, row, strict=True)) for row in result.rows)
    return list(dict.fromkeys(_line(found, row, lang) for row in rows))


def _counted(result: Shown, found: Overview) -> Shown:
    """Without the rows that the overview does not count."""
    wanted = {result.columns.index(name): texts for name, texts in found.only.items()}
    rows = [row for row in result.rows if all(row[at].value in texts for at, texts in wanted.items())]
    return replace(result, rows=tuple(rows))


def _line(found: Overview, row: dict[str, Cell], lang: str) -> Line:
    first, *others = found.heads
    spots = [Spot(_worded(row[first], found))]
    spots += [_spot(found, name, row, lang) for name in others]
    return Line(tuple(spots), _share(*(row[name].number for name in found.whole), lang=lang))


def _worded(cell: Cell, found: Overview) -> Cell:
    """The cell in the words that the overview has for what the query calls it."""
    words = found.values.get(cell.value)
    return replace(cell, value=words.value) if words else cell


def _spot(found: Overview, name: str, row: dict[str, Cell], lang: str) -> Spot:
    number = row[name].number
    address = found.lists.get(name, "") if number else ""
    here = {column: cell.value.removeprefix(archive().base) for column, cell in row.items()}
    return Spot(
        row[name],
        "" if number is None else figure(number, lang),
        address.format(lang=lang, **here) if address else "",
    )


def _share(part: float | None = None, whole: float | None = None, *, lang: str) -> str:
    """How much a part is of the whole, in percent."""
    return f"{figure(round(100 * part / whole), lang)}\u00a0%" if part is not None and whole else ""
