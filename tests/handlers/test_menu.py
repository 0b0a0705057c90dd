"""GIUP shows every word a role may type, and no other; so do the menus of channels."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from handlers import commands, menu, rights
from handlers.access import WORDS, word_allowed
from handlers.facts import Chat, Facts, Person, Role, Unit
from handlers.fit import LONGEST, fitted
from handlers.talk import State, Turn
from handlers.texts import LANGUAGES, Texts
from handlers.words import COMMANDS, Command

SAO_MAI = Unit(3, "4827", "May Sao Mai", "Sao Mai", above=(2, 1))
NOT_TYPED = {"hour", "start"}  # in a group; by Telegram itself
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
KINDS = ("", *rights.KINDS)


def facts(kind: str) -> Facts:
    roles = (Role(kind, None if kind == rights.OWNER else SAO_MAI),) if kind else ()
    return Facts(NOON, NOON.date(), Person(7, "An", SAO_MAI, True, roles), Chat(0))


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


def shown(texts: Texts, language: str, kind: str) -> list[str]:
    turn = fitted(Turn(State(language=language), menu.lists(facts(kind).person.roles)), texts)
    return [texts.reply(language, one).text for one in turn.replies]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_word_a_role_may_type_and_no_other(texts: Texts, kind: str, language: str) -> None:
    messages = shown(texts, language, kind)
    assert max(map(len, messages)) <= LONGEST
    assert len(messages) <= 4
    listed = re.findall(r"\b[A-Z]{2,}\b", " ".join(messages))
    assert len(listed) == len(set(listed))
    may = {name for name in COMMANDS.values() if word_allowed(name, facts(kind))} - NOT_TYPED
    assert {COMMANDS[word.lower()] for word in listed} == may


def test_who_reads_the_log_is_told_of_it() -> None:
    assert "audit" in menu.beside(facts("admin").person.roles)
    assert "audit" in menu.beside(facts("owner").person.roles)
    assert "audit" not in menu.beside(facts("officer").person.roles)


@pytest.mark.parametrize("kind", KINDS)
def test_the_menu_of_a_channel_holds_what_the_role_allows(kind: str) -> None:
    roles = facts(kind).person.roles
    own = menu.beside(roles)
    assert bool(own) == bool(kind)
    assert all(word_allowed(name, facts(kind)) for name in own)
    allowed = {name for name in WORDS if word_allowed(name, facts(kind))}
    assert allowed <= set(own)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_menu_is_what_platforms_take(texts: Texts, language: str) -> None:
    for word, what in menu.lines(texts, language, menu.beside(facts("owner").person.roles)):
        assert re.fullmatch(r"[a-z0-9_]{1,32}", word)
        assert 3 <= len(what) <= 256
        assert what[0].isupper()


def test_each_word_that_is_listed_is_understood() -> None:
    for name, word in menu.SPELT.items():
        assert Command(COMMANDS[word]).name == name
        assert name in commands._COMMANDS
