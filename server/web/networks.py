"""Networks: two columns as things and the lines between them, laid out the same way each time."""

from cmath import rect
from collections.abc import Iterable
from math import pi, sqrt

from server.web import texts
from server.web.cells import Cell, Grid
from server.web.drawings import Drawing, Key, Shape, dot, short, stroke, words

_MOST = 60
_STEPS = 80
_LONGEST = 22
# With more things their names would cover each other; the numbers lead to the list.
_MOST_NAMED = 25
_RADIUS = 10
# A seed that puts each thing well apart from the ones before it.
_GOLDEN = pi * (3 - sqrt(5))
Links = dict[tuple[str, str], None]


def networks(grid: Grid) -> Drawing | None:
    """The first two columns of things (of words, where there are no things) as a network."""
    places = grid.things[:2] if len(grid.things) > 1 else grid.texts()[:2]
    if len(places) < 2:
        return None
    names, links = _read(grid, places)
    if not links:
        return None
    shown = dict(list(names.items())[:_MOST])
    drawn: Links = {pair: None for pair in links if pair[0] in shown and pair[1] in shown}
    told = texts.words(grid.lang)["chart"]
    height = min(620, 180 + 9 * len(shown))
    return Drawing(
        "network",
        height,
        tuple(_shapes(shown, drawn, height)),
        told["network"].format(things=len(shown), links=len(drawn)),
        tuple(Key(str(n), name) for n, name in enumerate(shown.values(), 1)),
        told["fewer_things"].format(drawn=_MOST, all=len(names)) if len(names) > _MOST else "",
    )


def _read(grid: Grid, places: list[int]) -> tuple[dict[str, str], Links]:
    """What each thing is called, in the order of the rows, and which are linked."""
    names: dict[str, str] = {}
    links: Links = {}
    for row in grid.rows:
        start, end = (row[place] for place in places)
        for cell in (start, end):
            if cell.kind != "none":
                names.setdefault(_key(cell), cell.read(grid.lang))
        if "none" not in (start.kind, end.kind) and _key(start) != _key(end):
            links[_key(start), _key(end)] = None
    return names, links


def _key(cell: Cell) -> str:
    return f"{cell.kind} {cell.value}"


def _shapes(names: dict[str, str], links: Links, height: int) -> Iterable[Shape]:
    places = _laid(list(names), links, height)
    for start, end in links:
        yield stroke(places[start], places[end], "edge")
    for n, (key, name) in enumerate(names.items(), 1):
        x, y = places[key]
        yield dot(x, y, _RADIUS, "node")
        yield words(x, y + 4, str(n), "count", "middle")
        if len(names) <= _MOST_NAMED:
            anchor = "start" if x < 15 else "end" if x > 85 else "middle"
            yield words(x, y + _RADIUS + 13, short(name, _LONGEST), "label named", anchor)


def _laid(keys: list[str], links: Links, height: int) -> dict[str, tuple[float, float]]:
    """Places in percent across and pixels down: things push each other away, links pull."""
    number = {key: n for n, key in enumerate(keys)}
    ends = [(number[start], number[end]) for start, end in links]
    spots = [rect(sqrt(n + 1), n * _GOLDEN) for n in range(len(keys))]
    for step in range(_STEPS):
        _move(spots, ends, sqrt(len(keys)) * (1 - step / _STEPS) / 4)
    left, top = min(z.real for z in spots), min(z.imag for z in spots)
    wide = max(z.real for z in spots) - left or 1.0
    high = max(z.imag for z in spots) - top or 1.0
    return {
        key: (6 + (z.real - left) / wide * 88, 18 + (z.imag - top) / high * (height - 54))
        for key, z in zip(keys, spots, strict=True)
    }


def _move(spots: list[complex], ends: list[tuple[int, int]], most: float) -> None:
    """One step towards balance, of length `most` or less (Fruchterman and Reingold)."""
    # The weak pull to the middle keeps parts that are not linked together.
    forces = [-0.1 * abs(z) * z for z in spots]
    for n, z in enumerate(spots):
        for m in range(n):
            away = z - spots[m]
            push = 2 * away / (abs(away) ** 2 + 0.001)
            forces[n] += push
            forces[m] -= push
    for start, end in ends:
        pull = (spots[end] - spots[start]) * abs(spots[end] - spots[start])
        forces[start] += pull
        forces[end] -= pull
    for n, force in enumerate(forces):
        spots[n] += force * min(1.0, most / (abs(force) + 0.001))
