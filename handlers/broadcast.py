"""Reminders (NHAC): whom they may speak to, their placeholders, when they may go out. Plain values and words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rapidfuzz import fuzz

from handlers.cast import MORNING, NIGHT
from handlers.figures import days_left, groups, percent_text, progress
from handlers.fold import fold
from handlers.talk import say
from handlers.texts import Texts

NAMES = ("don_vi", "con_thieu", "chi_tieu", "dat", "con_ngay", "ten")  # placeholders
WHO = "ten"  # the only one that differs between people of one unit
LONGEST = 600  # characters: with figures put in it still fits under a picture
_HANDFUL = 5  # people more or less
_PLACE = re.compile(r"\{([^{}\n]{0,40})\}")
_ALIKE = 55.0  # from which a misspelt name is taken for one


@dataclass(frozen=True, slots=True)
class Figures:
    """What placeholders say of a unit. `target` None: none was set."""

    unit: str
    count: int
    target: int | None
    ends: date  # last day of the target's phase, or of the campaign
    today: date


@dataclass(frozen=True, slots=True)
class Misspelt:
    written: str
    nearest: str  # "" where nothing is like it


def misspelt(text: str) -> Misspelt | None:
    """The first placeholder that there is not, and which one may be meant."""
    for found in _PLACE.finditer(text):
        if _name(found[1]) not in NAMES:
            return Misspelt(found[0], _nearest(found[1]))
    return None


def _name(written: str) -> str:
    """`Đơn vị` -> `don_vi`: accents, case and blanks do not matter."""
    return fold(written).replace(" ", "_")


def _nearest(written: str) -> str:
    best = max(NAMES, key=lambda name: fuzz.ratio(_name(written), name))
    return best if fuzz.ratio(_name(written), best) >= _ALIKE else ""


def of_unit(texts: Texts, language: str, text: str, figures: Figures) -> str:
    """All placeholders filled but `{ten}`: the same for everybody of the unit who speaks this language."""
    values = _values(texts, language, figures)
    return _PLACE.sub(lambda found: values.get(_name(found[1]), found[0]), text)


def to_person(texts: Texts, language: str, of_unit: str, name: str) -> str:
    """What one person gets: `{ten}` is the name, and how to get no more of these comes last."""
    return f"{_named(texts, language, of_unit, name)}\n{texts.render(language, say('broadcast.turn_off'))}"


def to_group(texts: Texts, language: str, of_unit: str) -> str:
    return _named(texts, language, of_unit, "")


def _named(texts: Texts, language: str, text: str, name: str) -> str:
    called = name or texts.render(language, say("broadcast.you"))
    return _PLACE.sub(lambda found: called if _name(found[1]) == WHO else found[0], text)


def _values(texts: Texts, language: str, of: Figures) -> dict[str, str]:
    found = progress(of.count, of.target)
    none = texts.render(language, say("broadcast.no_target"))
    return {
        "don_vi": of.unit.replace("{", "(").replace("}", ")"),  # a unit's name is no placeholder
        "con_thieu": groups(found.left, language) if found else none,
        "chi_tieu": groups(of.target or 0, language) if found else none,
        "dat": percent_text(found.percent, language) if found else none,
        "con_ngay": groups(max(days_left(of.today, of.ends), 0), language),
    }


def grew(confirmed: int, number: int) -> bool:
    """Would clearly more get it than were confirmed: more than a tenth more, and more than a handful?"""
    return number - confirmed > max(_HANDFUL, confirmed // 10)


def allowed_from(at: datetime) -> datetime:
    """The same moment, or the morning after where it falls into the night. `at` is local."""
    if MORNING <= at.time() < NIGHT:
        return at
    day = at.date() + timedelta(days=1) if at.time() >= NIGHT else at.date()
    return datetime.combine(day, MORNING, at.tzinfo)
