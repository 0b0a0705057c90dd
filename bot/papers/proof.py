"""Sheets by which an officer proves the figures: portal and bot, corrections with their reasons, the notices posted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.papers.figures import Figures
from bot.papers.sheet import CODE, DAY, UNIT, Cell, Sheet, column
from handlers.moments import clock
from handlers.talk import Say, say
from models.queries.proof import Posted

InWords = Callable[[Say], str]
REASONS = frozenset({"moved", "duplicate", "typing", "other"})


def sheets(figures: Figures, words: InWords, language: str) -> Iterator[Sheet]:
    """In this order; those that would be empty for want of portal figures or of a notice before are left out."""
    if figures.new:
        yield _new(figures)
    if figures.pairs:
        yield _reconciliation(figures, words)
    if figures.entered:
        yield _entered(figures, language)
    yield _corrections(figures, words)
    yield _notices(figures, words, language)


def _new(figures: Figures) -> Sheet:
    """The list behind "40 mới" of the notice."""
    columns = (column("filing", 14), CODE, UNIT, column("title", 70), DAY)
    rows = ((one.code, one.unit_code, one.unit, one.title, one.day) for one in figures.new)
    return Sheet(say("excel.new"), columns, rows)


def _reconciliation(figures: Figures, words: InWords) -> Sheet:
    """The most different first; a unit without a portal figure last. The sums are of those that have one."""
    columns = (
        *(CODE, UNIT, column("portal", 12, "whole"), column("bot", 12, "whole")),
        column("difference", 12, "signed"),
    )
    rows: list[Sequence[Cell]] = [
        (one.code, one.unit, one.portal, one.bot, None if one.portal is None else one.portal - one.bot)
        for one in sorted(figures.pairs, key=lambda one: (one.portal is None, -abs((one.portal or 0) - one.bot)))
    ]
    known = [one for one in figures.pairs if one.portal is not None]
    portal, bot = sum(one.portal or 0 for one in known), sum(one.bot for one in known)
    rows.append(("", words(say("excel.total")), portal, bot, portal - bot))
    return Sheet(say("excel.reconciliation"), columns, rows)


def _entered(figures: Figures, language: str) -> Sheet:
    """The portal's numbers as they came in; what is new and what was corrected adds up to each unit's newest total."""
    columns = (
        *(DAY, column("as_of", 10), CODE, UNIT, column("portal", 12, "whole")),
        *(column("filed", 12, "signed"), column("adjusted", 12, "signed")),
    )
    zone = figures.board.cut_at.tzinfo
    moments = ((one, one.as_of.astimezone(zone)) for one in figures.entered)
    rows = (
        (at.date(), clock(at, at.date(), language), one.code, one.unit, one.total, one.filed, one.adjusted)
        for one, at in moments
    )
    return Sheet(say("excel.entered"), columns, rows)


def _corrections(figures: Figures, words: InWords) -> Sheet:
    columns = (
        *(DAY, CODE, UNIT, column("adjusted", 12, "signed"), column("reason", 30)),
        *(column("filing", 14), column("source", 14)),
    )
    reasons = {name: words(say(f"excel.reason.{name}")) for name in REASONS}
    rows = (
        (
            *(one.day, one.code, one.unit, one.delta, reasons.get(one.reason, reasons["other"])),
            *(one.filing, one.source or words(say("excel.by_bot"))),
        )
        for one in figures.corrections
    )
    return Sheet(say("excel.corrections"), columns, rows)


def _notices(figures: Figures, words: InWords, language: str) -> Sheet:
    """Each total is the one before it in the same group, and the change."""
    columns = (
        *(column("group", 30), DAY, column("cut_off", 10), column("total", 12, "whole")),
        *(column("new", 12, "signed"), column("corrected", 12, "signed"), column("change", 12, "signed")),
        column("posted_by", 18),
    )
    return Sheet(say("excel.notices"), columns, _notice_rows(figures, words, language))


def _notice_rows(figures: Figures, words: InWords, language: str) -> Iterable[Sequence[Cell]]:
    zone = figures.board.cut_at.tzinfo
    for one in figures.notices:
        change = None if one.new is None else one.new + (one.corrected or 0)
        time = clock(one.cut_at.astimezone(zone), one.day, language)
        how = words(say("excel.by_hand" if one.by_hand else "excel.by_clock"))
        yield (_group(one, words), one.day, time, one.total, one.new, one.corrected, change, how)


def _group(one: Posted, words: InWords) -> str:
    kind = words(say(f"group.{one.group_kind}")) if one.group_kind else ""
    return " – ".join(part for part in (one.title or f"#{one.group}", kind) if part)
