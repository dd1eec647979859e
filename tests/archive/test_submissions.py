"""What a stranger sends: parsed apart from the store, checked with what the archive knows."""

import json
from typing import Any

import pytest

from server.archive.archive import Archive
from server.archive.queries import SOURCE_BASE
from server.archive.submissions import SubmissionDesk, check_handler
from server.errors import BadSyntax, TooLarge
from server.store.answers import OWN_DATASET, Answer, Dataset, Formats
from server.store.syntax import JSON_LD, N_QUADS, RDF_XML, TRIG, TURTLE

ID = f"{SOURCE_BASE}id/"
HEAD = """@prefix g: <https://garden.example/terms#> .
@prefix r: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix id: <https://w3id.org/praleska/id/> .
"""
GOOD = HEAD + 'id:0000000004 { id:0000000003 a g:Bloom ; g:seenOn "2031-05"^^edtf:EDTF . }\n'
BAD = HEAD + 'id:0000000004 {\n  id:0000000003 a g:Bloom ;\n    g:seenOn "May"^^edtf:EDTF .\n}\n'


def test_a_good_submission_conforms_thanks_to_what_the_archive_knows(tiny: Archive) -> None:
    report = tiny.check(GOOD.encode(), TRIG)
    assert (report.conforms, report.statements) == (True, 2)


def test_a_fault_is_told_with_its_line_and_claim_set(tiny: Archive) -> None:
    (found,) = tiny.check(BAD.encode(), TRIG).findings
    assert found.shape.endswith("Rule-edtf")
    assert (found.line, found.claim_set, found.file) == (7, f"{ID}0000000004", None)


@pytest.mark.parametrize("day", ["2032-05-01", "2032-04", "2032-06-30"])
def test_a_source_may_contradict_what_the_archive_prefers(archive: Archive, prefixes: str, day: str) -> None:
    # The invented world has 2032-05-01 in its editorial view.
    claim = f'ex-release: a pra:Release ; pra:ends ex-detention: ; pra:startEdtf "{day}"^^edtf:EDTF .'
    assert archive.check(f"{prefixes} ex-cs-other: {{ {claim} }}".encode(), TRIG).findings == ()


@pytest.mark.parametrize(
    ("text", "media_type", "line"),
    [
        ('<https://e.example/a> <https://e.example/b> "c" ;\n  oops', TURTLE, 2),
        ("{ ]", JSON_LD, 1),
        ("<a>\n<b></a>", RDF_XML, 2),
        ("<https://e.example/a> nonsense .", N_QUADS, 1),
    ],
)
def test_what_is_not_rdf_is_told_with_its_line(tiny: Archive, text: str, media_type: str, line: int) -> None:
    with pytest.raises(BadSyntax) as raised:
        tiny.check(text.encode(), media_type)
    assert raised.value.line == line


def test_the_same_record_is_judged_alike_in_every_format(tiny: Archive) -> None:
    thing, kind = f"{ID}0000000001", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    rows = [
        f"<{thing}> <{kind}> <https://garden.example/terms#Garden>",
        f'<{thing}> <https://garden.example/terms#area> "0"^^<http://www.w3.org/2001/XMLSchema#integer>',
    ]
    document = {
        "@id": thing,
        "@type": "https://garden.example/terms#Garden",
        "https://garden.example/terms#area": 0,
    }
    texts = {
        TURTLE: " .\n".join(rows) + " .",
        N_QUADS: " .\n".join(rows) + " .",
        TRIG: f"<{SOURCE_BASE}graph/register> {{ {' . '.join(rows)} }}",
        JSON_LD: json.dumps(document),
    }
    shapes = [
        [found.shape for found in tiny.check(text.encode(), media).findings] for media, text in texts.items()
    ]
    assert shapes == [["https://garden.example/shapes#Garden-area"]] * 4


class Watched:
    """A store and a checker that remember what they were given."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._handler = check_handler(str(archive.folder), SOURCE_BASE)
        self.queries: list[str] = []
        self.calls: list[dict[str, Any]] = []

    def query(self, text: str, formats: Formats, dataset: Dataset = OWN_DATASET) -> Answer:
        """Remembers and passes on."""
        self.queries.append(text)
        return self._archive.store.query(text, formats, dataset)

    def close(self) -> None:
        """Nothing to give back."""

    def call(self, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        """What the zygote's worker would do."""
        self.calls.append(header)
        reply, body = self._handler(header, payload)
        assert isinstance(body, bytes)
        return json.loads(json.dumps(reply)), body


def test_the_store_learns_the_names_of_a_submission_and_none_of_its_texts(tiny: Archive) -> None:
    watched = Watched(tiny)
    text = (
        GOOD + 'id:0000000004 { id:0000000003 g:visitor "A Secret"@en ; g:colour <https://secret.example/> }'
    )
    SubmissionDesk(watched.call, watched, SOURCE_BASE).check(text.encode(), TRIG)
    sent = "\n".join(watched.queries)
    assert f"<{ID}0000000003>" in sent
    assert "Secret" not in sent
    assert "secret.example" not in sent
    assert [call["step"] for call in watched.calls] == ["names", "check"]


def test_many_names_are_asked_for_in_batches(tiny: Archive) -> None:
    watched = Watched(tiny)
    gardens = "\n".join(f'id:g{n:09d} a g:Garden ; r:label "Garden"@en .' for n in range(1200))
    report = SubmissionDesk(watched.call, watched, SOURCE_BASE).check((HEAD + gardens).encode(), TURTLE)
    assert report.conforms
    assert len(watched.queries) == 3


def test_a_report_survives_the_way_through_the_socket(tiny: Archive) -> None:
    watched = Watched(tiny)
    far = SubmissionDesk(watched.call, watched, SOURCE_BASE).check(BAD.encode(), TRIG)
    assert far == tiny.check(BAD.encode(), TRIG)


def test_a_token_too_large_for_the_engine_is_refused(tiny: Archive) -> None:
    text = f'{HEAD} id:0000000001 r:label "{"a" * (17 * 1024 * 1024)}" .'
    with pytest.raises((TooLarge, BadSyntax)):
        tiny.check(text.encode(), TURTLE)
