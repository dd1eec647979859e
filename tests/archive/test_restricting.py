"""Restricted records: encrypted at rest, and out only when what they wait for has come."""

import shutil
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from server.archive.compiling import withhold
from server.archive.releases import current
from server.archive.vault import Vault, new_key
from server.config import Settings
from server.errors import BadSource, BuildFailed, PraleskaError
from tests.desk import BEFORE, EVENT, ID, SECRETS, THE_DAY, Desk, text


@pytest.fixture
def desk(world: Settings, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path)


@pytest.fixture
def released(world: Settings) -> bytes:
    return current(world.instance).nquads.read_bytes()


def found(dump: str) -> set[str]:
    """The things of the restricted files that a dump speaks of."""
    return {part[:8].rstrip(">") for part in dump.split(f"<{ID}")[1:]}


def test_a_restricted_file_lies_encrypted_and_only_its_owner_reads_it(desk: Desk) -> None:
    data = text("embargo")
    name = desk.add(data)
    folder = desk.settings.instance / "restricted"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]
    assert all(b"Zorka" not in path.read_bytes() for path in folder.iterdir())
    assert "zorka" not in name.lower()
    assert desk.vault.read(name) == data


def test_the_list_of_restricted_files_names_nobody(desk: Desk) -> None:
    name = desk.add(text("embargo"))
    (waiting,) = desk.restricted().waiting()
    assert (waiting.name, waiting.claim_sets) == (name, 3)
    assert waiting.waits_for == ("2033-01-01", "2033-06-01", EVENT)


def test_a_key_of_another_installation_opens_nothing(desk: Desk, tmp_path: Path) -> None:
    name = desk.add(text("embargo"))
    new_key(tmp_path / "other", desk.settings.instance)
    with pytest.raises(BadSource, match="does not open"):
        Vault(desk.settings.instance, str(tmp_path / "other")).read(name)


def test_a_changed_file_is_not_read(desk: Desk) -> None:
    name = desk.add(text("embargo"))
    path = desk.settings.instance / "restricted" / f"{name}.fernet"
    path.write_bytes(path.read_bytes()[:-9] + b"A" * 9)
    with pytest.raises(BadSource, match="does not open"):
        desk.vault.read(name)


def test_the_key_may_not_lie_beside_what_it_opens(desk: Desk) -> None:
    inside = desk.settings.instance / "key"
    with pytest.raises(BadSource, match="outside"):
        new_key(inside, desk.settings.instance)
    assert not inside.exists()


