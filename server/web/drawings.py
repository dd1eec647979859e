"""The parts of a drawing, with places in percent and pixels, so that text keeps its size at any width."""

from dataclasses import dataclass
from typing import NamedTuple

from server.web.timeline import Drawing as Timeline
from server.web.values import number

MOST_SERIES = 5


class Shape(NamedTuple):
    """One SVG element."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


class Key(NamedTuple):
    """What a mark in a drawing stands for; `look` is the class of its colour."""

    mark: str
    text: str
    look: str = ""


@dataclass(frozen=True)
class Drawing:
    """A chart for templates/charts.html."""

    kind: str
    height: int
    shapes: tuple[Shape, ...]
    description: str
    keys: tuple[Key, ...] = ()
    # What is left out, in a sentence.
    note: str = ""
    # For kind "timeline", in the place of shapes.
    timeline: Timeline | None = None


def words(x: float, y: float, text: str, look: str = "", anchor: str = "start", right: int = 0) -> Shape:
    """Text at x percent and y pixels, `right` pixels further."""
    moved = {"dx": str(right)} if right else {}
    return Shape(
        "text", {"x": percent(x), "y": f"{y:g}", "text-anchor": anchor, "class": look, **moved}, text
    )


def stroke(start: tuple[float, float], end: tuple[float, float], look: str) -> Shape:
    """A straight line between two places."""
    places = {"x1": percent(start[0]), "y1": f"{start[1]:g}", "x2": percent(end[0]), "y2": f"{end[1]:g}"}
    return Shape("line", {**places, "class": look})


def dot(x: float, y: float, radius: float, look: str) -> Shape:
    """A circle."""
    return Shape("circle", {"cx": percent(x), "cy": f"{y:g}", "r": f"{radius:g}", "class": look})


def box(x: float, y: float, width: float, height: float, look: str) -> Shape:
    """A rectangle; x and width in percent."""
    places = {"x": percent(x), "y": f"{y:g}", "width": percent(width), "height": f"{height:g}"}
    return Shape("rect", {**places, "class": look})


def percent(value: float) -> str:
    """A place across the drawing."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def short(text: str, most: int) -> str:
    """The beginning of a long text."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def letter(place: int) -> str:
    """The mark of a series beside its colour."""
    return "ABCDE"[place]


def look(place: int) -> str:
    """The class of the colour and the dashes of a series."""
    return f"s{place + 1}"


def figure(value: float, lang: str) -> str:
    """A number as it is written beside its mark."""
    text = f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.3g}"
    return number("0" if text == "-0" else text, lang)
