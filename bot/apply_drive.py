"""Effects about peak drives. Each right is checked again, each act leaves an audit row."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.acts import Act, NotAllowed, Results
from handlers import rights
from handlers.effects import AimDrive, EndDrive, StartDrive
from models.queries import drives
from models.queries.drives import Drive, NewDrive, Overlaps


def start_drive(act: Act, effect: StartDrive) -> Results:
    """Where it begins today the boards of last midnight are frozen at once."""
    act.must(rights.DRIVE, effect.unit_id, effect.campaign_id)
    new = NewDrive(
        campaign_id=effect.campaign_id,
        unit_id=effect.unit_id,
        name=effect.name,
        starts=effect.starts,
        ends=effect.ends,
        number=effect.number,
        made_by=act.known_person(),
        made_at=act.now,
    )
    try:
        drive_id = drives.start(act.conn, new)
    except Overlaps as overlap:
        raise NotAllowed("drive.overlap") from overlap
    started = _found(act, drive_id)
    if started.starts <= _today(act, started):
        drives.freeze(act.conn, started, act.now)
    act.note("drive.start", **_about(started), drive=drive_id, number=effect.number)
    return None


def end_drive(act: Act, effect: EndDrive) -> Results:
    """Today is its last day; one that has not begun is dropped."""
    found = _found(act, effect.drive_id)
    today = _today(act, found)
    if found.starts > today:
        drives.cancel(act.conn, found.id, act.now)
    else:
        drives.end(act.conn, found.id, today)
    act.note("drive.end", **_about(found), drive=found.id, planned=found.ends.isoformat())
    return None


def aim_drive(act: Act, effect: AimDrive) -> Results:
    found = _found(act, effect.drive_id)
    drives.aim(act.conn, found.id, effect.number)
    act.note("drive.aim", **_about(found), drive=found.id, before=found.number, number=effect.number)
    return None


def _found(act: Act, drive_id: int) -> Drive:
    """A drive that is not over, when the person runs its unit."""
    found = drives.by_id(act.conn, drive_id)
    if found is None or found.ends < _today(act, found):
        raise NotAllowed("drive.none")
    act.must(rights.DRIVE, found.unit_id, found.campaign_id)
    return found


def _today(act: Act, found: Drive) -> date:
    return act.now.astimezone(ZoneInfo(found.timezone)).date()


def _about(found: Drive) -> dict[str, int]:
    return {"unit_id": found.unit_id, "campaign_id": found.campaign_id}