def test_a_key_is_never_overwritten_and_only_its_owner_reads_it(desk: Desk) -> None:
    key = Path(desk.settings.restricted_key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    with pytest.raises(FileExistsError):
        new_key(key, desk.settings.instance)
    assert key.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_can_touch_is_not_used(desk: Desk, mode: int) -> None:
    Path(desk.settings.restricted_key).chmod(mode)
    with pytest.raises(BadSource, match="chmod 600"):
        desk.add(text("embargo"))


def test_without_a_key_the_restricted_records_do_not_exist_for_the_build(desk: Desk, released: bytes) -> None:
    desk.add(text("embargo"))
    assert desk.build(THE_DAY, key="").encode() == released


def test_before_its_day_the_release_is_that_of_sources_that_never_had_the_record(
    desk: Desk, released: bytes
) -> None:
    desk.add(text("embargo"))
    assert desk.build(BEFORE).encode() == released


def test_on_its_day_a_claim_set_goes_out_with_what_it_needs_and_nothing_else(desk: Desk) -> None:
    desk.add(text("embargo"))
    dump = desk.build(THE_DAY)
    assert found(dump) == {"zarka000", "cs0000da"}, "no other thing"
    assert f"<{ID}zarka0005>" not in dump
    assert f"<{ID}zarka0004>" not in dump
    assert [secret for secret in SECRETS if secret in dump] == []
    assert "Example Zorka" in dump


def test_a_text_that_names_somebody_still_restricted_is_cut(desk: Desk) -> None:
    data = text("embargo")
    desk.add(data)
    assert "They held her" not in desk.opened(THE_DAY)
    other = text("embargo").replace(b" and they held Vasilok", b" and nobody else")
    desk.vault.remove(desk.vault.names()[0])
    desk.add(other)
    assert "They held her" in desk.opened(THE_DAY)


def test_after_the_event_was_declared_its_claim_set_goes_out(desk: Desk) -> None:
    desk.add(text("embargo"))
    assert desk.opened(BEFORE) == ""
    desk.vault.declare(EVENT)
    dump = desk.opened(BEFORE)
    assert found(dump) == {"zarka000", "cs00even"}
    assert "2033-02-02" in dump
    assert [secret for secret in SECRETS if secret in dump] == []


def test_a_claim_set_that_waits_for_two_things_waits_for_both(desk: Desk) -> None:
    desk.add(text("embargo"))
    desk.vault.declare(EVENT)
    assert desk.opened(date(2032, 12, 31)) == ""


def test_declaring_twice_is_declaring_once(desk: Desk) -> None:
    desk.vault.declare(EVENT)
    desk.vault.declare(EVENT)
    assert [entry.event for entry in desk.vault.happened()] == [EVENT]


def test_a_faulty_restricted_file_is_refused_with_its_place_and_nothing_is_stored(desk: Desk) -> None:
    data = text("embargo").replace(b"pra:claimant ex-org: ;", b"", 1)
    with pytest.raises(BuildFailed) as failure:
        desk.add(data)
    (line,) = failure.value.findings
    assert line.startswith("file.trig:")
    assert "ClaimSet-claimant" in line
    assert desk.vault.names() == []


def test_a_restricted_file_must_not_add_to_a_public_claim_set(desk: Desk) -> None:
    data = text("embargo") + b"<https://w3id.org/praleska/id/exdy0yp57r> { ex-detention: a pra:Detention . }"
    with pytest.raises(BuildFailed, match="error") as failure:
        desk.add(data)
    assert "Rule-restrictedThing" in "\n".join(failure.value.findings)


def test_public_sources_may_not_hold_what_a_restricted_file_holds_back(desk: Desk, tmp_path: Path) -> None:
    desk.add(text("embargo"))
    source = tmp_path / "source"
    shutil.copytree(desk.settings.source, source)
    public = text("embargo").decode().replace(' ;\n    pra:notBefore "2033-06-01"^^xsd:date .', " .")
    public = public.replace(
        ' ;\n    pra:notBefore "2033-01-01"^^xsd:date ; pra:untilEvent re:zarka0004 .', " ."
    )
    (source / "data" / "claims" / "example" / "early.trig").write_text(public, encoding="utf-8")
    desk.settings = replace(desk.settings, source=source)
    with pytest.raises(BuildFailed) as failure:
        desk.build(BEFORE)
    assert all("Rule-restrictedThing" in line for line in failure.value.findings)
    assert any(f"{ID}cs0000day" in line for line in failure.value.findings)


def test_a_withheld_person_stays_withheld_when_the_embargo_ends(desk: Desk) -> None:
    desk.add(text("embargo"))
    settings = desk.settings
    key = settings.restricted_key
    withhold(
        settings.source, settings.instance, settings.base, f"{ID}zarka0001", "safety", lambda *_: None, key
    )
    desk.vault.declare(EVENT)
    dump = desk.build(THE_DAY)
    assert found(dump) == {"zarka000"}  # the tombstone
    assert "Zorka" not in dump


def test_a_withheld_identifier_is_not_restricted_again(desk: Desk) -> None:
    name = desk.add(text("embargo"))
    settings = desk.settings
    key = settings.restricted_key
    withhold(
        settings.source, settings.instance, settings.base, f"{ID}zarka0001", "safety", lambda *_: None, key
    )
    desk.vault.remove(name)
    with pytest.raises(BuildFailed) as failure:
        desk.add(text("embargo"))
    assert "Rule-withdrawn" in "\n".join(failure.value.findings)
    assert "Zorka" not in "\n".join(failure.value.findings)


def test_nobody_but_curators_and_the_build_needs_the_key(desk: Desk) -> None:
    settings = replace(desk.settings, restricted_key="")
    with pytest.raises(PraleskaError, match="PRALESKA_RESTRICTED_KEY"):
        Vault(settings.instance, settings.restricted_key).check_key()
