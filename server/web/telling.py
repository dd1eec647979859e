"""Links, values and who says them as HTML: a page holds hundreds, so they are made here and not by macros.

What the methods give is safe HTML, and what they put in goes through `safe`, `shown` or another of them.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from server.archive.records import Link, Row, Source, Text, Value
from server.web import addresses, outline, values
from server.web.texts import words


def safe(text: str) -> str:
    """`text` as it stands in HTML, in attributes too."""
    return str(escape(text))


class Teller:
    """Tells what is said, in one language, for one page: what stands there often is made once."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._words = {name: safe(text) for name, text in words(lang)["thing"].items()}
        self._away = f'<span class="hidden"> {safe(words(lang)["site"]["external"])}</span></a>'
        self._saved = safe(words(lang)["panel"]["saved"])
        self._texts: dict[Text, str] = {}
        self._links: dict[Link, str] = {}
        self._pages: dict[str, str] = {}
        # By claim set, and by what is left out.
        self._sources: dict[tuple[str, bool, bool], str] = {}
        self._others: dict[tuple[str, bool], str] = {}

    def link(self, link: Link) -> Markup:
        """A link, with its name."""
        return Markup(self._link(link))

    def item(self, found: Link | Text) -> Markup:
        """A link or a text."""
        return Markup(self._link(found) if isinstance(found, Link) else self._shown(found))

    def outside(self, address: str, label: Text) -> Markup:
        """A link that leads away; only its name where browsers could not follow it."""
        return Markup(self._outside(address, label))

    def row(self, row: Row, brief: bool = False) -> Markup:
        """One row of a page; unless it is `brief`, with what its property means and all languages."""
        return Markup(self._row(row, brief, None))

    def rows(self, rows: Iterable[Row]) -> Markup:
        """The rows of one entry of a page, in brief: a source of the value before is not named in full."""
        told, before = [], None
        for row in rows:
            told.append("\n" + self._row(row, True, before))
            before = row.values[-1] if row.values and not row.contested else None
        return Markup("".join(told))

    def by(self, claimants: Sequence[Link]) -> Markup:
        """Who says something, in a few words."""
        if not claimants:
            return Markup(self._words["unattributed"])
        names = ", ".join(self._shown(one.text) for one in claimants[:2])
        if len(claimants) > 2:
            names += " " + self._words["others"].format(n=len(claimants) - 2)
        return Markup(self._words["by"].format(claimants=names))

    def dates(self, row: Row, listed: bool) -> Markup:
        """The dates of a row in one line; unless its kind is `listed`, with what they are."""
        # A vaguer date that fits the chosen one tells nothing more.
        whole = row.contested or not row.values[0].preferred
        told = "<br>".join(self._date(value) for value in row.values if whole or value.preferred)
        name = "" if listed else f'<span class="tag">{self._shown(row.name)}: </span>'
        differ = f' <span class="mark">{self._words["differ"]}</span>' if row.contested else ""
        return Markup(f"{name}{told}{differ}")

    def _date(self, value: Value) -> str:
        kind = "" if value.preferred else ' class="less"'
        marks = (f' <span class="mark">{self._shown(one.text)}</span>' for one in outline.doubts(value))
        return f"<span{kind}>{self._shown(value.text)}</span>{''.join(marks)}"

    def words(self, sources: Iterable[Source]) -> Markup:
        """What sources say, word for word."""
        return Markup("".join(map(self._quoted, sources)))

    def _shown(self, text: Text) -> str:
        if text not in self._texts:
            self._texts[text] = str(values.shown(text, self._lang))
        return self._texts[text]

    def _page(self, link: Link) -> str:
        path = link.path
        if path not in self._pages:
            self._pages[path] = safe(addresses.page(path, self._lang))
        return self._pages[path]

    def _link(self, link: Link) -> str:
        if link not in self._links:
            inside = f'<a href="{self._page(link)}">{self._shown(link.text)}</a>' if link.path else ""
            self._links[link] = inside or self._outside(link.iri, link.text)
        return self._links[link]

    def _outside(self, address: str, label: Text) -> str:
        if not address.startswith(("http://", "https://")):
            return self._shown(label)
        rel = "noreferrer nofollow external"
        return f'<a href="{safe(address)}" class="external" rel="{rel}">{self._shown(label)}{self._away}'

    def _row(self, row: Row, brief: bool, before: Value | None) -> str:
        others: Sequence[Value]
        own, others = outline.own_words(row, self._lang)
        if len(own) > 2 and not any(value.sources or value.link for value in own):
            told = f'\n<dd><ul class="names">{"".join(map(self._name, own))}</ul></dd>'
        else:
            told = self._values(row, own, before)
        if others and not brief:
            told += f"\n<dd><details><summary>{self._words['languages']}</summary>"
            told += "".join(f'<p lang="{safe(v.text.lang)}">{safe(v.text.value)}</p>' for v in others)
            told += "</details></dd>"
        kind = "row contested" if row.contested else "row"
        return f'<div class="{kind}">\n<dt>{self._head(row, brief)}</dt>{told}\n</div>'

    def _head(self, row: Row, brief: bool) -> str:
        name = self._shown(row.name)
        if row.description.value and not brief:
            name = f'<span title="{safe(row.description.value)}">{name}</span>'
        if row.contested:
            name += f' <strong class="mark differ">{self._words["differ"]}</strong>'
        if len(row.values) > 4 and row.values[0].link and not row.values[0].sources:
            name += f' <span class="tag">{safe(values.number(len(row.values), self._lang))}</span>'
        return name

    def _name(self, value: Value) -> str:
        return f"<li>{self._shown(value.text)}{self._tongue(value.text)}</li>"

    def _tongue(self, text: Text) -> str:
        if not text.lang or text.lang == self._lang:
            return ""
        return f' <span class="tag">{safe(values.tongue(text.lang, self._lang))}</span>'

    def _values(self, row: Row, own: Iterable[Value], before: Value | None) -> str:
        told = []
        for value in own:
            again = not row.contested and outline.same_source(value, before)
            told.append("\n" + self._value(value, row, again))
            before = value
        return "".join(told)

    def _value(self, value: Value, row: Row, again: bool) -> str:
        """A value with its sources; `again`: the first of them is that of the value before."""
        text, marked = value.text, outline.doubts(value)
        said = self._link(value.link) if value.link else self._shown(text)
        said += "" if text.when else self._tongue(text)
        if row.contested and value.preferred:
            said += self._chosen(row.reason)
        for standing in marked:
            said += f' <strong class="mark standing">{self._link(standing)}</strong>'
        first = self._source(value.sources[0], bool(marked), again) if value.sources else ""
        return f'<dd><div class="said">{said}</div>{first}{self._more(value.sources[1:], bool(marked))}</dd>'

    def _chosen(self, why: Text) -> str:
        rule = f'<a href="/{self._lang}/about#editorial">{self._words["chosen"]}</a>'
        return f' <span class="mark chosen">{rule}{f": {self._shown(why)}" if why.value else ""}</span>'

    def _more(self, sources: Sequence[Source], marked: bool) -> str:
        if not sources:
            return ""
        count = values.several(len(sources), self._words["more"], self._lang)
        told = "".join(self._further(source, marked) for source in sources)
        return f'<details class="more"><summary>{count}</summary>{told}</details>'

    def _source(self, source: Source, marked: bool, again: bool) -> str:
        """Who says so; `marked`: how the claim stands is told already."""
        key = source.claim_set.iri, marked, again
        if key not in self._sources:
            self._sources[key] = self._new_source(source, marked, again)
        return self._sources[key]

    def _new_source(self, source: Source, marked: bool, again: bool) -> str:
        said = self._words["unattributed"]
        if source.claimant:
            document = self._link(source.document) if source.document else ""
            frame = "said_bare" if not document else "said_again" if again else "said"
            said = self._words[frame].format(
                claimant=self._link(source.claimant),
                reporter=self._reporter(source.reporter and self._link(source.reporter)),
                document=document,
            )
        if not again:
            said += self._asserted(source) + "".join(map(self._copy, source.copies))
        claim_set = f'<a href="{self._page(source.claim_set)}">{self._words["claim_set"]}</a>'
        return f'<div class="source">{said} · {claim_set}{self._marks(source, marked)}</div>'

    def _copy(self, link: Link) -> str:
        """Where the document is saved."""
        href = self._page(link) if link.path else safe(link.iri)
        kind = "" if link.path else ' class="external" rel="noreferrer nofollow external"'
        return f' · <a href="{href}"{kind}>{self._saved}{"</a>" if link.path else self._away}'

    def _further(self, source: Source, marked: bool) -> str:
        """The same of one source more, in short."""
        key = source.claim_set.iri, marked
        if key not in self._others:
            self._others[key] = self._new_other(source, marked)
        return self._others[key]

    def _new_other(self, source: Source, marked: bool) -> str:
        said = self._shown(source.claimant.text) if source.claimant else self._words["unattributed"]
        said += self._reporter(source.reporter and self._shown(source.reporter.text))
        told = f"{self._asserted(source)}{self._marks(source, marked)}"
        return f'<div class="source"><a href="{self._page(source.claim_set)}">{said}</a>{told}</div>'

    def _reporter(self, name: str | None) -> str:
        return self._words["reporter"].format(reporter=name) if name else ""

    def _asserted(self, source: Source) -> str:
        if not source.asserted:
            return ""
        day = safe(values.day(source.asserted.value, self._lang))
        return "; " + self._words["asserted"].format(date=day)

    def _marks(self, source: Source, marked: bool) -> str:
        told = ""
        if source.standing and not marked:
            standing = self._words["standing"].format(standing=self._link(source.standing))
            told = f' <strong class="mark standing">{standing}</strong>'
        if source.disputed_by:
            by = ", ".join(map(self._link, source.disputed_by))
            told += f'<br><span class="mark">{self._words["disputed"]}</span> {by}'
        return told

    def _quoted(self, source: Source) -> str:
        name = self._shown((source.claimant or source.claim_set).text)
        said = f'<a href="{self._page(source.claim_set)}">{name}</a>'
        said += self._reporter(source.reporter and self._shown(source.reporter.text))
        said += f", {self._shown(source.document.text)}" if source.document else ""
        quotes = "".join(map(self._quote, source.quotes))
        return f'\n<div class="source">{said}</div>{quotes}'

    def _quote(self, quote: Text) -> str:
        lang = f' lang="{safe(quote.lang)}"' if quote.lang else ""
        direction = f' dir="{quote.dir}"' if quote.dir != "ltr" else ""
        return f"<blockquote{lang}{direction}>{safe(quote.value)}</blockquote>"
