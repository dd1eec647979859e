"""The query page for people: form, answer and its views, downloads, programs; and answers to embed."""

from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request
from markupsafe import Markup

from server.errors import PraleskaError
from server.store.answers import ANSWER_ROWS, Formats
from server.web import addresses, fresh, headers, problems, replies, scripts
from server.web.current import archive, settings, store
from server.web.excerpts import excerpt
from server.web.negotiation import language
from server.web.protocol import BOOLEAN, GRAPH, SOLUTIONS, Asked
from server.web.results import MOST_ROWS, shown
from server.web.snippets import Snippet, parameters, snippets
from server.web.texts import LANGUAGES, words
from server.web.views import view

# Some programs cut longer addresses; what is longer still, no server takes.
_LONG, _LONGEST = 2000, 60_000
_WANTED = Formats(SOLUTIONS[0], BOOLEAN[0], GRAPH[0])
_EXAMPLES = 6
_DOWNLOADS = {
    "solutions": {"csv": "CSV", "tsv": "TSV", "xlsx": "XLSX", "json": "JSON", "xml": "XML"},
    "boolean": {"json": "JSON", "xml": "XML"},
    "graph": {"turtle": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "xml": "RDF/XML"},
}


class Ways(NamedTuple):
    """Addresses and programs that lead to an answer again."""

    asked: Asked
    lang: str

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The query as a form sends it."""
        return [("query", self.asked.text or ""), *parameters(self.asked.dataset)]

    def address(self, **fields: str) -> str:
        """The address of this query here, with other parameters."""
        return "/sparql?" + urlencode([*self.fields, *fields.items()])

    @property
    def permanent(self) -> str:
        """The whole address of this page."""
        return addresses.site() + self.address(lang=self.lang)

    @property
    def is_long(self) -> bool:
        """Whether the address may be too long for some programs."""
        return self._exceeds(_LONG)

    @property
    def is_too_long(self) -> bool:
        """Whether no address can hold the query: links with it would make a huge page, and not work."""
        return self._exceeds(_LONGEST)

    def _exceeds(self, most: int) -> bool:
        return len(self.asked.text or "") > most or len(self.permanent) > most

    def downloads(self, kind: str) -> dict[str, str]:
        """The name of each format -> its address."""
        return {name: self.address(format=key) for key, name in _DOWNLOADS[kind].items()}

    def frame(self, name: str, title: str) -> str:
        """What another site puts into a page to show the view `name`."""
        source = addresses.site() + self.address(view=name, embed="1", lang=self.lang)
        size = Markup('width="100%" height="480" loading="lazy"')
        return str(Markup('<iframe src="{}" title="{}" {}></iframe>').format(source, title, size))

    def programs(self, kind: str) -> list[Snippet]:
        """The query in several programming languages."""
        return snippets(self.asked.text or "", self.asked.dataset, kind, addresses.site() + "/sparql")


def blank() -> Response:
    """The page without a query."""
    etag = _etag(None)
    return _unchanged(etag) or _sent(_form(None), 200, etag)


def page(asked: Asked, text: str) -> Response:
    """The answer for a reader; with `embed=1` without the page around it."""
    etag = _etag(asked)
    found = _unchanged(etag)
    if found:
        return found
    try:
        result = shown(store().query(text, _WANTED, asked.dataset, rows=MOST_ROWS), language())
    except PraleskaError as error:
        response = _sent(_failure(asked, error), problems.status_of(error))
        response.headers.update(problems.patience(error))
        return response
    looked = view(result, text, request.values.get("view", ""), language())
    slots = {"result": result, "view": looked, "ways": Ways(asked, language())}
    page = render_template("embed.html", **slots) if _is_embedded() else _form(asked, **slots)
    return _sent(page, 200, etag)


def _failure(asked: Asked, error: PraleskaError) -> str:
    place = (getattr(error, "line", None), getattr(error, "column", None))
    hint = problems.advice(problems.status_of(error), type(error).__name__, language())
    return _form(asked, error=error, advice=hint, excerpt=excerpt(asked.text or "", *place))


def _form(asked: Asked | None, **slots: Any) -> str:
    examples = archive().examples(language())[:_EXAMPLES]
    more = {"asked": asked, "examples": examples, "limits": limits(), "editor": scripts.files()}
    more |= _sent_along(Ways(asked, language())) if asked and not _is_asked_by_address() else {}
    return render_template("query.html", **more, **slots)


def _sent_along(ways: Ways) -> dict[str, Any]:
    """How a page whose query came in a body leads to itself in other languages: by links, or as it came."""
    kept = {name: text for name, text in request.values.items() if name == "view"}
    if ways.is_long:
        return {"sent": [*ways.fields, *kept.items()]}
    return {"languages": [(tag, words(tag)["language"], ways.address(**kept, lang=tag)) for tag in LANGUAGES]}


def _is_asked_by_address() -> bool:
    return request.method in ("GET", "HEAD")


def _is_embedded() -> bool:
    return request.values.get("embed") == "1"


def _etag(asked: Asked | None) -> str:
    """What tells the page from any other; empty where it may differ each time, or is not asked for by GET."""
    if not _is_asked_by_address():
        return ""
    digest = replies.digest(asked.text or "", _WANTED, asked.dataset) if asked else "blank"
    look = f"{request.values.get('view', '')}-{_is_embedded()}-{language()}-{addresses.site()}"
    variant = sha256(f"{look}-{fresh.stamp()}".encode()).hexdigest()[:12]
    return replies.tag(archive().release.id, digest and f"{digest}-{variant}")


def _unchanged(etag: str) -> Response | None:
    is_known = replies.is_known(etag, request.headers.get("If-None-Match", ""))
    return _sent("", 304, etag) if is_known else None


def _sent(page: str, status: int, etag: str = "") -> Response:
    response = make_response(page, status)
    response.headers["Content-Language"] = language()
    response.headers["Cache-Control"] = "public, no-cache" if etag else "no-store"
    if etag:
        response.headers["ETag"] = etag
    # A 304 has them too: a browser puts its headers in the place of those that it kept.
    if _is_embedded() and status in (200, 304) and request.values.get("query"):
        response.headers.update(headers.FRAMED)
    elif scripts.files():
        response.headers.update(headers.SCRIPTED)
    return response


def limits() -> dict[str, Any]:
    """What a query may use, as said on the page and in the service description."""
    return {
        "seconds": f"{settings().query_seconds:g}",
        "memory": settings().query_memory,
        "size": settings().answer_size,
        "rows": ANSWER_ROWS,
    }
