"""Headers that every answer carries: nothing may be loaded, framed, stored about or hidden from readers."""

from flask import Flask, Response

_LOADED = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
_POLICY = _LOADED + "frame-ancestors 'none'; base-uri 'none'"
# For a view that is made to stand on other sites; it has no form.
FRAMED = {"Content-Security-Policy": _LOADED + "frame-ancestors *; base-uri 'none'"}
# For the page with the editor, which asks this site for prefixes and terms.
SCRIPTED = {"Content-Security-Policy": _POLICY + "; script-src 'self'; connect-src 'self'"}
_EXPOSED = (
    "Link, Content-Location, ETag, Location, Retry-After, Memento-Datetime, Allow, Accept-Query, Answer-Cut"
)
ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": _EXPOSED,
}
_DEFAULTS = {**ALWAYS, "Cache-Control": "no-cache"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, QUERY, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


def register(app: Flask) -> None:
    """Put the headers on every answer, errors and preflights too."""

    @app.after_request
    def add(response: Response) -> Response:
        # A view may have a policy of its own, one of those above. A document has many links: one look at all.
        known = {name.lower() for name, _ in response.headers}
        response.headers.extend((n, v) for n, v in _DEFAULTS.items() if n.lower() not in known)
        if response.allow:
            response.headers.update(_PREFLIGHT)
        return response
