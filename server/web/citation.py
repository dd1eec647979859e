"""How to cite a page: in words, as BibTeX, as RIS and as CSL-JSON, with the release and its day."""

import json
import re
from typing import Any, NamedTuple

from server.archive.records import Resource
from server.web import addresses, values
from server.web.current import archive
from server.web.texts import words

# Suffix and media type of the forms that programs for references read.
FORMS = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json",
}
_BIBTEX = str.maketrans(
    {c: f"\\{c}" for c in "{}%&$#_"}
    | {"\\": "\\textbackslash ", "~": "\\textasciitilde ", "^": "\\textasciicircum "}
)


class Citation(NamedTuple):
    """What a reference names: the page as of one release."""

    key: str
    title: str
    site: str
    release: str
    date: str
    address: str
    lang: str

    def text(self) -> str:
        """The reference in words."""
        day = values.day(self.date, self.lang)
        frame: str = words(self.lang)["cite"]["text"]
        return frame.format(
            title=self.title, site=self.site, release=self.release, date=day, address=self.address
        )

    def bib(self) -> str:
        """The reference for BibTeX."""
        year, month, _ = self.date.split("-")
        fields = {
            "title": f"{{{self.title.translate(_BIBTEX)}}}",
            "howpublished": self.site.translate(_BIBTEX),
            "edition": self.release,
            "year": year,
            "month": str(int(month)),
            "url": self.address,
            "language": self.lang,
        }
        body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self.key},\n{body}\n}}\n"

    def ris(self) -> str:
        """The reference for RIS; its lines end as the format demands."""
        lines = (
            ("TY", "DATA"),
            ("TI", _line(self.title)),
            ("PB", self.site),
            ("PY", self.date[:4]),
            ("DA", self.date.replace("-", "/")),
            ("ET", self.release),
            ("UR", self.address),
            ("LA", self.lang),
            ("ID", self.key),
            ("ER", ""),
        )
        return "".join(f"{tag}  - {value}\r\n" for tag, value in lines)

    def csl_json(self) -> str:
        """The reference as CSL-JSON."""
        item: dict[str, Any] = {
            "id": self.key,
            "type": "dataset",
            "title": self.title,
            "publisher": self.site,
            "version": self.release,
            "issued": {"date-parts": [[int(part) for part in self.date.split("-")]]},
            "URL": self.address,
            "language": self.lang,
        }
        return json.dumps([item], ensure_ascii=False, indent=1) + "\n"

    def form(self, suffix: str) -> str:
        """The reference in one of the forms for programs."""
        return {"bib": self.bib, "ris": self.ris, "csl.json": self.csl_json}[suffix]()


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def citation(thing: Resource, name: str, lang: str) -> Citation:
    """The reference for the page about a thing."""
    release = archive().release
    return Citation(
        key=f"praleska-{name.replace('/', '-')}",
        title=_line(values.readable(thing.title, lang)),
        site=words(lang)["cite"]["site"],
        release=release.id,
        date=release.created[:10],
        address=f"{addresses.site()}{addresses.document(name, f'{lang}.html')}?release={release.id}",
        lang=lang,
    )
