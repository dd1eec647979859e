"""Whether something held on a day, for programs: certain, possible or no, with the events that say so."""

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue

from server.archive.records import Resource
from server.errors import NotFound
from server.web import addresses, fresh, states
from server.web.current import archive
from server.web.negotiation import HTML, language, negotiate

held = Blueprint("held", __name__)
_JSON = "application/json"


@held.get("/held")
def on_day() -> ResponseReturnValue:
    """The question of the page for one day: `person` is an address or the name in it, `on` a day."""
    day = request.args.get("on", "")
    if not states.is_day(day):
        raise NotFound("There is no such day: “on” takes a day like 2022-06-01.")
    name = request.args.get("person", "").removeprefix(archive().base).removeprefix("id/")
    iri, lang = addresses.iri(name), language()
    if negotiate((_JSON, HTML)) == HTML:
        address = f"{addresses.document(name, f'{lang}.html')}?on={day}#on"
        return _varying(make_response(redirect(address, 303)))
    found = archive().describe(iri, lang)
    told = states.on_day(found, day)
    if told is None or not states.can_ask(found):
        raise NotFound("Of this thing the archive does not know what held on a day.")
    response = jsonify(
        thing=iri,
        on=day,
        answer=told.answer,
        release=archive().release.id,
        events=[_event(entry) for entry in told.entries],
    )
    return _varying(fresh.dated(response, f"held-{lang}-{day}-{name.replace('/', '-')}"))


def _event(entry: Resource) -> dict[str, Any]:
    when, said = entry.extent, entry.state
    found: dict[str, Any] = {"id": entry.iri, "name": entry.title.value}
    for part in ("start_min", "start_max", "end_min", "end_max"):
        found[part] = getattr(when, part, "") or None
    found["according_to"] = sorted({s.claimant.iri for s in said.sources if s.claimant}) if said else []
    return found


def _varying(response: Response) -> Response:
    response.vary.update(("Accept", "Accept-Language"))
    return response
