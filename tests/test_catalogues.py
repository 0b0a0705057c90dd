"""Both languages say everything: no text missing, empty or with other places than its sister."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from handlers.texts import LANGUAGES
from locales.update import asked, used

LOCALES = Path(__file__).resolve().parent.parent / "locales"


def catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(language: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entry in catalogue(language):
        key = entry.id if isinstance(entry.id, str) else entry.id[0]
        if key:
            assert key not in found, f"{key} stands twice"
            found[key] = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_the_code_asks_for_is_there_and_written(language: str) -> None:
    there = texts(language)
    assert sorted(asked() - there.keys()) == []
    assert [key for key, forms in there.items() if not forms or not all(forms)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_given_two_texts(language: str) -> None:
    """Reading a catalogue keeps the last of them and says nothing."""
    lines = (LOCALES / language / "LC_MESSAGES" / "messages.po").read_text("utf-8").splitlines()
    assert [
        key for key, times in Counter(line for line in lines if line.startswith("msgid ")).items() if times > 1
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_over_or_fuzzy(language: str) -> None:
    there = texts(language)
    assert sorted(there.keys() - used(set(there))) == []
    assert [entry.id for entry in catalogue(language) if entry.id and entry.fuzzy] == []


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    vietnamese, english = texts("vi"), texts("en")
    assert vietnamese.keys() == english.keys()
    differing = [
        key
        for key in vietnamese
        if {frozenset(places(t)) for t in vietnamese[key]} != {frozenset(places(t)) for t in english[key]}
    ]
    assert differing == []


def test_vietnamese_is_composed() -> None:
    import unicodedata

    assert [key for key, forms in texts("vi").items() if any(unicodedata.normalize("NFC", t) != t for t in forms)] == []
