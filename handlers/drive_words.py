"""A peak drive in the words of a notice: its day, what came, what is needed, places since it began (domain.md §8)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from handlers.board import Board, Row
from handlers.counting import counted, counter_name
from handlers.drive import Drive, Place
from handlers.facts import House
from handlers.figures import groups, percent_text, signed, tenths_text
from handlers.moments import day_text, is_end
from handlers.phrases import Phrases
from handlers.talk import Say, say
from handlers.texts import Texts

_RISING, _CAME = 3, 3  # how many units are named for it


def render(texts: Texts, language: str, board: Board, house: House, *, short: bool = False) -> str:
    """The drive's notice of a morning: it opens the drive, tells how it stands, or sums it up the day after.

    `board`: see `drive_board.since_start`. Raises ValueError for one without a drive.
    """
    words = DriveWords(texts, language, board)
    name = "drive_short" if short else "drive_full"
    phrases = Phrases(texts, language, board)
    return texts.template(language, name, board=board, house=house, d=words, w=phrases, drive=words.drive)


def daily_lines(texts: Texts, language: str, board: Board, short: bool) -> list[str]:
    """What the daily notice says of the drive under way, and of the unit's own place; nothing without one."""
    if board.drive is None:
        return []
    words = DriveWords(texts, language, board)
    return [words.under_way, *([words.place] if words.place and not short else [])]


def drive_line(drive: Drive, language: str) -> list[Say]:
    """How a drive stands, for whoever runs it: days, what came, what is needed."""
    words = Figures(language)
    span = {"first": day_text(drive.starts, language), "last": day_text(drive.ends, language)}
    if not drive.has_begun:
        aim = words.aim(drive)
        return [say("drive.coming", name=drive.name, n=drive.days, days=drive.days, aim=aim, **span)]
    lines = [say("drive.card", name=drive.name, nth=drive.nth, days=drive.days, left=words.left_days(drive), **span)]
    lines.append(say("drive.so_far", n=drive.days, days=drive.days, came=words.came(drive)))
    if drive.last is not None:
        lines.append(say("drive.yesterday", number=groups(drive.last, language), needed=""))
    return [*lines, *words.needed(drive)]


def gained(drive: Drive, language: str) -> Say:
    """ "Đợt cao điểm “…”: +457.413 sau 35 ngày", for a picture."""
    counted = max((min(drive.until, drive.ends) - drive.starts).days + 1, 0)
    days = groups(counted, language)
    return say("picture.drive", name=drive.name, change=signed(drive.came, language), n=counted, days=days)


class Figures:
    """Figures of a drive as `Say`, not in words yet."""

    def __init__(self, language: str) -> None:
        self._language = language

    def number(self, value: int) -> str:
        return groups(value, self._language)

    def tenths(self, value: Decimal) -> str:
        return tenths_text(value, self._language)

    def left_days(self, drive: Drive) -> Say:
        left = drive.left_days
        return say("notice.days", n=left, days=self.number(left)) if left else say("notice.last_day")

    def aim(self, drive: Drive) -> Say | str:
        if not drive.number:
            return ""
        needed = drive.needed
        day = say("drive.aim_a_day", needed=self.tenths(needed)) if needed is not None else ""
        unit = counter_name(drive.counter, drive.number)
        return say("drive.aim", number=self.number(drive.number), unit=unit, day=day)

    def came(self, drive: Drive) -> Say:
        """đạt is a percentage, vượt a count beside it, as in every notice (domain.md §6)."""
        reached, number = drive.progress, self.number(drive.came)
        unit = counter_name(drive.counter, drive.came)
        if reached is None:
            return say("drive.came", number=number, unit=unit)
        values = {
            "number": number,
            "unit": unit,
            "percent": percent_text(reached.percent, self._language),
            "target": self.number(drive.number or 0),
        }
        if reached.over:
            return say("drive.came_over", over=self.number(reached.over), **values)
        left = say("notice.left", number=self.number(reached.left)) if reached.left else say("notice.just_reached")
        return say("drive.came_of", rest=left, **values)

    def needed(self, drive: Drive) -> list[Say]:
        needed = drive.needed
        return [say("drive.needed", needed=self.tenths(needed))] if needed is not None else []


