"""Headers that every answer carries: nothing may be loaded, framed, stored about or hidden from readers."""

from flask import Flask, Response

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
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
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, QUERY, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


def register(app: Flask) -> None:
    """Put the headers on every answer, errors and preflights too."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(ALWAYS)
        response.headers.setdefault("Cache-Control", "no-cache")
        if response.allow:
            response.headers.update(_PREFLIGHT)
        return response
