"""Where an answer may be cut, and how it then ends: after a whole row, as a whole document that says so."""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass

from server.store import answers, syntax

# A comment in XML may not hold two hyphens, nor one in Turtle a line break: this sentence holds neither.
_SENTENCE = "Cut at the limit of {limit} {unit}: there is more. Add LIMIT and OFFSET, or take a dump."


@dataclass(frozen=True)
class _Form:
    """How one format ends a row that another one follows, and how a cut document ends.

    Taken from the engine's writers. Each pattern holds a quotation mark, an angle bracket or a line break
    where the text of a value would be escaped, so no value can look like the end of a row.
    """

    row_end: str
    ending: str
    # Lines before the first row.
    heading: int = 0


_LINES = _Form(r"\n(?=.)", "# {sentence}\n")
_BLOCKS = _Form(r" \.\n(?=.)", "# {sentence}\n")
_FORMS: dict[str, _Form] = {
    answers.JSON: _Form(r'\}(?=,\{"[^"\\,:{}]+":\{"type":")', ']}},"cut":{facts}}}'),
    answers.XML: _Form(r"</result>(?=<result>)", "</results><!-- {sentence} --></sparql>"),
    answers.CSV: _Form(r"\r\n(?=.)", "", heading=1),
    answers.TSV: _Form(r"\n(?=.)", "", heading=1),
    syntax.TURTLE: _BLOCKS,
    syntax.TRIG: _BLOCKS,
    syntax.N_TRIPLES: _LINES,
    syntax.N_QUADS: _LINES,
    syntax.RDF_XML: _Form(r"</rdf:Description>\n(?=\t<)", "<!-- {sentence} -->\n</rdf:RDF>"),
    syntax.JSON_LD: _Form(r'\]\}(?=,\{"@id":")', "]"),
}
_PATTERNS = {media: re.compile(form.row_end.encode(), re.DOTALL) for media, form in _FORMS.items()}
_LINE_END = re.compile(rb"\r\n")


class Cutter:
    """Follows an answer in one format, and finds where its limits are reached."""

    def __init__(self, media_type: str, rows: int, size: int) -> None:
        self._form = _FORMS[media_type]
        self._pattern = _PATTERNS[media_type]
        self._quotes = media_type == answers.CSV
        self._limits = {"rows": rows, "bytes": size}
        self._rows_left = rows + self._form.heading
        self._size_left = size
        # "rows" or "bytes" when there is more than that.
        self.reached = ""

    def fitting(self, data: bytearray) -> int:
        """How many bytes of `data` are rows within the limits; it starts where the last result ended."""
        ends = self._row_ends(data)
        count = bisect_right(ends, self._size_left)
        if self._rows_left <= count:
            self.reached, count = "rows", self._rows_left
        elif len(data) > self._size_left:
            self.reached = "bytes"
        end = ends[count - 1] if count else 0
        self._rows_left -= count
        self._size_left -= end
        return end

    def ending(self) -> bytes:
        """What closes the document after the last row."""
        limit = self._limits[self.reached]
        sentence = _SENTENCE.format(limit=limit, unit=self.reached)
        facts = json.dumps({"limit": limit, "unit": self.reached, "message": sentence})
        return self._form.ending.format(sentence=sentence, facts=facts).encode()

    def _row_ends(self, data: bytearray) -> list[int]:
        if not self._quotes or b'"' not in data:
            return [match.end() for match in self._pattern.finditer(data)]
        # A line break between quotation marks ends no row; two marks in a row are one in the text.
        ends: list[int] = []
        start = 0
        for index, part in enumerate(data.split(b'"')):
            if not index % 2 and b"\r\n" in part:
                ends += [start + match.end() for match in _LINE_END.finditer(part)]
            start += len(part) + 1
        return ends[:-1] if ends and ends[-1] == len(data) else ends
