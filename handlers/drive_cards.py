"""CAODIEM in private: the drive that runs or is to come, with what may be done about it; else a new one is started."""

from __future__ import annotations

from dataclasses import replace

from handlers import drafts, engine, rights
from handlers.board_words import campaigns_of, unit_for
from handlers.card import CLOSE, DECLINE, close, show
from handlers.drive import Drive, DriveOf, DriveToChange, Now
from handlers.drive_words import drive_line
from handlers.effects import EndDrive
from handlers.facts import Facts, Unit, UnitByCode
from handlers.forms import drive as forms
from handlers.talk import Card, Choice, Need, Reply, State, Turn, reply, say


def caodiem(code: str, state: State, facts: Facts) -> Turn | Need:
    """CAODIEM for the unit one serves; CAODIEM 48 for another one that one may run."""
    unit = unit_for(facts, rights.DRIVE)
    if code:
        query = UnitByCode(code)
        if query not in facts.answers:
            return Need((query,))
        unit = facts.answers[query]
        if unit is None:
            return Turn(state, (reply(say("unit.no_code", code=code)),))
    if unit is None:
        return Turn(state, (reply(say("board.no_unit")),))
    return _of(unit, state, facts)


def _of(unit: Unit, state: State, facts: Facts) -> Turn | Need:
    if not rights.may(facts.person.roles, rights.DRIVE, unit):
        return Turn(state, (reply(say("drive.not_yours")),))
    campaigns = campaigns_of(unit, facts, rights.DRIVE)
    if not campaigns:
        return Turn(state, (reply(say("campaign.none")),))
    query = DriveOf(unit.id, campaigns[0].id)
    if query not in facts.answers:
        return Need((query,))
    now: Now = facts.answers[query]
    if now.drive is not None:
        return show(state, card(now.drive, state.language))
    known = {"unit": unit.id, "short": unit.short, "campaign": campaigns[0].id}
    known |= {"closes": campaigns[0].closes.isoformat(), "free": now.free.isoformat()}
    return engine.start(forms.FORM, drafts.park(state), facts, known)


def card(drive: Drive, language: str) -> Reply:
    choices = (Choice("aim", say("drive.card_aim")), Choice("end", say("drive.card_end")), CLOSE)
    return reply(*drive_line(drive, language), choices=choices, card=Card("drive", str(drive.id)))


def on_drive(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """The right is looked at before anything is asked, and again when it is done."""
    query = DriveToChange(int(record) if record.isdecimal() else 0)
    if query not in facts.answers:
        return Need((query,))
    if not facts.answers[query]:
        return close(state, facts, say("drive.none"))
    if key == "aim":
        return engine.start(forms.AIM, drafts.park(state), facts, {"drive": int(record)})
    if key == "end":
        yes = Choice("yes", say("drive.end_yes"))
        return show(state, reply(say("drive.end_ask"), choices=(yes, DECLINE), card=Card("drive_end", record)))
    return close(state, facts)


def on_end(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key != "yes" or not record.isdecimal():
        return close(state, facts)
    done = close(state, facts, say("drive.ended"))
    return replace(done, effects=(*done.effects, EndDrive(int(record)))) if isinstance(done, Turn) else done
