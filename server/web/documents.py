"""Things and the documents about them, in every format: the addresses that other archives link to."""

from typing import Any

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from server.archive.records import Resource
from server.archive.rulebook import Use
from server.archive.schemaorg import in_schema, page_node
from server.errors import NotFound
from server.web import addresses, fresh, signposting, states
from server.web.citation import FORMS, citation
from server.web.current import archive
from server.web.islands import island
from server.web.negotiation import CSV, DOCUMENTS, HTML, language, negotiate, typed
from server.web.panels import panels
from server.web.tabular import table as rows
from server.web.texts import LANGUAGES

documents = Blueprint("documents", __name__)
_LANGS = ",".join(LANGUAGES)
_SUFFIXES = ",".join(DOCUMENTS)
_SUFFIX_OF = {media: suffix for suffix, media in (*DOCUMENTS.items(), ("csv", CSV))}


@documents.get("/id/<path:name>")
def thing(name: str) -> ResponseReturnValue:
    """A thing is not a document: 303 to the one that fits (httpRange-14)."""
    return _see_document(name)


@documents.get("/<any(vocabulary,graph,rule):kind>/<path:name>")
def term(kind: str, name: str) -> ResponseReturnValue:
    """The same for the vocabularies, their concepts, the graphs, and the rules of the software."""
    return _see_document(f"{kind}/{name}")


@documents.get("/<any(ontology,shapes):name>")
def whole(name: str) -> ResponseReturnValue:
    """The same for the ontology and the shapes."""
    return _see_document(name)


@documents.get("/publishable")
def allowed() -> ResponseReturnValue:
    """The allow-list is what its graph says."""
    return _see_document("graph/publishable")


@documents.get("/ontology/<version>")
def version(version: str) -> ResponseReturnValue:
    """The version of the ontology that this release uses; others are in the dumps of theirs."""
    if version != archive().glossary(language()).document.version:
        raise NotFound("This release has another version of the ontology.")
    return _see_document("ontology")


def _see_document(name: str) -> ResponseReturnValue:
    stem, _, suffix = name.rpartition(".")
    if stem and suffix in (*_SUFFIX_OF.values(), "html"):
        name = stem
    else:
        suffix = _SUFFIX_OF.get(negotiate((*DOCUMENTS.values(), CSV, HTML)), "html")
    target = f"{language()}.html" if suffix == "html" else suffix
    response = redirect(addresses.document(name, target), 303, Response)
    response.vary.update(("Accept", "Accept-Language"))
    return response


@documents.before_request
def _same_release() -> None:
    """An address that names a release is answered as long as that release is the one that is served."""
    asked = request.args.get("release")
    if asked and asked != archive().release.id:
        raise NotFound(
            "This address names a release that is not served: the archive has release "
            f"{archive().release.id} now. Pages of earlier releases are not shown, so that nothing that was "
            "withdrawn lives on; the files of those that are kept stand at /dumps/. Without “release” the "
            "address leads to the record as it is now."
        )


@documents.get(f"/doc/<path:name>.<any({_LANGS}):lang>.html")
def page(name: str, lang: str) -> Response:
    """The page about one thing in one language."""
    iri = addresses.iri(name)
    if name == "shapes":
        return _linked("shapes.html", name, lang, types=archive().types(lang))
    if name == "ontology":
        return _linked("ontology.html", name, lang, model=archive().glossary(lang).document)
    if name.startswith("graph/") and (size := archive().size(iri)):
        return _linked("graph.html", name, lang, size=size)
    found = archive().describe(iri, lang)
    day = _day(found)
    return _linked(
        "thing.html",
        name,
        lang,
        found.types,
        day,
        thing=found,
        uses=_uses(iri, lang),
        beside=panels(found, lang),
        day=day,
        told=states.on_day(found, day),
        data=_data(found, name, lang),
        cite=citation(found, name, lang),
    )


def _linked(
    template: str, name: str, lang: str, classes: tuple[str, ...] = (), variant: str = "", **slots: Any
) -> Response:
    """A page with its links, in the header and in itself."""
    own = f"{lang}.html"
    pointers = signposting.pointers(name, own, classes)
    head = {"name": name, "iri": addresses.iri(name), "formats": DOCUMENTS, "pointers": pointers}
    response = fresh.page(template, variant, **head, **slots)
    signposting.add(response, name, own, classes)
    return response


def _data(found: Resource, name: str, lang: str) -> Markup:
    """What the register says, for search engines, as text that can stand in a page."""
    address = addresses.site() + addresses.document(name, f"{lang}.html")
    node = page_node(in_schema(archive().model, found), address, lang)
    node |= {"license": archive().release.licence, "dateModified": archive().release.created}
    return island(node)


def _day(found: Resource) -> str:
    """The day that the reader asks about."""
    day = request.args.get("on", "")
    if day and not states.is_day(day):
        raise NotFound("There is no such day.")
    return day if states.can_ask(found) else ""


def _uses(iri: str, lang: str) -> tuple[Use, ...]:
    """Where a term of a vocabulary is used; a thing is no term."""
    return () if iri.startswith(archive().base + "id/") else archive().glossary(lang).uses(iri)


@documents.get(f"/doc/<path:name>.<any({_SUFFIXES}):suffix>")
def data(name: str, suffix: str) -> Response:
    """The statements about one thing in one RDF format."""
    media = DOCUMENTS[suffix]
    body: bytes = archive().graph(addresses.iri(name), media)
    return _document(Response(body, content_type=typed(media)), name, suffix)


@documents.get("/doc/<path:name>.csv")
def table(name: str) -> Response:
    """The statements about one thing as a table, a row for each and its graph."""
    body = rows(archive().statements(addresses.iri(name)))
    return _document(Response(body, content_type=typed(CSV) + "; header=present"), name, "csv")


def _document(response: Response, name: str, suffix: str) -> Response:
    fresh.dated(response, suffix)
    signposting.add(response, name, suffix)
    return response


@documents.get("/doc/<path:name>.linkset.json")
def linkset(name: str) -> Response:
    """The links of all documents about a thing, with those of their headers."""
    body = signposting.linkset(name, _types(name))
    return fresh.dated(Response(body, content_type=signposting.LINKSET), "linkset")


def _types(name: str) -> tuple[str, ...]:
    """The classes of a thing; a document has none. Raises NotFound."""
    iri = addresses.iri(name)
    if name in ("shapes", "ontology") or (name.startswith("graph/") and archive().size(iri)):
        return ()
    found: tuple[str, ...] = archive().describe(iri, language()).types
    return found


@documents.get(f"/doc/<path:name>.<any({','.join(FORMS)}):form>")
def reference(name: str, form: str) -> Response:
    """The reference to the page about a thing, for programs that keep references."""
    lang = language()
    found = archive().describe(addresses.iri(name), lang)
    cited = citation(found, name, lang)
    response = Response(cited.form(form), content_type=typed(FORMS[form]))
    response.headers["Content-Language"] = lang
    response.headers["Content-Disposition"] = f'attachment; filename="{cited.key}.{form}"'
    response.vary.add("Accept-Language")
    return fresh.dated(response, f"{form}-{lang}")
