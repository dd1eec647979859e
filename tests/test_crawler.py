"""A harvester walks over the real archive: each thing has documents that agree, and no link is dead.

One thing in twelve is asked for in three RDF forms and one language, by turns; `make crawl` asks for all
forms of all, and follows every link.
"""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import unescape
from http.client import HTTPConnection, RemoteDisconnected
from threading import local
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox
import pytest

from server.archive.archive import Archive
from server.archive.queries import SOURCE_BASE, select
from tests.servers import Reply, Site, praleska

ALL = bool(os.environ.get("PRALESKA_CRAWL"))
TRIPLES = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
QUADS = {"trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS}
FORMS = TRIPLES | QUADS
LANGUAGES = ("be", "ru", "en")
SAMPLE = 1 if ALL else 12
LINK = re.compile(r'(?:href|src|action)="([^"]+)"')
MARK = re.compile(r' id="([^"]+)"')
KINDS = "id|vocabulary|graph|rule|ontology|shapes|publishable"
NAMED = """SELECT DISTINCT ?thing WHERE {
  { GRAPH ?graph { ?thing ?p ?o } }
  UNION { GRAPH ?graph { ?s ?p ?thing } }
  UNION { GRAPH ?thing { ?s ?p ?o } }
  FILTER(isIRI(?thing)) }"""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

pytestmark = pytest.mark.walk


class Walker:
    """Asks a site from several threads, each with a connection of its own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._own = local()
        self._lines: list[HTTPConnection] = []

    def ask(self, path: str, accept: str = "*/*", method: str = "GET", **headers: str) -> Reply:
        """One request, redirects not followed; once more where the server had closed the idle connection."""
        named = {name.replace("_", "-"): value for name, value in headers.items()} | {"Accept": accept}
        try:
            return self._asked(path, method, named)
        except (RemoteDisconnected, ConnectionResetError):
            self._own.line = None
            return self._asked(path, method, named)

    def _asked(self, path: str, method: str, headers: dict[str, str]) -> Reply:
        line = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = HTTPConnection(urlsplit(self.site.url).netloc, timeout=60)
            self._lines.append(line)
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        return Reply(answer.status, answer.headers, answer.read())

    def close(self) -> None:
        """Ends all connections."""
        for line in self._lines:
            line.close()


@pytest.fixture(scope="module")
def walker(real, tmp_path_factory) -> Iterator[Walker]:
    with praleska(real.instance, tmp_path_factory.mktemp("crawler")) as running:
        walker = Walker(running)
        yield walker
        walker.close()


@pytest.fixture(scope="module")
def names(real) -> list[str]:
    """The path of every thing that the release has something to say of."""
    archive = Archive.open(real)
    iris = {row["thing"].value for row in select(archive.store, NAMED)}
    paths = {iri.removeprefix(archive.base).removeprefix(SOURCE_BASE).partition("#")[0] for iri in iris}
    found = sorted(path for path in paths if re.fullmatch(rf"(?:{KINDS})(?:/\S+)?", path))
    assert len(found) > 3000
    return found


def all_of(check, names: list[str]) -> list[str]:
    """What `check` complains of, for each name with its number."""
    with ThreadPoolExecutor(4) as threads:
        told = threads.map(lambda pair: check(*pair), enumerate(names))
        return [complaint for complaints in told for complaint in complaints]


def said(reply: Reply, form: ox.RdfFormat, graph: str = "") -> set[tuple[str, str, str]]:
    """The statements of a document outside of named graphs, or in `graph` (a document about a graph has no
    others). There are no blank nodes, so equal sets are equal graphs."""
    return {
        (str(quad.subject), str(quad.predicate), str(quad.object))
        for quad in ox.parse(reply.body, form)
        if isinstance(quad.graph_name, ox.DefaultGraph) or quad.graph_name.value.endswith(graph or "\0")
    }


def test_every_thing_has_documents_that_agree(walker: Walker, names: list[str]) -> None:
    def check(number: int, name: str) -> list[str]:
        found = walker.ask(f"/{name}", "text/turtle")
        document = found.headers["Location"] or ""
        if found.status != 303 or not document.endswith(".ttl"):
            return [f"{name}: {found.status} {document}"]
        if "Accept" not in found.headers["Vary"]:
            return [f"{name}: a redirect by Accept that does not say so"]
        stem = document.removesuffix("ttl")
        some = ["ttl", list(TRIPLES)[1 + number % 3], list(QUADS)[number % 2]]
        replies = {suffix: walker.ask(stem + suffix) for suffix in (FORMS if ALL else some)}
        failed = [
            f"{stem}{suffix}: {reply.status}" for suffix, reply in replies.items() if reply.status != 200
        ]
        told = failed or [*disagreements(stem, replies), *misheaded(stem, replies)]
        return [complaint for complaint in told if complaint]

    def disagreements(stem: str, replies: dict[str, Reply]) -> Iterator[str]:
        first = said(replies["ttl"], TRIPLES["ttl"])
        yield "" if first else f"{stem}ttl says nothing"
        for suffix, reply in replies.items():
            form = FORMS[suffix]
            graph = stem.removeprefix("/doc").rstrip(".") if "/graph/" in stem else ""
            yield "" if said(reply, form, graph) == first else f"{stem}{suffix} says something else"
            again = walker.ask(stem + suffix, If_None_Match=reply.headers["ETag"])
            yield "" if again.status == 304 and not again.body else f"{stem}{suffix}: {again.status} again"

    def misheaded(stem: str, replies: dict[str, Reply]) -> Iterator[str]:
        for suffix, reply in replies.items():
            wanted = {
                "Content-Type": FORMS[suffix].media_type,
                "Content-Location": stem + suffix,
                "Access-Control-Allow-Origin": "*",
                "Cache-Control": "no-cache",
                "Last-Modified": " GMT",
                "Link": 'rel="canonical"',
            }
            for name, part in wanted.items():
                held = ", ".join(reply.headers.get_all(name, ["nothing"]))
                yield "" if part in held else f"{stem}{suffix}: {name} is {held}"

    assert all_of(check, names[::SAMPLE]) == []


def test_every_thing_has_a_page_and_no_link_on_it_is_dead(walker: Walker, names: list[str]) -> None:
    linked: dict[str, str] = {}
    marks: dict[str, set[str]] = {}
    spots: dict[tuple[str, str], str] = {}

    def check(number: int, name: str) -> list[str]:
        lang = LANGUAGES[number % 3]
        found = walker.ask(f"/{name}", BROWSER, Accept_Language=lang)
        page = found.headers["Location"] or ""
        if found.status != 303 or not page.endswith(f".{lang}.html"):
            return [f"{name}: {found.status} {page}"]
        stem = page.removesuffix(f"{lang}.html")
        return [told for one in (LANGUAGES if ALL else [lang]) for told in read(f"{stem}{one}.html")]

    def read(page: str) -> list[str]:
        reply = walker.ask(page, BROWSER)
        if reply.status != 200:
            return [f"{page}: {reply.status}"]
        marks[page] = set(MARK.findall(reply.text))
        for address in map(unescape, LINK.findall(reply.text)):
            target = urlsplit(urljoin(walker.site.url + page, address))
            if target.netloc == urlsplit(walker.site.url).netloc:
                path = target.path + (f"?{target.query}" if target.query else "")
                linked.setdefault(path, page)
                if target.fragment:
                    spots.setdefault((path, target.fragment), page)
        again = walker.ask(page, BROWSER, If_None_Match=reply.headers["ETag"])
        return [] if again.status == 304 else [f"{page}: {again.status} again"]

    told = all_of(check, names[::SAMPLE])
    told += [one for start in ("/be/", "/ru/", "/en/", "/doc/ontology.en.html") for one in read(start)]
    told += [
        f"{path}#{mark} on {page} is not there"
        for (path, mark), page in spots.items()
        if mark not in marks.get(path, {mark})
    ]
    told += all_of(partial(dead, walker, linked), sorted(unread(linked, names)))
    assert told == []


def unread(linked: dict[str, str], names: list[str]) -> set[str]:
    """The links that are not asked for anyway: the walk goes to pages and documents of things by itself."""
    endings = [f"{lang}.html" for lang in LANGUAGES] + list(FORMS)
    return set(linked) - {f"/doc/{name.removeprefix('id/')}.{end}" for name in names for end in endings}


def dead(walker: Walker, linked: dict[str, str], _: int, path: str) -> list[str]:
    """A complaint when a link leads nowhere."""
    # What a query link leads to is run elsewhere; here its address is looked at.
    short = path.partition("?")[0] if path.startswith("/sparql?") else path
    status = walker.ask(short, BROWSER, "HEAD").status
    return [] if status in (200, 303) else [f"{path} on {linked[path]}: {status}"]


def test_what_is_not_there_is_not_found(walker: Walker) -> None:
    assert walker.ask("/doc/0000000000.ttl").status == 404
    assert walker.ask("/doc/0000000000.en.html", BROWSER).status == 404
