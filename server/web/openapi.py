"""The description of the addresses for programs at /openapi.json: openapi.toml, and each stored query."""

import json
import re
import tomllib
from copy import deepcopy
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Blueprint, Response

from server.archive.gallery import Example, Parameter
from server.archive.namings import FILED, in_language
from server.archive.parameters import LONGEST, MOST_VALUES, PLAIN, is_optional, read, takes_many, terms
from server.archive.vocabulary import LANGUAGES
from server.web import addresses, fresh, listings, signposting
from server.web.citation import FORMS
from server.web.current import archive
from server.web.gallery import OFFERED, media_type

openapi = Blueprint("openapi", __name__)
_FILE = Path(__file__).parent / "openapi.toml"
_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": r"^[^\\\x00-\x1f]+$"},
    "number": {"type": "number"},
    "year": {"type": "integer", "minimum": 1, "maximum": 9999},
    "date": {"type": "string", "format": "date"},
}
# Paths of which the file does not say what there is to choose from.
_DOCUMENT, _LIST = "/doc/{name}.{format}", "/{lang}/list/{type}.{format}"
_OVERVIEW = "/{lang}/overview/{slug}"
_THING = {"type": "string", "minLength": 1, "maxLength": LONGEST}
_ADDRESS = "An address (`id/…`, or the whole IRI), or a name as it is recorded."
_REFERENCES = {
    "304": "Unchanged", "400": "Problem", "404": "Problem", "429": "Busy", "500": "Problem", "503": "Busy",
    "504": "Problem",
}  # fmt: skip


@openapi.get("/openapi.json")
def description() -> Response:
    """All of it."""
    body = json.dumps(_document(), ensure_ascii=False, indent=1)
    return fresh.dated(Response(body + "\n", content_type="application/json"), f"openapi-{fresh.stamp()}")


def _document() -> dict[str, Any]:
    found = _fixed()
    queries = {f"/queries/{one.slug}.{{format}}": _path(one) for one in archive().examples("en")}
    told = {
        "version": version("praleska"),
        "license": {"name": "Licence of the archive’s own data", "url": archive().release.licence},
    }
    return found | {
        "info": found["info"] | told,
        "servers": [{"url": addresses.site()}],
        "paths": _chosen(found["paths"]) | queries,
    }


def _chosen(paths: dict[str, Any]) -> dict[str, Any]:
    """The paths with what this release and this software have to choose from."""
    found = deepcopy(paths)
    choices = {
        _DOCUMENT: {"format": [suffix for suffix, _ in _forms()]},
        _LIST: {"format": list(listings.FORMATS), "type": [one.slug for one in archive().types("en")]},
        _OVERVIEW: {"slug": [one.slug for one in archive().overviews.listed("en")]},
    }
    for path, named in choices.items():
        for parameter in found[path]["get"]["parameters"]:
            if parameter.get("name") in named:
                parameter["schema"]["enum"] = named[parameter["name"]]
    for path, media in ((_DOCUMENT, [media for _, media in _forms()]), (_LIST, listings.FORMATS.values())):
        found[path]["get"]["responses"]["200"]["content"] = {name: {} for name in media}
    return found


def _forms() -> list[tuple[str, str]]:
    """Suffix and media type of all that is to be had about a thing."""
    documents = [(suffix, media) for suffix, media, _ in signposting.variants()]
    return [*documents, ("linkset.json", signposting.LINKSET), *FORMS.items()]


@cache
def _fixed() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _path(example: Example) -> dict[str, Any]:
    suffixes = OFFERED[example.kind]
    form = {
        "name": "format",
        "in": "path",
        "required": True,
        "description": "The format of the answer.",
        "schema": {"type": "string", "enum": list(suffixes)},
    }
    operation = {
        "operationId": "query_" + re.sub(r"\W", "_", example.slug),
        "tags": ["stored queries"],
        "summary": example.title.value,
        "description": example.explanation.value,
        "parameters": [form, *map(_parameter, example.parameters), *_spoken(example)],
        "responses": {"200": _answer(example)} | {code: _reference(n) for code, n in _REFERENCES.items()},
    }
    return {"get": operation}


def _spoken(example: Example) -> list[dict[str, Any]]:
    """In which languages an answer can give names, where it gives any."""
    known = [lang for lang in LANGUAGES if lang == FILED or in_language(example.text, lang) != example.text]
    schema = {"type": "string", "enum": known, "default": FILED}
    told = "The language of names; English where a thing has no name in it."
    return [{"name": "lang", "in": "query", "description": told, "schema": schema}] if known[1:] else []


def _answer(example: Example) -> dict[str, Any]:
    media = {media_type(suffix, example.kind): _schema_of(suffix) for suffix in OFFERED[example.kind]}
    head = {"Answer-Cut": {"description": "At which limit it was cut.", "schema": {"type": "string"}}}
    return {"description": "The answer.", "headers": head, "content": media}


def _schema_of(suffix: str) -> dict[str, Any]:
    if suffix == "json":
        return {"schema": {"$ref": "#/components/schemas/Results"}}
    return {} if suffix in ("jsonld", "xlsx") else {"schema": {"type": "string"}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described = parameter.label.value
    if parameter.picker not in PLAIN:
        described = f"{described}. {_ADDRESS}"
    if is_optional(parameter):
        described = f"{described} Without it the answer has all."
    found = {"name": parameter.name, "in": "query", "description": described, "schema": _schema(parameter)}
    return found if is_optional(parameter) else found | {"example": _default(parameter)}


def _schema(parameter: Parameter) -> dict[str, Any]:
    one = _SCHEMAS.get(parameter.picker, _THING)
    schema = {"type": "array", "items": one, "maxItems": MOST_VALUES} if takes_many(parameter) else one
    return schema if is_optional(parameter) else schema | {"default": _default(parameter)}


def _default(parameter: Parameter) -> Any:
    found = [_typed(read(term).removeprefix(archive().base), parameter.picker) for term in terms(parameter)]
    return found if takes_many(parameter) else next(iter(found), "")


def _typed(text: str, picker: str) -> Any:
    if picker == "year":
        return int(text)
    return float(text) if picker == "number" and "." in text else int(text) if picker == "number" else text
