"""Numbers of a peak drive: in the daily notice's lines about it, and in the drive's own notice of a morning. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from handlers.counting import counter_name
from handlers.drive import Drive, Place
from handlers.figures import tenths_text
from handlers.moments import day_text
from handlers.talk import Say, Words, say
from handlers.why_beside import corrections, elsewhere
from handlers.why_numbers import TENTHS, Number, Teller


def under_way(teller: Teller) -> Iterator[Number]:
    """Of a daily notice; nothing without a drive."""
    if teller.board.drive is not None:
        yield from _drive(teller, teller.board.drive)
        yield from _place(teller)


def morning(teller: Teller) -> Iterator[Number]:
    """Of the drive's own notice: the first one has the total, those after it the units, the one that sums up the
    targets.
    """
    drive = teller.board.drive
    if drive is None:
        return
    yield from _if(drive.nth == 1, teller.total())
    if drive.is_over:
        yield from teller.goals(pace=False)
    yield from _if(drive.since_start, teller.rows("first"))
    yield from _if(drive.since_start, (*elsewhere(teller), *corrections(teller)))
    yield from _drive(teller, drive)
    if not drive.is_over:
        yield from _yesterday(teller, drive)
    yield from _place(teller)


def _if(printed: bool, numbers: Iterable[Number]) -> Iterator[Number]:
    return (one if printed else replace(one, printed=False) for one in numbers)


def _drive(teller: Teller, drive: Drive) -> Iterator[Number]:
    name = say("why.drive_name")
    first, last = day_text(drive.starts, teller.language), day_text(drive.ends, teller.language)
    span = {"days": teller.n(drive.days), "first": first, "last": last}
    if drive.is_over:
        yield teller.whole("drive", "span", drive.days, name, say("why.drive_span", **span))
    else:
        how = say("why.drive_day", nth=teller.n(drive.nth), **span)
        for kind, value in (("nth", drive.nth), ("span", drive.days), ("days", drive.left_days)):
            yield teller.whole("drive", kind, value, name, how)
    if drive.until >= drive.starts:
        before, total = teller.n(teller.board.total - drive.came), teller.n(teller.board.total)
        how = say("why.drive_came", came=teller.n(drive.came), first=first, total=total, before=before)
        yield teller.whole("drive", "count", drive.came, name, how)
    if drive.number:
        yield from teller.aimed("drive", name, drive.came, drive.number, drive.name)
        yield from _needed(teller, drive, drive.number, name)


def _needed(teller: Teller, drive: Drive, number: int, name: Say) -> Iterator[Number]:
    if drive.needed is not None:
        days = (drive.ends - max(drive.until, drive.starts - timedelta(days=1))).days
        told = _a_day(teller, number - drive.came, days)
        how = say("why.drive_needed", needed=tenths_text(drive.needed, teller.language), **told)
        yield Number("drive", "needed", TENTHS, drive.needed, name, how)


def _a_day(teller: Teller, left: int, days: int) -> dict[str, Words]:
    return {"left": teller.n(left), "days": teller.n(days)}


def _yesterday(teller: Teller, drive: Drive) -> Iterator[Number]:
    """What the last full day brought, and what it had to bring as it stood on its morning."""
    if drive.last is None:
        return
    name, total = say("why.drive_name"), teller.board.total
    day = day_text(drive.until, teller.language)
    told = {"total": teller.n(total), "before": teller.n(total - drive.last)}
    how = say("why.drive_last", number=teller.n(drive.last), day=day, **told)
    yield teller.whole("drive", "last", drive.last, name, how)
    if drive.was_needed is not None:
        left = _a_day(teller, (drive.number or 0) - drive.came + drive.last, (drive.ends - drive.until).days + 1)
        how = say("why.drive_was", day=day, needed=tenths_text(drive.was_needed, teller.language), **left)
        yield Number("drive", "was", TENTHS, drive.was_needed, name, how)


def _place(teller: Teller) -> Iterator[Number]:
    """The unit's own place on the board above, now and when the drive began."""
    place = teller.board.place
    if place is None:
        return
    for order, now, first in (
        ("count", place.by_count, place.first_count),
        ("percent", place.by_percent, place.first_percent),
    ):
        for kind, value, key in (("rank", now, "why.above"), ("first", first, "why.above_first")):
            if value is not None:
                how = _above(teller, key, place, order, value)
                yield teller.whole(f"above_{order}", kind, value, teller.unit_name, how)


def _above(teller: Teller, key: str, place: Place, order: str, rank: int) -> Say:
    by = say(f"drive.by_{order}", unit=counter_name(teller.board.counter))
    return say(key, rank=teller.n(rank), board=place.board, by=by, higher=teller.n(rank - 1))
