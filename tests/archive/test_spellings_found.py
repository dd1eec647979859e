"""Spellings under which people of the archive circulate: each finds exactly the one who is meant."""

import pytest

from server.archive.archive import Archive
from server.config import Settings

SPELLINGS = {
    "Valiantsin Stefanovic": (
        "Валянцін Стэфановіч", "Валентин Стефанович", "Valancin Stefanovič", "Valiantsin Stefanovich",
        "Stefanovich", "Stefanovic", "Stefanowicz", "СТЭФАНОВІЧ",
    ),
    "Ales Bialiatski": (
        "Алесь Бяляцкі", "Алесь Беляцкий", "Aleś Bialacki", "Ales Bialiatski", "Byalyatski", "Белецкий",
    ),
    "Maria Kalesnikava": ("Марыя Калеснікава", "Мария Колесникова", "Maria Kalesnikava", "Kolesnikova"),
    "Mikalai Statkevich": ("Мікола Статкевіч", "Николай Статкевич", "Nikolai Statkevich", "Statkievič"),
    "Siarhei Tsikhanouski": (
        "Сяргей Ціханоўскі", "Сергей Тихановский", "Sergei Tikhanovsky", "Siarhei Tsikhanouski",
        "Cichanoŭski",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def archive_of_people(real: Settings) -> Archive:
    return Archive.open(real)


@pytest.mark.parametrize("text", [text for texts in SPELLINGS.values() for text in texts])
def test_a_spelling_finds_the_person_and_nobody_else(archive_of_people: Archive, text: str) -> None:
    meant = next(name for name, texts in SPELLINGS.items() if text in texts)
    found = archive_of_people.search(text, "en", "Person")
    assert [row.link.text.value for row in found.rows] == [meant]