class DriveWords(Figures):
    """What the templates of a drive's notice ask for, in the words of one language."""

    def __init__(self, texts: Texts, language: str, board: Board) -> None:
        if board.drive is None:
            raise ValueError("a board without a drive has no words for one")
        super().__init__(language)
        self._texts, self._board, self.drive = texts, board, board.drive

    def _t(self, words: Say) -> str:
        return self._texts.render(self._language, words)

    @property
    def title(self) -> str:
        """ "Đợt cao điểm “…”: ngày 12/35, còn 23 ngày", "… bắt đầu hôm nay", "… đã kết thúc"."""
        drive = self.drive
        if drive.is_over:
            return self._t(say("drive.title_over", name=drive.name, n=drive.days, days=drive.days))
        if drive.nth == 1:
            return self._t(say("drive.title_first", name=drive.name))
        left = self.left_days(drive)
        if not drive.left_days and is_end(self._board.cut_at, drive.day):  # caught up after midnight
            left = say("notice.closed")
        return self._t(say("drive.title", name=drive.name, nth=drive.nth, days=drive.days, left=left))

    @property
    def opening(self) -> str:
        """ "35 ngày, từ 27/4/2022 đến hết 31/5/2022. Chỉ tiêu đợt: 2.030 …, cần 58,0 mỗi ngày.", on day 1."""
        drive = self.drive
        first, last = day_text(drive.starts, self._language), day_text(drive.ends, self._language)
        span = {"first": first, "last": last, "n": drive.days, "days": drive.days}
        return self._t(say("drive.opening", aim=self.aim(drive), **span))

    @property
    def since_start(self) -> str:
        key = "drive.whole" if self.drive.is_over else "drive.so_far"
        return self._t(say(key, n=self.drive.days, days=self.drive.days, came=self.came(self.drive)))

    @property
    def yesterday(self) -> str:
        """ "Hôm qua: 61 (cần 58,0). Cần mỗi ngày từ nay: 57,4."; "" where no day is over."""
        drive = self.drive
        if drive.last is None or drive.is_over:
            return ""
        source = self._board.source
        if source is not None and self._board.waiting:  # no figures are not a figure of 0
            said = [say("drive.no_figures", source=source.called), *self.needed(drive)]
            return " ".join(self._t(one) for one in said)
        was = drive.was_needed
        needed = say("drive.was_needed", needed=self.tenths(was)) if was is not None else ""
        said = [say("drive.yesterday", number=self.number(drive.last), needed=needed), *self.needed(drive)]
        return " ".join(self._t(one) for one in said)

    @property
    def under_way(self) -> str:
        """The daily notice's line: "Đợt cao điểm “…”: ngày 12/35, còn 23 ngày. Từ đầu đợt: …"."""
        said = [say("drive.so_far", n=0, days=0, came=self.came(self.drive)), *self.needed(self.drive)]
        return f"{self.title}. " + " ".join(self._t(one) for one in said)

    # ------------------------------------------------ places

    @property
    def place(self) -> str:
        """ "Xếp hạng trong LĐLĐ …: thứ 3 về số … (đầu đợt: thứ 10)"; when it is over "từ hạng 10 lên hạng 3 sau 35
        ngày"; "" without a place.
        """
        place = self._board.place
        parts = self._orders(place) if place is not None else []
        if place is None or not parts:
            return ""
        return self._t(say("drive.place", board=place.board, places=tuple(parts)))

    def _orders(self, place: Place) -> list[Say]:
        by_count = self._order("count", place.by_count, place.first_count)
        by_percent = self._order("percent", place.by_percent, place.first_percent)
        return [*by_count, *by_percent]

    def _order(self, order: str, now: int | None, first: int | None) -> list[Say]:
        if now is None:
            return []
        by = say(f"drive.by_{order}", unit=counter_name(self.drive.counter))
        if self.drive.is_over:
            return [say("drive.place_by", by=by, moved=self._moved(first, now))]
        if first is None or self.drive.nth == 1:
            return [say("drive.place_now", by=by, now=self.number(now))]
        return [say("drive.place_since", by=by, now=self.number(now), first=self.number(first))]

    def _moved(self, first: int | None, now: int) -> Say:
        values = {"now": self.number(now), "n": self.drive.days, "days": self.drive.days}
        if first is None:
            return say("drive.moved_new", **values)
        key = "drive.moved_up" if now < first else "drive.moved_down" if now > first else "drive.moved_same"
        return say(key, first=self.number(first), **values)

    # ------------------------------------------------ units

    @property
    def heading(self) -> str:
        change = say("drive.column_change") if self.drive.since_start else ""
        counter = self._board.counter
        if not self._board.with_target:
            return self._t(counted("notice.columns", counter, change=change, target=""))
        key = "notice.column_phase" if self._board.by_phase else "notice.column_target"
        return self._t(counted("notice.columns", counter, change=change, target=say(key, phase=self._board.phase)))

    @property
    def rising(self) -> str:
        """ "Hà Nội từ hạng 10 lên hạng 3, …": the units that rose most since the drive began."""
        return ", ".join(self._t(self._rose(row, places)) for row, places in self._risen())

    def _risen(self) -> list[tuple[Row, int]]:
        board = self._board
        risen = [(row, places) for row in board.rows if (places := board.moved(row) or 0) > 0 and row.rank]
        return sorted(risen, key=lambda one: (-one[1], one[0].rank or 0))[:_RISING]

    def _rose(self, row: Row, places: int) -> Say:
        rank = row.rank or 0
        return say("drive.rose", name=row.name, first=self.number(rank + places), now=self.number(rank))

    @property
    def gave_most(self) -> str:
        """ "Điện Sao Việt +90, …": the units with most filings since the drive began."""
        rows = sorted((row for row in self._board.rows if (row.change or 0) > 0), key=lambda row: -(row.change or 0))
        return ", ".join(f"{row.name} {signed(row.change or 0, self._language)}" for row in rows[:_CAME])

    @property
    def idle(self) -> str:
        """Units without a filing in the drive, for officers."""
        return ", ".join(self._idle())

    def _idle(self) -> Iterator[str]:
        for row in self._board.rows:
            if self.drive.since_start and row.change is not None and row.change <= 0:
                yield row.name
