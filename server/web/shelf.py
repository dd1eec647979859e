"""Answers of the application that are kept, packed, ready to be sent: pages and documents of a release."""

import gzip
from typing import Any, NamedTuple

from server.web import replies
from server.web.bridge import Given
from server.web.cache import Cache
from server.web.headers import ALWAYS

Headers = list[tuple[str, str]]
# Smaller bodies do not get smaller.
_WORTH = 1024
_LEVEL = 6
_TEXT = ("text/", "application/json", "application/xml", "image/svg")
_TEXT_ENDS = ("+json", "+xml", "/n-triples", "/n-quads", "/trig", "/javascript")
# What is sent again with a 304 (RFC 9110 §15.4.5); of the rest the reader has it.
_OF_UNCHANGED = frozenset(
    {"cache-control", "content-location", "etag", "expires", "vary", "last-modified", "link"}
)
_LANGUAGE_OR_FORMAT = ("accept", "accept-language", "*")
_CHANGING = "/dumps/"
# The answer to this address depends on what the reader accepts.
_VARIES = "varies"


class Form(NamedTuple):
    """One way in which the bytes of an answer go out."""

    etag: str
    headers: Headers
    body: bytes


class Page(NamedTuple):
    """An answer with all that can be known before somebody asks again; not every one may be given again."""

    status: int
    route: str
    is_lasting: bool
    plain: Form
    packed: Form | None
    unchanged: Headers

    def size(self) -> int:
        """Bytes of memory, about."""
        return sum(len(form.body) + 2000 for form in (self.plain, self.packed) if form)


class Shelf:
    """The answers of one release; another release has another shelf."""

    def __init__(self, most_bytes: int) -> None:
        self.kept: Cache[Page | str] = Cache(most_bytes)

    def find(self, scope: Any, headers: Any) -> Page | None:
        """What is kept for this request."""
        address = _address(scope, headers)
        found = self.kept.get(address)
        if found is _VARIES:
            found = self.kept.get((*address, *_wishes(headers)))
        return found if isinstance(found, Page) else None

    def put(self, scope: Any, headers: Any, page: Page) -> None:
        """Keeps an answer to this request, when it may be given again."""
        if not page.is_lasting:
            return
        address = _address(scope, headers)
        # The addresses are in it twice as text, and may be long.
        size = page.size() + 4 * sum(map(len, address))
        if _varies(page.plain.headers):
            self.kept.put(address, _VARIES, size=len(address[2]))
            wishes = _wishes(headers)
            self.kept.put((*address, *wishes), page, size + sum(map(len, wishes)))
        else:
            self.kept.put(address, page, size)


def is_askable(method: str, headers: Any) -> bool:
    """Whether a request may be answered with what is kept: it asks for no part, and not by date."""
    if method != "GET" or "range" in headers:
        return False
    return "if-modified-since" not in headers or "if-none-match" in headers


def page_of(given: Given, route: str) -> Page | None:
    """An answer of the application, ready to be sent; None where it is an error, long, or a file."""
    if given.status not in (200, 303) or given.is_long:
        return None
    fields = {name.lower(): value for name, value in given.headers}
    if "attachment" in fields.get("content-disposition", "") or "content-encoding" in fields:
        return None  # a file goes out as it is
    has_tag = given.status == 303 or "etag" in fields
    # Older releases are retired between two switches: what lists them is asked for each time.
    is_lasting = has_tag and "no-store" not in fields.get("cache-control", "") and route != _CHANGING
    headers = [(name, value) for name, value in given.headers if name.lower() != "content-length"]
    plain = Form(fields.get("etag", ""), headers, given.body())
    packed = None
    if len(plain.body) >= _WORTH and _is_text(fields.get("content-type", "")):
        plain = plain._replace(headers=_varying(headers))
        packed = _packed(plain)
    return Page(given.status, route, is_lasting, plain, packed, _unchanged(plain.headers))


def chosen(page: Page, headers: Any) -> Form:
    """The bytes that the reader understands."""
    packed = page.packed
    return packed if packed and "gzip" in headers.get("accept-encoding", "") else page.plain


def unchanged(page: Page, known: str) -> Headers | None:
    """The headers of a 304, when the reader has one of the forms already."""
    for form in (page.plain, page.packed):
        if form and replies.is_known(form.etag, known):
            return [*page.unchanged, ("ETag", form.etag)]
    return None


def _packed(plain: Form) -> Form:
    # A strong tag names bytes, so other bytes have another one; a weak tag names what they say.
    etag = plain.etag
    own = f'{etag[:-1]}-gzip"' if etag.startswith('"') else etag
    headers = [(name, own if name.lower() == "etag" else value) for name, value in plain.headers]
    body = gzip.compress(plain.body, _LEVEL, mtime=0)
    return Form(own, [*headers, ("Content-Encoding", "gzip")], body)


def _varying(headers: Headers) -> Headers:
    named = [value for name, value in headers if name.lower() == "vary"]
    rest = [(name, value) for name, value in headers if name.lower() != "vary"]
    return [*rest, ("Vary", ", ".join([*named, "Accept-Encoding"]))]


def _unchanged(headers: Headers) -> Headers:
    wanted = _OF_UNCHANGED | {name.lower() for name in ALWAYS}
    return [(name, value) for name, value in headers if name.lower() in wanted and name.lower() != "etag"]


def _varies(headers: Headers) -> bool:
    fields = (value.lower() for name, value in headers if name.lower() == "vary")
    return any(part.strip() in _LANGUAGE_OR_FORMAT for value in fields for part in value.split(","))


def _is_text(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip()
    return kind.startswith(_TEXT) or kind.endswith(_TEXT_ENDS)


def _address(scope: Any, headers: Any) -> tuple[str, str, str, str]:
    # Pages carry links to the host that is read.
    return scope.scheme, headers.get("host", ""), scope.path, scope.query_string


def _wishes(headers: Any) -> tuple[str, str]:
    return ",".join(headers.get_all("accept")), headers.get("accept-language", "")
