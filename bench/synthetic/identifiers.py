"""Opaque identifiers that can be worked out again: no table of what was handed out is kept."""

import hashlib

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_BITS = 50
_MASK = (1 << _BITS) - 1
_HALF = _BITS // 2
# Any odd number will do: it makes the multiplication reversible, so that no two things meet.
_FACTORS = (0x2545F4914F6CD, 0x1B873593CC9E3)
_NUMBERS = 32


class Identifiers:
    """Ten characters for each kind of thing and number, different for each seed."""

    def __init__(self, seed: int) -> None:
        self._offset = int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:6], "big")
        self._kinds: dict[str, int] = {}

    def of(self, kind: str, number: int, part: int = 0) -> str:
        """The identifier of the `part`th thing of this kind that belongs to `number`."""
        kinds = self._kinds.setdefault(kind, len(self._kinds))
        return _letters(self._mixed((kinds << 42) | (part << _NUMBERS) | number))

    def _mixed(self, value: int) -> int:
        value = (value + self._offset) & _MASK
        for factor in _FACTORS:
            value = (value * factor) & _MASK
            value ^= value >> _HALF
        return value


def _letters(value: int) -> str:
    return "".join(ALPHABET[(value >> shift) & 31] for shift in range(_BITS - 5, -5, -5))
