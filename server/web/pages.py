"""Pages for readers, and the documents about each thing in every format."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.archive.rulebook import Use
from server.errors import NotFound
from server.web import addresses, outline, values
from server.web.current import archive
from server.web.negotiation import DOCUMENTS, HTML, language, negotiate
from server.web.texts import LANGUAGES, words

pages = Blueprint("pages", __name__)
# How many records the home page shows of the first list.
_ON_THE_HOME_PAGE = 10
_LANGS = ",".join(LANGUAGES)
_SUFFIXES = ",".join(DOCUMENTS)
_NAMES = {
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "trig": "TriG",
    "nq": "N-Quads",
}
_SUFFIX_OF = {media: suffix for suffix, media in DOCUMENTS.items()}


def register(app: Flask) -> None:
    """Give the templates their words and filters."""
    app.context_processor(_shared)
    app.add_template_filter(addresses.page)
    app.add_template_filter(addresses.anchor)
    app.add_template_filter(addresses.known_page)
    app.add_template_filter(addresses.short)
    app.add_template_filter(addresses.place)
    outline.register(app)
    values.register(app)


def _shared() -> dict[str, Any]:
    lang = language()
    return {
        "t": words(lang),
        "lang": lang,
        "languages": _switches(),
        "release": archive().release,
        "site": addresses.site(),
        "base": archive().base,
        "format_names": _NAMES,
    }


def _switches() -> list[tuple[str, str, str]]:
    """For each language its tag, its own name, and this page's address in it."""
    return [(tag, words(tag)["language"], _in_language(tag)) for tag in LANGUAGES]


def _in_language(tag: str) -> str:
    views = request.view_args or {}
    endpoint = request.endpoint or "pages.home"
    if request.method not in ("GET", "HEAD") or endpoint == "static":
        return f"{request.path}?lang={tag}"
    query = request.args.to_dict() | {"lang": tag}
    return url_for(endpoint, **{**views, **query}) if request.endpoint else f"/{tag}/"


@pages.get("/")
def start() -> Response:
    """The home page in the reader's language."""
    lang = language()
    response = _page("home.html", **_home(lang))
    response.headers["Content-Location"] = f"/{lang}/"
    response.vary.add("Accept-Language")
    return response


@pages.get(f"/<any({_LANGS}):lang>/")
def home(lang: str) -> Response:
    """The home page in one language."""
    return _page("home.html", **_home(lang))


def _home(lang: str) -> dict[str, Any]:
    types = archive().types(lang)
    first = archive().listing(types[0].slug, lang, 1) if types else None
    first = replace(first, rows=first.rows[:_ON_THE_HOME_PAGE]) if first else None
    return {"types": types, "first": first, "examples": archive().examples(lang)}


@pages.get(f"/<any({_LANGS}):lang>/about")
def about(lang: str) -> Response:
    """What this is and how to read it."""
    return _page("about.html")


@pages.get(f"/<any({_LANGS}):lang>/list/<slug>")
def listing(lang: str, slug: str) -> Response:
    """All things of one type, by page."""
    number = request.args.get("page", "1")
    if not number.isdecimal() or len(number) > 9:
        raise NotFound("There is no such page of this list.")
    return _page("list.html", listing=archive().listing(slug, lang, int(number)), slug=slug)


def _page(template: str, **slots: Any) -> Response:
    lang = language()
    response = Response(render_template(template, **slots), content_type=f"{HTML}; charset=utf-8")
    response.headers["Content-Language"] = lang
    return _dated(response, f"html-{lang}-{current_app.extensions['stamp']}")


def _dated(response: Response, variant: str) -> Response:
    """The validators of an answer: they change with the release, the format and the language."""
    release = archive().release
    response.set_etag(f"{release.id}-{variant}")
    response.last_modified = _moment(release.created)
    # Always ask again: a withdrawn record must not live on in caches.
    response.headers["Cache-Control"] = "public, no-cache"
    response.make_conditional(request)
    return response


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@pages.get("/id/<path:name>")
def thing(name: str) -> ResponseReturnValue:
    """A thing is not a document: 303 to the one that fits (httpRange-14)."""
    return _see_document(name)


