"""Effects of THEMDONG: the line of a day's notice, set or taken away while that notice is not out."""

from __future__ import annotations

from datetime import date

from bot.acts import Act, NotAllowed, Results
from handlers import rights
from handlers.file_effects import DropLine, SetLine
from models.queries import lines


def set_line(act: Act, effect: SetLine) -> Results:
    """Raises `NotAllowed` where the notice was posted while the officer was writing."""
    _must_be_open(act, effect.unit_id, effect.campaign_id, effect.day)
    where = (effect.unit_id, effect.campaign_id, effect.day)
    lines.put(act.conn, *where, text=effect.text, by=act.known_person(), at=act.now)
    act.note("line.set", unit_id=effect.unit_id, campaign_id=effect.campaign_id, day=effect.day.isoformat())
    return None


def drop_line(act: Act, effect: DropLine) -> Results:
    _must_be_open(act, effect.unit_id, effect.campaign_id, effect.day)
    lines.drop(act.conn, effect.unit_id, effect.campaign_id, effect.day)
    act.note("line.drop", unit_id=effect.unit_id, campaign_id=effect.campaign_id, day=effect.day.isoformat())
    return None


def _must_be_open(act: Act, unit_id: int, campaign_id: int, day: date) -> None:
    act.must(rights.LINE, unit_id, campaign_id)
    if lines.posted_at(act.conn, unit_id, campaign_id, day) is not None:
        raise NotAllowed("line.too_late")
