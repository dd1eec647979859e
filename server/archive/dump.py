"""The statements of a release while it is made: N-Quads lines, each written once, and a store of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from server.store.embedded import MemoryStore, memory_store
from server.store.syntax import N_QUADS, TRIG, Quad, serialize, translate


class Dump:
    """Grows by statements; at the end it is the file that is published."""

    def __init__(self) -> None:
        self.store: MemoryStore = memory_store(b"")
        self.predicates: set[str] = set()
        # How the lines of a named graph end, and those lines.
        self._named: dict[bytes, set[bytes]] = defaultdict(set)
        self._default: set[bytes] = set()

    def add(self, quads: Iterable[Quad]) -> None:
        """Takes in statements; the store has them when this returns, not before."""
        # A statement without a graph can't be told by its line from one with a graph.
        unnamed: list[Quad] = []
        written = serialize(self._passing(quads, unnamed), N_QUADS)
        for line in written.splitlines(keepends=True):
            self._named[line[line.rindex(b" <") :]].add(line)
        self.store.add(written)
        self._add_default(serialize(unnamed, N_QUADS).splitlines(keepends=True))

    def _passing(self, quads: Iterable[Quad], unnamed: list[Quad]) -> Iterable[Quad]:
        for quad in quads:
            self.predicates.add(quad.predicate.value)
            if quad.graph:
                yield quad
            else:
                unnamed.append(quad)

    def _add_default(self, lines: list[bytes]) -> None:
        self._default.update(lines)
        self.store.add(b"".join(lines))

    def share(self, wanted: Callable[[str], bool]) -> None:
        """Puts the statements of the graphs that are `wanted` into the default graph too."""
        for end, lines in self._named.items():
            if wanted(end[2:-4].decode()):
                self._add_default([line[: -len(end)] + b" .\n" for line in lines])

    @property
    def count(self) -> int:
        """How many statements the named graphs hold."""
        return sum(map(len, self._named.values()))

    def nquads(self) -> bytes:
        """The canonical N-Quads: sorted lines; the same statements are the same bytes."""
        lines = sorted(line for graph in (self._default, *self._named.values()) for line in graph)
        return b"".join(lines)

    def trig(self, prefixes: Mapping[str, str]) -> bytes:
        """TriG with each graph once, and each subject in it once."""
        graphs = (self._default, *(self._named[end] for end in sorted(self._named)))
        return translate((b"".join(sorted(graph)) for graph in graphs), N_QUADS, TRIG, prefixes)
