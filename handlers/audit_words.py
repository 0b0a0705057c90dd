"""The trail of acts in words: who did what, on what, when; a page of it, and how it was narrowed down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from handlers import role_words, settings_words
from handlers.audit_facts import SERVER, Logged, LogPage, Narrowed
from handlers.fold import shortened
from handlers.moments import clock, day_text, short_day
from handlers.talk import Card, Choice, Reply, Say, Words, reply, say

CLOSE = Choice("leave", say("choice.done"), 0)
PLACED = frozenset({"invite.make", "invite.use", "invite.withdraw", "role.revoke"})  # the role itself says where
_NAME, _GROUP = 30, 34  # characters of a person's name, of a group's or a drive's


def page(found: LogPage, narrowed: Narrowed, language: str, today: date, before: int = 0) -> Reply:
    """A page of it, newest first, and what can be done with it."""
    more = (Choice("more", say("audit.older")),) if found.more else ()
    sheet = (Choice("sheet", say("audit.excel")),) if found.rows else ()
    choices = (*more, Choice("narrow", say("audit.narrow")), *sheet, CLOSE)
    last = found.rows[-1].id if found.rows else before
    lines = tuple(line(row, language, today) for row in found.rows) or (say("audit.none"),)
    return reply(head(found, narrowed, language), *lines, choices=choices, card=Card("audit", narrowed.record(last)))


def head(found: LogPage, narrowed: Narrowed, language: str) -> Words:
    """What is looked at: `Nhật ký (May Sao Mai, Nguyễn Thị Hoa, 18/11):`"""
    parts: list[Words] = [shortened(found.unit, _NAME)] if narrowed.unit_id else []
    if narrowed.person_id is not None:
        server = narrowed.person_id == SERVER
        parts.append(say("audit.server") if server else shortened(found.person, _NAME) or say("audit.erased"))
    if narrowed.first and narrowed.last:
        parts.append(days(narrowed.first, narrowed.last, language))
    return say("audit.head", what=tuple(parts) or say("audit.everything"))


def days(first: date, last: date, language: str) -> str:
    """`20/11/2026`, `18/11/2026–20/11/2026`."""
    one = day_text(first, language)
    return one if first == last else f"{one}–{day_text(last, language)}"


def line(row: Logged, language: str, today: date) -> Say:
    """`14h05 20/11, Lê Văn An: thu hồi vai cán bộ May Sao Mai của Phạm Văn Minh`"""
    day = row.at.date()
    shown = short_day(day, language) if day.year == today.year else day_text(day, language)
    when = f"{clock(row.at, day, language)} {shown}"
    return say("audit.line", when=when, who=_short(who(row)), what=did(row, language))


def who(row: Logged) -> Words:
    """Whoever acted; the row of somebody erased stays, without the name."""
    return say(f"audit.{row.nobody}") if row.nobody else row.by or say("audit.erased")


def _short(name: Words) -> Words:
    return shortened(name, _NAME) if isinstance(name, str) else name


def did(row: Logged, language: str) -> Say:
    """What was done, and on which unit."""
    what = bare(row, language)
    return say("audit.in_unit", what=what, unit=row.unit) if row.unit and row.action not in PLACED else what


def bare(row: Logged, language: str) -> Say:
    """What was done, for a table in which the unit has a column of its own."""
    group_code = row.action == "invite.make" and row.kind == "group"
    values: dict[str, Any] = {
        "role": "" if row.kind == "group" else role_words.role(row.kind, row.unit or "–", row.cluster),
        "other": shortened(row.other, _NAME) or say("audit.erased" if row.nameless else "audit.somebody"),
        "group": shortened(row.group, _GROUP) or say("audit.a_group"),
        "drive": shortened(row.drive, _GROUP),
        **_told(row, language),
    }
    return say("audit.did.invite.make_group" if group_code else f"audit.did.{row.action}", **values)


def _told(row: Logged, language: str) -> dict[str, Any]:
    """Figures, days and hours as they stand in the details."""
    details = row.details
    counts = [value for value in details.values() if isinstance(value, list) and len(value) == 2]
    return {
        "number": _number(details.get("number")),
        "before": _number(details.get("before")),
        "lines": _number(details.get("lines")),
        "day": _day(details.get("day") or details.get("planned"), language),
        "at": _moment(details.get("starts_at"), row.at, language),
        "reason": say(f"excel.reason.{details['reason']}") if "reason" in details else "",
        "new": str(sum(value[0] for value in counts if isinstance(value[0], int))),
        "changed": str(sum(value[1] for value in counts if isinstance(value[1], int))),
        "changes": _changes(details),
    }


def _number(value: object) -> Words:
    return str(value) if isinstance(value, int) else say("audit.no_number")


def _day(value: object, language: str) -> str:
    return day_text(date.fromisoformat(value), language) if isinstance(value, str) else ""


def _moment(value: object, beside: datetime, language: str) -> str:
    if not isinstance(value, str):
        return ""
    at = datetime.fromisoformat(value).astimezone(beside.tzinfo)
    return f"{clock(at, at.date(), language)} {short_day(at.date(), language)}"


# ---------------------------------------------------------------- settings of a group


def _changes(details: Mapping[str, Any]) -> tuple[Words, ...]:
    """`giờ: 17:00 → 17:30`. Acts of before old values were kept name what was changed, and no more."""
    before, after = details.get("before"), details.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return tuple(say(f"audit.field.{name}") for name in details.get("names", ()))
    return tuple(change for name in after for change in _change(name, before.get(name), after[name]))


def _change(name: str, before: object, after: object) -> tuple[Words, ...]:
    if isinstance(before, dict) and isinstance(after, dict):  # kinds of notice; one that is not named is wanted
        return tuple(
            _arrow(say(f"settings.kind.{kind}"), _value("", before.get(kind, True)), _value("", wanted))
            for kind, wanted in after.items()
            if before.get(kind, True) != wanted
        )
    return (_arrow(say(f"audit.field.{name}"), _value(name, before), _value(name, after)),)


def _arrow(field: Words, before: Words, after: Words) -> Say:
    return say("audit.change", field=field, before=before, after=after)


def _value(name: str, value: object) -> Words:
    if isinstance(value, bool):
        return say("audit.yes" if value else "audit.no")
    if name == "days" and isinstance(value, str):
        return settings_words.days(value)
    if name in ("sorted_by", "language", "kind") and isinstance(value, str):
        return say(f"audit.value.{value}")
    return "–" if value is None else str(value)
