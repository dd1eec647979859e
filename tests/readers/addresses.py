"""One address for every template: fixed ones, and for each class of the menu its list and its first thing."""

from urllib.parse import quote

from server.archive.archive import Archive

_TABLE = "SELECT * WHERE { GRAPH ?graph { ?thing a ?class } } LIMIT 20"
_FIXED = {
    "home": "/{lang}/",
    "about": "/{lang}/about",
    "ontology": "/doc/ontology.{lang}.html",
    "shapes": "/doc/shapes.{lang}.html",
    "graph": "/doc/graph/register.{lang}.html",
    "search": "/search?lang={lang}",
    "search with results": "/search?lang={lang}&q=Viasna",
    "search without results": "/search?lang={lang}&q=qqqqqqqq",
    "query": "/sparql?lang={lang}",
    "answer": "/sparql?lang={lang}&query=" + quote(_TABLE),
    "answer yes or no": "/sparql?lang={lang}&query=" + quote("ASK { ?s ?p ?o }"),
    "answer graph": "/sparql?lang={lang}&query=" + quote("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 9"),
    "answer error": "/sparql?lang={lang}&query=" + quote("SELECT oops"),
    "validate": "/validate?lang={lang}",
    "warnings": "/{lang}/warnings",
    "gallery": "/queries/?lang={lang}",
    "dumps": "/dumps/?lang={lang}",
    "overviews": "/{lang}/overview",
    "missing": "/doc/0000000000.{lang}.html",
}


def addresses(archive: Archive) -> dict[str, str]:
    """Name of a template -> its address, with `{lang}` where the language goes."""
    found = dict(_FIXED)
    for kind in archive.types("en"):
        found[f"list of {kind.slug}"] = f"/{{lang}}/list/{kind.slug}"
        rows = archive.listing(kind.slug, "en", 1).rows
        if rows:
            name = rows[0].title.path.removeprefix("id/")
            found[kind.slug] = f"/doc/{name}.{{lang}}.html"
    for example in archive.examples("en"):
        found[f"query {example.slug}"] = f"/queries/{example.slug}?lang={{lang}}"
    for overview in archive.overviews.all("en"):
        found[f"overview {overview.slug}"] = f"/{{lang}}/overview/{overview.slug}"
    return found
