"""Data inside a page, for search engines: JSON that cannot end or open an element."""

import json
from typing import Any

from markupsafe import Markup

# In JSON these may be written so; as they are they would mean something to a page, or to an old script.
_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def island(node: dict[str, Any]) -> Markup:
    """The node as text that can stand in a page."""
    return Markup(json.dumps(node, ensure_ascii=False).translate(_ESCAPES))
