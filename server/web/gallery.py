"""The gallery at /queries/: each stored query is a page with a form, and an address for programs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import BadRequest

from server.archive.gallery import Chart, Example, Parameter
from server.archive.namings import FILED, in_language
from server.archive.parameters import PLAIN, read, takes_many
from server.archive.queries import fill
from server.archive.records import Link, Text
from server.archive.vocabulary import LANGUAGES
from server.errors import BadValue, NotFound
from server.store.answers import CSV, JSON, OWN_DATASET, TSV, XML, Formats
from server.web import charts, fresh, replies, sheets
from server.web.cells import Cell
from server.web.current import archive, store
from server.web.drawings import Drawing
from server.web.negotiation import DOCUMENTS, HTML, XLSX, language, typed
from server.web.results import MOST_ROWS, Shown, shown
from server.web.sparql import sheet, sheet_tag

gallery = Blueprint("gallery", __name__)
# The address of each format ends so: what it is called, and what the store is asked for.
_NAMES = {
    "csv": "CSV", "tsv": "TSV", "xlsx": "XLSX", "json": "JSON", "xml": "XML",
    "ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML",
}  # fmt: skip
_FORMATS = {
    "csv": Formats(CSV),
    "tsv": Formats(TSV),
    "xlsx": Formats(JSON),
    "json": Formats(JSON, JSON),
    "xml": Formats(XML, XML),
    **{suffix: Formats(graph=DOCUMENTS[suffix]) for suffix in ("ttl", "jsonld", "nt", "rdf")},
}
OFFERED = {
    "solutions": ("csv", "tsv", "xlsx", "json", "xml"),
    "boolean": ("json", "xml"),
    "graph": ("ttl", "jsonld", "nt", "rdf"),
}
# A page shows so many rows; the files have all.
_SHOWN = 200
_SENTENCE = re.compile(r"(?<=[.!?]) (?=\W?[^\W\d_a-zа-яўі])")
Given = dict[str, list[str]]


class Field(NamedTuple):
    """One parameter in the form: what stands in it, and the things to choose from where they are few."""

    parameter: Parameter
    text: str
    options: Sequence[Link]
    has_lines: bool
    # The thing that is chosen, where it is not one of the options.
    link: Link | None = None


def media_type(suffix: str, kind: str) -> str:
    """The media type of a query's answers at the addresses with this suffix."""
    found: str | None = getattr(_FORMATS[suffix], kind)
    return XLSX if suffix == "xlsx" else found or ""


@gallery.get("/queries/")
def index() -> Response:
    """All questions, by group."""
    response = fresh.page("gallery.html", groups=archive().gallery.groups(language()))
    response.vary.add("Accept-Language")
    return response


@gallery.get("/queries/<slug>")
def question(slug: str) -> Response:
    """One question with its form and its answer."""
    lang = language()
    example, given = archive().gallery.example(slug, lang), _given("lang")
    try:
        chosen = archive().pickers.chosen(example, given, lang)
    except BadValue as error:
        meant = [
            (_meant(slug, given | {error.parameter: [one["value"]]}, lang), one["name"])
            for one in error.choices or ()
        ]
        page = _rendered(example, _refused_fields(example, given, lang), given, error=error, meant=meant)
        return _page_headers(make_response(page, 400), "", lang)
    text = fill(in_language(example.text, lang), **chosen)
    etag = _page_tag(text, lang)
    if replies.is_known(etag, request.headers.get("If-None-Match", "")):
        return _page_headers(Response(status=304), etag, lang)
    formats = Formats(JSON, JSON, DOCUMENTS["ttl"])
    result = shown(store().query(text, formats, OWN_DATASET, rows=MOST_ROWS), lang)
    fields = [_field(parameter, chosen[parameter.name], lang) for parameter in example.parameters]
    page = _rendered(
        example,
        fields,
        given,
        query=text,
        result=_shortened(result),
        drawing=drawn(example.chart, example.undrawn, result, lang),
        is_short=len(result.rows) > _SHOWN,
    )
    response = _page_headers(make_response(page), etag, lang)
    for address, suffix in _downloads(example, given, lang):
        kind = media_type(suffix, example.kind)
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{kind}"')
    response.headers.add("Link", '</openapi.json>; rel="service-desc"; type="application/json"')
    return response


@gallery.get(f"/queries/<slug>.<any({','.join(_FORMATS)}):suffix>")
def answer(slug: str, suffix: str) -> Response:
    """The answer for programs."""
    lang = _asked_language()
    example = archive().gallery.example(slug, lang)
    if suffix not in OFFERED[example.kind]:
        raise NotFound(f"The answer comes as {', '.join(OFFERED[example.kind])}.")
    chosen = archive().pickers.chosen(example, _given("lang"), lang)
    text = fill(in_language(example.text, lang), **chosen)
    etag = sheet_tag(text) if suffix == "xlsx" else _data_tag(text, _FORMATS[suffix])
    if replies.is_known(etag, request.headers.get("If-None-Match", "")):
        return _data_headers(Response(status=304), etag, suffix)
    if suffix == "xlsx":
        found = store().query(text, _FORMATS[suffix], OWN_DATASET, rows=sheets.MOST_ROWS)
        response = sheet(found, text, slug)
    else:
        found = store().query(text, _FORMATS[suffix])
        response = Response(found.body, content_type=typed(found.media_type))
        response.headers["Content-Disposition"] = f'inline; filename="{slug}.{suffix}"'
    if found.cut:
        response.headers[replies.CUT] = found.cut
    return _data_headers(response, etag, suffix)


