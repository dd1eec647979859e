"""How values read: yes and no, lengths of time, uncertain dates, numbers, languages; words are in texts/."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Flask
from markupsafe import Markup, escape

from server.archive.records import Text
from server.web.texts import words

XSD = "http://www.w3.org/2001/XMLSchema#"
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
_DATE = re.compile(r"(\d{4}|\d{3}X)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?([~?%]?)")
_PLAIN_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?")
_NUMBER = re.compile(r"(-?)(\d+)(?:\.(\d+))?")
_LENGTH = re.compile(r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_UNITS = ("years", "months", "weeks", "days", "hours", "minutes")
# EDTF numbers the seasons 21 to 24; they stand after the twelve months in the lists of words.
_SEASONS = {str(21 + n): 13 + n for n in range(4)}


def register(app: Flask) -> None:
    """Give the templates their filters."""
    app.add_template_filter(shown)
    app.add_template_filter(number)
    app.add_template_filter(day)
    app.add_template_filter(tongue)
    app.add_template_filter(several)


def shown(text: Text, lang: str) -> Markup:
    """A value as HTML: readable, with its language and, where the reading differs, what was recorded."""
    read = readable(text, lang)
    tag, attributes = "span", {}
    if text.lang and text.lang != lang:
        attributes["lang"] = text.lang
    if text.dir != "ltr":
        attributes["dir"] = text.dir
    if read != text.value and not text.when:
        plain = _is_date(text) and _PLAIN_DATE.fullmatch(text.value)
        tag, attributes = ("time", {"datetime": text.value}) if plain else ("span", {"title": text.value})
    return _element(tag, attributes, read)


def _element(tag: str, attributes: dict[str, str], content: str) -> Markup:
    if not attributes:
        return escape(content)
    inside = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return Markup(f"<{tag}{inside}>{escape(content)}</{tag}>")


def _is_date(text: Text) -> bool:
    return text.datatype in (EDTF, f"{XSD}date", f"{XSD}gYear", f"{XSD}gYearMonth")


def readable(text: Text, lang: str) -> str:
    """The words for a value; what is not understood stays as it was recorded."""
    if text.when:
        return text.value.replace(text.when, day(text.when, lang), 1)
    if not text.datatype:
        return text.value
    kind = text.datatype.removeprefix(XSD)
    if _is_date(text):
        return day(text.value, lang)
    if kind == "boolean":
        return str(words(lang)["value"]["yes" if text.value in ("true", "1") else "no"])
    if kind in ("duration", "yearMonthDuration", "dayTimeDuration"):
        return length(text.value, lang)
    if kind in ("integer", "decimal", "nonNegativeInteger"):
        return number(text.value, lang)
    return tongue(text.value, lang) if kind == "language" else text.value


def tongue(tag: str, lang: str) -> str:
    """The name of a language; the tag itself for one without a name in the texts."""
    return str(words(lang)["tongues"].get(tag.lower(), tag))


def number(value: Any, lang: str) -> str:
    """A number with its thousands apart and the decimal mark of the language."""
    found = _NUMBER.fullmatch(str(value))
    if not found:
        return str(value)
    sample = words(lang)["value"]["number"]  # 1 000,5
    sign, whole, fraction = found.groups()
    grouped = f"{int(whole):,}".replace(",", sample[1])
    return f"{sign}{grouped}" + (f"{sample[5]}{fraction}" if fraction else "")


def length(value: str, lang: str) -> str:
    """A length of time: P14Y9M is 14 years 9 months."""
    found = _LENGTH.fullmatch(value)
    if not found or not any(found.groups()):
        return value
    parts = zip(found.groups(), _UNITS, strict=True)
    return " ".join(several(int(count), words(lang)["value"][unit], lang) for count, unit in parts if count)


def several(count: int, forms: str, lang: str) -> str:
    """The right one of the plural forms `one|few|many` (be, ru) or `one|other`, with the count filled in."""
    chosen = forms.split("|")
    place = _form(count) if lang in ("be", "ru") else int(count != 1)
    return chosen[min(place, len(chosen) - 1)].format(n=number(count, lang))


def _form(count: int) -> int:
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2


class _Date(NamedTuple):
    """One date of EDTF; month and day are "" where nothing is said of them, `mark` is one of ~ ? %."""

    year: str
    month: str
    day: str
    mark: str


# Many events of a page bear the same dates; a date alone tells of nobody.
@lru_cache(4096)
def day(value: str, lang: str) -> str:
    """A date, an uncertain one or a stretch of EDTF in words; what is not understood stays as it is."""
    low, slash, high = value.partition("/")
    if value.startswith("[") and value.endswith("]"):
        low, slash, high = value[1:-1].partition(",")
    first, second = _parse(low.strip()), _parse(high.strip())
    if not slash:
        return _one(first, lang) if first else value
    if first and second:
        return _pair(first, second, lang, either="," in value or _neighbours(first, second))
    only = second if low in ("", "..") else first if high in ("", "..") else None
    open_end = "later" if only is first else "earlier"
    return words(lang)["date"][open_end].format(date=_one(only, lang)) if only else value


def _parse(text: str) -> _Date | None:
    found = _DATE.fullmatch(text)
    parts = [(part or "").replace("XX", "") for part in found.groups()] if found else []
    if not found or (parts[1] and not 1 <= _month(parts[1]) <= 16):
        return None
    return _Date(*parts)


def _month(text: str) -> int:
    return _SEASONS.get(text) or (int(text) if int(text) <= 12 else 0)


def _one(when: _Date, lang: str, short: bool = False) -> str:
    """One date in words; `short` leaves out the year."""
    texts = words(lang)["date"]
    kind = "decade" if when.year.endswith("X") else "day" if when.day else "month" if when.month else "year"
    about = when.mark in ("~", "%") and kind != "decade"
    frame = texts[f"short_{kind}" if short else f"about_{kind}" if about else kind]
    names = texts["months_of" if about or kind == "day" else "months"].split()
    month = names[_month(when.month) - 1] if when.month else ""
    read = frame.format(day=when.day.lstrip("0"), month=month, year=when.year.replace("X", "0"))
    return str(texts["uncertain"].format(date=read) if when.mark in ("?", "%") else read)


def _pair(first: _Date, second: _Date, lang: str, *, either: bool) -> str:
    texts = words(lang)["date"]
    start = _one(first, lang)
    if not first.mark and not second.mark and first.year == second.year and first.month and second.month:
        same_month = first.month == second.month and first.day and second.day
        start = first.day.lstrip("0") if same_month else _one(first, lang, short=True)
    return str(texts["either" if either else "between"].format(first=start, second=_one(second, lang)))


def _neighbours(first: _Date, second: _Date) -> bool:
    """Whether a stretch is two days in a row: one or the other is meant."""
    try:
        days = [date(int(d.year), int(d.month), int(d.day)) for d in (first, second)]
    except ValueError:
        return False
    return days[1] - days[0] == timedelta(days=1)
