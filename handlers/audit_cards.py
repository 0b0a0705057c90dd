"""NHATKY: the newest acts in one's units, page by page, narrowed down, as a workbook."""

from __future__ import annotations

from handlers import audit_words, drafts, engine
from handlers.audit_facts import LogOf, LogPage, LogSheet, Narrowed, read_record
from handlers.card import CLOSE, close, show
from handlers.facts import Facts
from handlers.forms import audit
from handlers.talk import Card, Choice, Media, Need, Reply, State, Turn, reply, say

FILE = "nhat-ky.xlsx"


def newest(state: State, facts: Facts) -> Turn | Need:
    """NHATKY: all there is."""
    return _page(Narrowed(), 0, state, facts)


def on_page(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    narrowed, before = read_record(record)
    match key:
        case "more":
            return _page(narrowed, before, state, facts)
        case "narrow":
            return show(state, _narrowing(narrowed))
        case "sheet":
            ref = LogSheet(facts.person.id, narrowed, state.language).ref
            return show(state, reply(say("audit.file"), media=(Media("file", ref, name=FILE),)))
    return _page(narrowed, 0, state, facts)


def _page(narrowed: Narrowed, before: int, state: State, facts: Facts) -> Turn | Need:
    query = LogOf(narrowed, before)
    if query not in facts.answers:
        return Need((query,))
    found: LogPage = facts.answers[query]
    if not found.rows and narrowed.anyhow and not before:
        return Turn(state, (reply(say("audit.empty")),))
    return show(state, audit_words.page(found, narrowed, state.language, facts.today, before))


def _narrowing(narrowed: Narrowed) -> Reply:
    ways = tuple(Choice(way, say(f"audit.by.{way}")) for way in audit.WAYS)
    anyhow = () if narrowed.anyhow else (Choice("all", say("audit.all")),)
    return reply(say("audit.by"), choices=(*ways, *anyhow, CLOSE), card=Card("audit_by", narrowed.record()))


def on_way(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """By unit, person or days: each is asked for; what it was narrowed to before stays."""
    narrowed, _ = read_record(record)
    if key == "all":
        return _page(Narrowed(), 0, state, facts)
    if key not in audit.WAYS:
        return close(state, facts)
    known = {"way": key, "record": narrowed.record()}
    return engine.start(audit.FORM, drafts.park(state), facts, known)
