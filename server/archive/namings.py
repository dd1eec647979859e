"""Names in an answer, in the reader's language: stored questions ask for English ones, in one form."""

import re

# How a stored question asks for a name, and in which language it stands in its file.
FILED = "en"
_NAMED = re.compile(
    r"(?P<thing>\?\w+) (?P<path>skos:prefLabel(?:\|\S+)?) (?P<name>\?\w+) "
    rf'FILTER\(LANG\((?P=name)\) = "{FILED}"\)'
)
_SPOKEN = (
    "{thing} {path} {name} "
    'FILTER(LANG({name}) = "{lang}" || LANG({name}) = "{filed}" && '
    'NOT EXISTS {{ {thing} {path} {name}_own FILTER(LANG({name}_own) = "{lang}") }})'
)


def in_language(text: str, language: str) -> str:
    """The question with names in `language`, and the English one of whatever has none in it."""
    if language == FILED:
        return text
    return _NAMED.sub(lambda found: _SPOKEN.format(**found.groupdict(), lang=language, filed=FILED), text)
