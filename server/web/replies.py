"""The headers of an answer to a query, by whichever way it goes out; and what names it for caches."""

import re
from hashlib import blake2b

from server.store.answers import Answer, Dataset, Formats
from server.web import protocol
from server.web.headers import ALWAYS

CUT = "Answer-Cut"
_ALL = {**ALWAYS, "Accept-Query": protocol.QUERY, "Vary": "Accept, Accept-Encoding"}
# Longer queries are answered anew each time: to look at them all holds up everybody.
_LONG = 64 * 1024
# The same query may have another answer each time; and an escape may hide the word.
_UNSTABLE = re.compile(r"\b(?:RAND|NOW|UUID|STRUUID)\s*\(|\\u", re.IGNORECASE)


def digest(text: str, formats: Formats, dataset: Dataset) -> str:
    """What tells one question from another; empty when its answer may differ each time, or it is long."""
    if len(text) > _LONG or _UNSTABLE.search(text):
        return ""
    parts = repr((text, formats, dataset)).encode("utf-8", "surrogatepass")
    return blake2b(parts, digest_size=12).hexdigest()


def tag(release: str, question: str) -> str:
    """The ETag of the answer. Weak: rows may come in another order when the query names none."""
    return f'W/"{release}-{question}"' if question else ""


def headers(answer: Answer, etag: str) -> dict[str, str]:
    """All headers but those about the length and the packing; `etag` is empty for what is not stable."""
    charset = "; charset=utf-8" if answer.media_type.startswith("text/") else ""
    found = {**unchanged(etag), "Content-Type": answer.media_type + charset}
    return found | {CUT: answer.cut} if answer.cut else found


def unchanged(etag: str) -> dict[str, str]:
    """The headers of an answer that the reader has already."""
    if etag:
        return {**_ALL, "Cache-Control": "public, no-cache", "ETag": etag}
    return {**_ALL, "Cache-Control": "no-store"}


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether the reader has this answer already (RFC 9110 §13.1.2, compared weakly)."""
    if not etag or not if_none_match:
        return False
    known = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return etag.removeprefix("W/") in known or "*" in known
