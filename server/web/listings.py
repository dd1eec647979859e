"""Lists as pages with filters, and the same rows as CSV, JSON and Turtle."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from server.archive.records import Asked, Choice, Facet, Link, Listing, ListRow, Narrowed, Text
from server.errors import NotFound
from server.web import addresses, fresh
from server.web.current import archive
from server.web.negotiation import HTML, negotiate
from server.web.texts import LANGUAGES, words

listings = Blueprint("listings", __name__)
_LANGS = ",".join(LANGUAGES)
_CSV, _JSON, _TURTLE = "text/csv", "application/json", "text/turtle"
FORMATS = {"csv": _CSV, "json": _JSON, "ttl": _TURTLE}
_NAMES = {"csv": "CSV", "json": "JSON", "ttl": "Turtle"}
# A file has so many rows, and names the next one in a Link header.
FILE_ROWS = 2000
# What addresses of lists say besides filters.
OWN = ("page", "sort", "from", "to", "dates", "when", "more", "lang", "format", "output", "results")
_LONGEST = 300
# What rows say of themselves between two dates.
_FITS = ("fits", "end_unknown")


def asked(size: int, without: tuple[str, ...] = ()) -> Asked:
    """What this address wants of a list; `without` are names that mean something else there."""
    args = request.args
    return Asked(
        page=number(args.get("page", "1")),
        size=size,
        sort=args.get("sort", "")[:_LONGEST],
        narrowed=tuple(
            (name, value[:_LONGEST])
            for name, value in args.items(multi=True)
            if name not in OWN and name not in without
        ),
        low=args.get("from", "").strip(),
        high=args.get("to", "").strip(),
        surely=args.get("dates") == "certain",
        whole=args.get("more", ""),
        during=args.get("when") == "during",
    )


def number(text: str) -> int:
    """The number of a page. Raises NotFound."""
    if not text.isdecimal() or not 0 < len(text) < 8:
        raise NotFound("There is no such page of this list.")
    return int(text)


class Here:
    """Addresses that keep what is asked for here and change one thing."""

    def __init__(self, path: str, asked: Asked, kept: tuple[tuple[str, str], ...] = ()) -> None:
        self._path = path
        self._asked = asked
        self._kept = kept

    @property
    def opened(self) -> bool:
        """Whether a reader is at work on the filters."""
        return bool(self._asked.whole)

    def _address(self, path: str = "", narrowed: Any = None, **changes: str) -> str:
        now = self._asked
        pairs = [*self._kept, *(now.narrowed if narrowed is None else narrowed)]
        own = {
            "from": now.low, "to": now.high, "dates": "certain" if now.surely else "",
            "when": "during" if now.during and (now.low or now.high) else "", "sort": now.sort,
        } | changes  # fmt: skip
        pairs += [(name, value) for name, value in own.items() if value]
        # Slashes may stand in a query (RFC 3986 §3.4), and read better.
        query = urlencode(pairs, safe="/:,")
        return f"{path or self._path}?{query}" if query else path or self._path

    def page(self, page: int) -> str:
        """Another page of the same."""
        return self._address(page=str(page) if page > 1 else "")

    def narrower(self, name: str, value: str) -> str:
        """Only what has this value too."""
        return self._address(narrowed=[*self._asked.narrowed, (name, value)])

    def wider(self, name: str, value: str) -> str:
        """Without one of the filters."""
        return self._address(narrowed=[pair for pair in self._asked.narrowed if pair != (name, value)])

    def undated(self) -> str:
        """Without the dates."""
        return self._address(**{"from": "", "to": "", "dates": "", "when": ""})

    def sure(self, surely: bool) -> str:
        """With what surely lies between the dates, or with what may."""
        return self._address(dates="certain" if surely else "")

    def whole(self, name: str) -> str:
        """With all choices of a filter."""
        return self._address(more=name)

    def sorted(self, name: str, sort: str) -> str:
        """In the order of a column; backwards when it is in that order already."""
        return self._address(sort=f"-{name}" if sort == name else name)

    def data(self, suffix: str) -> str:
        """The same rows as a file."""
        return self._address(path=f"{self._path}.{suffix}")

    def hidden(self) -> list[tuple[str, str]]:
        """What a form for dates passes on."""
        sort = [("sort", self._asked.sort)] if self._asked.sort else []
        return [*self._kept, *self._asked.narrowed, *sort]


@listings.get(f"/<any({_LANGS}):lang>/list/<slug>")
def page(lang: str, slug: str) -> ResponseReturnValue:
    """All things of one type, or those that fit the filters, by page."""
    wanted = asked(Asked.size)
    here = Here(f"/{lang}/list/{quote(slug)}", wanted)
    offer = negotiate((HTML, *FORMATS.values()))
    if offer != HTML:
        suffix = next(suffix for suffix, media in FORMATS.items() if media == offer)
        response = redirect(here.data(suffix), 303, Response)
        response.vary.update(("Accept",))
        return response
    response = fresh.begun("list-html", lang)
    if response.status_code != 304:
        found = archive().listing(slug, lang, wanted.page, wanted)
        slots = {"listing": found, "slug": slug, "here": here, "size": wanted.size}
        slots |= {"files": _NAMES, "formats": FORMATS, "most": FILE_ROWS}
        response.set_data(render_template("list.html", **slots))
        response.content_type = f"{HTML}; charset=utf-8"
        _link(response, here, found)
    response.vary.update(("Accept",))
    return response


def _link(response: Response, here: Here, found: Listing) -> None:
    for suffix, media in FORMATS.items():
        response.headers.add("Link", f'<{here.data(suffix)}>; rel="alternate"; type="{media}"')
    if found.page < found.pages:
        response.headers.add("Link", f'<{here.page(found.page + 1)}>; rel="next"')


@listings.get(f"/<any({_LANGS}):lang>/list/<slug>.<any({','.join(FORMATS)}):suffix>")
def data(lang: str, slug: str, suffix: str) -> Response:
    """The same rows for programs and spreadsheets."""
    response = fresh.begun(f"list-{suffix}", lang)
    wanted = asked(FILE_ROWS)
    here = Here(f"/{lang}/list/{quote(slug)}.{suffix}", wanted)
    if response.status_code == 304:
        return response
    found = archive().listing(slug, lang, wanted.page, wanted)
    makers: dict[str, Callable[..., str | bytes]] = {"csv": _as_csv, "json": _as_json, "ttl": _as_turtle}
    made: str | bytes = makers[suffix](found, lang, here)
    response.set_data(made)
    response.content_type = FORMATS[suffix] + ("" if suffix == "json" else "; charset=utf-8")
    if found.page < found.pages:
        response.headers.add("Link", f'<{here.page(found.page + 1)}>; rel="next"')
    return response


def _as_turtle(found: Listing, lang: str, here: Here) -> bytes:
    body: bytes = archive().listing_graph(found)
    return body


def _as_csv(found: Listing, lang: str, here: Here) -> str:
    """A line a thing; several values of one column stand in one cell, and things with their IRIs beside."""
    target = io.StringIO()
    writer = csv.writer(target)
    heads = ((name, f"{name}.iri") if linked else (name,) for name, linked in _columns(found))
    fits = _FITS if found.dates and found.dates.given else ()
    writer.writerow(["iri", "name", *(head for pair in heads for head in pair), "claimants", *fits])
    for row in found.rows:
        cells = (
            part
            for cell, (_, linked) in zip(row.cells, _columns(found), strict=True)
            for part in _parts(cell, linked)
        )
        by = _joined(map(_text, row.claimants))
        writer.writerow([row.title.iri, row.title.text.value, *cells, by, *_fit(row, found).values()])
    return target.getvalue()


def _columns(found: Listing) -> list[tuple[str, bool]]:
    return list(zip(found.names, found.linked, strict=True))


def _parts(cell: tuple[Link | Text, ...], linked: bool) -> list[str]:
    texts = _joined(map(_text, cell))
    return [texts, _joined(one.iri for one in cell if isinstance(one, Link))] if linked else [texts]


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _text(one: Link | Text) -> str:
    return one.text.value if isinstance(one, Link) else one.value


def _as_json(found: Listing, lang: str, here: Here) -> bytes:
    """What README.md describes."""
    site = addresses.site()
    response = jsonify(
        list=found.slug,
        title=found.title.value,
        total=found.total,
        page=found.page,
        pages=found.pages,
        next=site + here.page(found.page + 1) if found.page < found.pages else None,
        sort=found.sort,
        filters=filters(found.narrowed),
        dates=_dates(found),
        columns=[{"name": n, "label": c.value} for n, c in zip(found.names, found.columns, strict=True)],
        facets=facets(found.facets, lang),
        rows=[_row(row, found, lang) for row in found.rows],
    )
    return response.get_data()


def filters(found: Iterable[Narrowed]) -> list[dict[str, str]]:
    """The filters in force as JSON."""
    return [
        {"name": one.name, "label": one.label.value, "value": one.choice.value, "iri": one.choice.iri}
        for one in found
    ]


def facets(found: Iterable[Facet], lang: str) -> list[dict[str, Any]]:
    """The filters that there are as JSON."""
    return [
        {
            "name": facet.name,
            "label": facet.label.value,
            "total": facet.total,
            "choices": [_choice(one, lang) for one in facet.choices],
        }
        for facet in found
    ]


def _dates(found: Listing) -> dict[str, Any] | None:
    it = found.dates
    if it is None or not it.given:
        return None
    return {
        "from": it.low,
        "to": it.high,
        "only_certain": it.surely,
        "when": "during" if it.during else "began",
        "certain": it.certain,
        "possible": it.possible,
    }


def _choice(choice: Choice, lang: str) -> dict[str, Any]:
    label = choice.label.value or words(lang)["lists"]["unknown"]
    return {"value": choice.value, "label": label, "iri": choice.iri, "count": choice.count}


def _row(row: ListRow, found: Listing, lang: str) -> dict[str, Any]:
    return {
        "iri": row.title.iri,
        "name": row.title.text.value,
        "language": row.title.text.lang,
        "page": addresses.site() + addresses.page(row.title.path, lang),
        "cells": {
            name: list(map(_value, cell)) for name, cell in zip(found.names, row.cells, strict=True) if cell
        },
        "claimants": [{"iri": one.iri, "name": one.text.value} for one in row.claimants],
        **_fit(row, found),
    }


def _fit(row: ListRow, found: Listing) -> dict[str, Any]:
    """How a row lies between the dates that are asked for."""
    if not found.dates or not found.dates.given:
        return {}
    return dict(zip(_FITS, ("possible" if row.possible else "certain", row.endless), strict=True))


def _value(one: Link | Text) -> dict[str, str]:
    if isinstance(one, Link):
        return {"iri": one.iri, "name": one.text.value}
    return {"value": one.value, "language": one.lang, "datatype": one.datatype}