@pages.get("/<any(vocabulary,graph):kind>/<path:name>")
def term(kind: str, name: str) -> ResponseReturnValue:
    """The same for the vocabularies, their concepts and the graphs."""
    return _see_document(f"{kind}/{name}")


@pages.get("/<any(ontology,shapes):name>")
def whole(name: str) -> ResponseReturnValue:
    """The same for the ontology and the shapes."""
    return _see_document(name)


def _see_document(name: str) -> ResponseReturnValue:
    stem, _, suffix = name.rpartition(".")
    if stem and suffix in (*DOCUMENTS, "html"):
        name = stem
    else:
        offer = negotiate((*DOCUMENTS.values(), HTML))
        suffix = _SUFFIX_OF.get(offer, "html")
    target = f"{language()}.html" if suffix == "html" else suffix
    response = redirect(addresses.document(name, target), 303, Response)
    response.vary.update(("Accept", "Accept-Language"))
    return response


@pages.get(f"/doc/<path:name>.<any({_LANGS}):lang>.html")
def page(name: str, lang: str) -> Response:
    """The page about one thing in one language."""
    iri = addresses.iri(name)
    found = None
    if name == "shapes":
        response = _page("shapes.html", types=archive().types(lang), **_head(name, iri))
    elif name == "ontology":
        response = _page("ontology.html", model=archive().glossary(lang).document, **_head(name, iri))
    elif name.startswith("graph/") and (size := archive().size(iri)):
        response = _page("graph.html", size=size, **_head(name, iri))
    else:
        found = archive().describe(iri, lang)
        response = _page("thing.html", thing=found, uses=_uses(iri, lang), **_head(name, iri))
    _link(response, name, f"{lang}.html")
    if found and found.type_slug:
        response.headers.add("Link", f'<{addresses.iri("ontology")}#{found.type_slug}>; rel="type"')
    return response


def _uses(iri: str, lang: str) -> tuple[Use, ...]:
    """Where a term of a vocabulary is used; a thing is no term."""
    return () if iri.startswith(archive().base + "id/") else archive().glossary(lang).uses(iri)


def _head(name: str, iri: str) -> dict[str, Any]:
    """What each page about a thing says of its own forms."""
    return {"name": name, "iri": iri, "formats": DOCUMENTS}


@pages.get(f"/doc/<path:name>.<any({_SUFFIXES}):suffix>")
def data(name: str, suffix: str) -> Response:
    """The statements about one thing in one RDF format."""
    media = DOCUMENTS[suffix]
    body: bytes = archive().graph(addresses.iri(name), media)
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    response = _dated(Response(body, content_type=media + charset), suffix)
    _link(response, name, suffix)
    return response


def _link(response: Response, name: str, own: str) -> None:
    """FAIR Signposting: where the other forms, the name, the licence and the collection are."""
    response.headers["Content-Location"] = addresses.document(name, own)
    site = addresses.site()
    for suffix, kind in _variants():
        relation = "canonical" if suffix == own else "alternate"
        response.headers.add("Link", f'<{site}{addresses.document(name, suffix)}>; rel="{relation}"; {kind}')
    described = f'<{site}{addresses.document(name, "ttl")}>; rel="describedby"; type="text/turtle"'
    response.headers.add("Link", described)
    response.headers.add("Link", f'<{addresses.iri(name)}>; rel="cite-as"')
    response.headers.add("Link", f'<{archive().release.licence}>; rel="license"')
    response.headers.add("Link", f'<{site}/.well-known/void>; rel="collection"; type="text/turtle"')


def _variants() -> list[tuple[str, str]]:
    data = [(suffix, f'type="{media}"') for suffix, media in DOCUMENTS.items()]
    return data + [(f"{tag}.html", f'type="{HTML}"; hreflang="{tag}"') for tag in LANGUAGES]