def _asked_language() -> str:
    """The language of names in an answer: files do not follow the settings of a browser. Raises BadValue."""
    asked = request.args.get("lang", FILED)
    if asked not in LANGUAGES:
        raise BadValue("Names are known in these languages.", "lang", "unknown", LANGUAGES)
    return asked


def _given(*beside: str) -> Given:
    """What the address gives for each parameter; an empty field gives nothing."""
    try:
        encoded = request.query_string.decode("utf-8")
        fields = parse_qs(encoded, keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError as error:
        raise BadRequest("The parameters are not UTF-8 in percent-encoding, or too many.") from error
    return {name: texts for name, texts in fields.items() if name not in beside}


def _data_tag(text: str, formats: Formats) -> str:
    return replies.tag(archive().release.id, replies.digest(text, formats, OWN_DATASET))


def _page_tag(text: str, lang: str) -> str:
    digest = replies.digest(text, Formats(), OWN_DATASET)
    return replies.tag(archive().release.id, digest and f"{digest}-{lang}-{fresh.stamp()}")


def _page_headers(response: Response, etag: str, lang: str) -> Response:
    response.headers.update({"Content-Type": f"{HTML}; charset=utf-8", "Content-Language": lang})
    response.vary.add("Accept-Language")
    return _kept(response, etag)


def _data_headers(response: Response, etag: str, suffix: str) -> Response:
    if suffix == "xlsx":
        response.vary.add("Accept-Language")
    response.headers["Link"] = f'<{request.path.rpartition(".")[0]}>; rel="describedby"; type="{HTML}"'
    return _kept(response, etag)


def _kept(response: Response, etag: str) -> Response:
    # Always ask again: a withdrawn record must not live on in caches.
    response.headers["Cache-Control"] = "public, no-cache" if etag else "no-store"
    if etag:
        response.headers["ETag"] = etag
    return response


@gallery.app_template_filter()
def opening(text: Text) -> Text:
    """The first sentence."""
    return text._replace(value=_SENTENCE.split(text.value, maxsplit=1)[0])


def _rendered(example: Example, fields: Sequence[Field], given: Given, **slots: Any) -> str:
    files = [(address, _NAMES[suffix]) for address, suffix in _downloads(example, given, language())]
    return render_template("gallery_question.html", example=example, fields=fields, files=files, **slots)


def _meant(slug: str, given: Given, lang: str) -> str:
    """The address of a question with other values."""
    return f"/queries/{slug}?{urlencode({**given, 'lang': lang}, doseq=True)}"


def _downloads(example: Example, given: Given, lang: str) -> list[tuple[str, str]]:
    """The address of each format with what was given, and its suffix."""
    pairs = [(name, text) for name, texts in given.items() for text in texts if text.strip()]
    spoken = in_language(example.text, lang) != example.text
    pairs += [("lang", lang)] if spoken else []
    query = f"?{urlencode(pairs)}" if pairs else ""
    return [(f"/queries/{example.slug}.{suffix}{query}", suffix) for suffix in OFFERED[example.kind]]


def _shortened(result: Shown) -> Shown:
    return replace(result, rows=result.rows[:_SHOWN])


def drawn(
    chart: Chart | None,
    undrawn: tuple[str, str],
    result: Shown,
    lang: str,
    heads: Mapping[str, str] | None = None,
) -> Drawing | None:
    """The chart of an answer; `heads` say what its columns are called, `undrawn` which rows it leaves out."""
    if not chart or not set(chart.columns) <= set(result.columns):
        return None
    column, text = undrawn
    skipped = result.columns.index(column) if column in result.columns else None
    kept = [row for row in result.rows if skipped is None or row[skipped].value != text]
    places = [result.columns.index(name) for name in chart.columns]
    rows = [[row[place] for place in places] for row in kept]
    if chart.kind == "bar":
        rows = _named(rows)
    columns = [(heads or {}).get(name, name) for name in chart.columns]
    return charts.draw(chart.kind, columns, rows, lang, result.cut)


def _named(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows for a bar chart: a number that stands before a name, such as a year, belongs to the name."""
    named = [n for row in rows for n, one in enumerate(row) if one.kind != "none" and one.number is None]
    last = max(named, default=0)
    return [[replace(one, datatype="") if n < last else one for n, one in enumerate(row)] for row in rows]


def _field(parameter: Parameter, terms: Sequence[str], lang: str) -> Field:
    options = archive().pickers.options(parameter.picker, lang)
    texts = [read(term).removeprefix(archive().base) for term in terms]
    link = None
    if parameter.picker not in PLAIN and not options and any(texts):
        (link,) = archive().pickers.links([read(terms[0])], lang)
    return Field(parameter, "\n".join(texts), options, takes_many(parameter), link)


def _refused_fields(example: Example, given: Given, lang: str) -> list[Field]:
    """The form as it was sent."""
    return [
        Field(
            parameter,
            "\n".join(given.get(parameter.name, ())),
            archive().pickers.options(parameter.picker, lang),
            takes_many(parameter),
        )
        for parameter in example.parameters
    ]
