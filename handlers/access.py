"""Which right each word and each card asks for before anything else is looked at.

What is done to a unit asks again for that unit, where it is decided and where it is applied (`bot.acts.Act.must`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handlers import rights
from handlers.facts import Facts
from handlers.rights import may_somewhere
from handlers.talk import Words, say

WORDS: Mapping[str, str] = MappingProxyType(  # command of `handlers.words` -> right; no right is needed for the others
    {
        "requests": rights.HELP,
        "untold": rights.HELP,
        "unsent": rights.POST,
        "portal": rights.BRING,
        "line": rights.LINE,
        "preview": rights.PREVIEW,
        "post": rights.POST,
        "link": rights.GROUP,
        "settings": rights.GROUP,
        "drive": rights.DRIVE,
        "remind": rights.REMIND,
        "why": rights.WHY,
        "detail": rights.FIGURES,
        "workbook": rights.PAPERS,
        "posters": rights.PAPERS,
        "morning": rights.MORNING,
        "give": rights.GIVE[rights.SUPPORT],
        "roles": rights.ROLES,
        "audit": rights.AUDIT,
    }
)
CARDS: Mapping[str, str] = MappingProxyType(
    {
        "requests": rights.HELP,
        "request": rights.HELP,
        "untold": rights.HELP,
        "untold_one": rights.HELP,
        "unsent": rights.POST,
        "post": rights.POST,
        "link": rights.GROUP,
        "preview": rights.PREVIEW,
        "decided": rights.PREVIEW,
        "previews": rights.PREVIEW,
        "offer": rights.PREVIEW,
        "handed": rights.PREVIEW,
        "offers": rights.PREVIEW,
        "settings": rights.GROUP,
        "group": rights.GROUP,
        "why": rights.WHY,
        "whynew": rights.WHY,
        "whynot": rights.WHY,
        "morning": rights.MORNING,
        "drive": rights.DRIVE,
        "drive_end": rights.DRIVE,
        "reminders": rights.REMIND,
        "reminder": rights.REMIND,
        "roles": rights.ROLES,
        "role": rights.ROLES,
        "audit": rights.AUDIT,
        "audit_by": rights.AUDIT,
    }
)


def word_allowed(command: str, facts: Facts) -> bool:
    return command not in WORDS or may_somewhere(facts.person.roles, WORDS[command])


def card_allowed(kind: str, facts: Facts) -> bool:
    return kind not in CARDS or may_somewhere(facts.person.roles, CARDS[kind])


def refused(right: str) -> Words:
    """What is said to whoever has it nowhere."""
    return say("audit.not_allowed") if right == rights.AUDIT else say("not_allowed")
