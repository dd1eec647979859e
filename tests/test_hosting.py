"""The web server's process follows releases, whatever one of them is like."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server import hosting
from server.config import Settings
from server.errors import BadSource
from server.hosting import Application, Plan
from server.offering import Offer
from server.web.site import Parts, Site


def plan(number: int) -> Plan:
    return Plan(number, Settings(), Offer(Path("release")), {}, Path("done"))


def site(of: Plan, *_: Any) -> Site:
    if of.number == 2:
        raise BadSource("Release 2 is broken.")
    name, nothing = str(of.number), lambda *_: None
    return Site(Parts(name, "2026-01-01", lambda *_: [], None, nothing, dict, nothing))  # type: ignore[arg-type]


def test_a_release_that_cannot_be_served_does_not_keep_out_the_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = iter([1, 2, 2, 2])
    monkeypatch.setattr(hosting, "assemble", site)
    monkeypatch.setattr(hosting, "_settle", lambda: None)
    monkeypatch.setattr(hosting, "_PAUSE", 0.001)
    monkeypatch.setattr(Plan, "read", lambda: plan(next(numbers, 3)))

    async def whole() -> str:
        application = Application(plan(1))
        application.__rsgi_init__(asyncio.get_running_loop())
        async with asyncio.timeout(10):
            while application._front.site.parts.release == "1":
                await asyncio.sleep(0.001)
        application.__rsgi_del__(asyncio.get_running_loop())
        return application._front.site.parts.release

    assert asyncio.run(whole()) == "3"
    assert capsys.readouterr().out.count("The new release is not served: Release 2 is broken.") == 1
