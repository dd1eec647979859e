"""The things that readers may choose for a parameter, and the query with what they chose."""

import re
from collections.abc import Iterable, Mapping, Sequence

from server.archive.collation import sort_key
from server.archive.gallery import Example, Parameter
from server.archive.model import Model
from server.archive.names import Names
from server.archive.parameters import PLAIN, RULES, is_clean, literal, plain_term, terms, values
from server.archive.queries import SOURCE_BASE, fill, iri_text, rebase, select, stored
from server.archive.records import Link
from server.archive.search import Finder
from server.archive.vocabulary import LANGUAGES
from server.errors import BadValue
from server.store.answers import Store

# A choice of more things than this is no choice: then a name is asked for.
MOST = 300
_MOST_GUESSES = 10
_NEEDED = "An address such as id/0000000000 or a name as it is recorded is needed."
_ADDRESS = re.compile(r"(?:https?:|id/|vocabulary/)\S+")
_OWN = re.compile(r"id/[0-9a-z]+|vocabulary/[a-z-]+/[0-9A-Za-z-]+")
# A name may stand in the data in each of these languages and scripts, or without one.
_TAGS = ("", *(f"@{tag}{script}" for tag in LANGUAGES for script in ("", "-latn")), "@be-tarask")
Given = Mapping[str, Sequence[str]]


class Pickers:
    """Chooses among the things of one release; `classes` are those of each picker, by their short names."""

    def __init__(
        self, store: Store, model: Model, base: str, classes: Mapping[str, Iterable[str]], finder: Finder
    ) -> None:
        self._store = store
        self._model = model
        self._base = base
        self._finder = finder
        self._slugs = {picker: tuple(slugs) for picker, slugs in classes.items()}
        self._options: dict[tuple[str, str], tuple[Link, ...]] = {}

    def options(self, picker: str, language: str) -> tuple[Link, ...]:
        """All things to choose from, by name; none for plain values, and where they are too many."""
        known = self._options.get((picker, language))
        if known is None:
            known = self._sorted(self._things(picker), language) if picker not in PLAIN else ()
            self._options[picker, language] = known
        return known

    def _things(self, picker: str) -> list[str]:
        text = fill(rebase(stored("choices"), self._base), type=self._types(picker))
        found = [row["thing"].value for row in select(self._store, text)]
        return found if len(found) <= MOST else []

    def _types(self, picker: str) -> list[str]:
        slugs = self._slugs.get(picker, ())
        return [iri_text(shape.target) for shape in self._model.types if shape.slug in slugs]

    def _sorted(self, things: Iterable[str], language: str) -> tuple[Link, ...]:
        links = self.links(things, language)
        return tuple(sorted(links, key=lambda link: (sort_key(link.text.value, language), link.iri)))

    def links(self, things: Iterable[str], language: str) -> list[Link]:
        """Names and addresses of things, in the order given."""
        wanted = list(things)
        names = Names(self._store, self._model, self._base, language)
        names.learn(wanted)
        return [names.link(thing) for thing in wanted]

    def chosen(self, example: Example, given: Given, language: str) -> dict[str, list[str]]:
        """The terms for each parameter of a query: what was given, else its default. Raises BadValue."""
        known = {parameter.name: parameter for parameter in example.parameters}
        for name in given.keys() - known.keys():
            has = ", ".join(known) or "none"
            message = f"There is no parameter of this name; this query has: {has}."
            raise BadValue(message, name[:40], "unknown", tuple(known))
        return {name: self._terms(one, given.get(name, ()), language) for name, one in known.items()}

    def _terms(self, parameter: Parameter, given: Sequence[str], language: str) -> list[str]:
        wanted = values(parameter, given)
        return [self._term(parameter, value, language) for value in wanted] or terms(parameter)

    def _term(self, parameter: Parameter, value: str, language: str) -> str:
        if parameter.picker in PLAIN:
            return plain_term(parameter, value)
        if not is_clean(value):
            raise BadValue(f"{parameter.name}: {RULES['text']}", parameter.name, "text", [RULES["text"]])
        found = self._addressed(value) if _ADDRESS.fullmatch(value) else self._called(value)
        things = self._of_kind(parameter.picker, **found)
        if len(things) == 1:
            return iri_text(things[0])
        raise self._refusal(parameter, value, things, language)

    def _addressed(self, value: str) -> dict[str, list[str]]:
        for base in (self._base, SOURCE_BASE):
            value = value.removeprefix(base)
        own = bool(_OWN.fullmatch(value))
        # Terms keep their addresses wherever a release stands.
        base = self._base if value.startswith("id/") else SOURCE_BASE
        return {"name": [], "thing": [iri_text(base + value)] if own else []}

    def _called(self, value: str) -> dict[str, list[str]]:
        return {"name": [literal(value) + tag for tag in _TAGS], "thing": []}

    def _of_kind(self, picker: str, name: list[str], thing: list[str]) -> list[str]:
        if not name and not thing:
            return []
        text = rebase(stored("called"), self._base)
        rows = select(self._store, fill(text, name=name, thing=thing, type=self._types(picker)))
        return sorted({row["thing"].value for row in rows})

    def _refusal(self, parameter: Parameter, value: str, things: list[str], language: str) -> BadValue:
        guesses = things or self._guesses(parameter.picker, value)
        choices = [{"value": link.path, "name": link.text.value} for link in self.links(guesses, language)]
        reason = "several" if things else "thing"
        found = "Several things are called so" if things else "Nothing of this kind is called so"
        return BadValue(f"{parameter.name}: {found}. {_NEEDED}", parameter.name, reason, (_NEEDED,), choices)

    def _guesses(self, picker: str, value: str) -> list[str]:
        """What may be meant by a name that nothing has."""
        if _ADDRESS.fullmatch(value):
            return []
        slugs = self._slugs.get(picker, ())
        hits = (self._finder.find(value, slug, count=_MOST_GUESSES).shown for slug in slugs)
        return [hit.iri for found in hits for hit in found][:_MOST_GUESSES]
