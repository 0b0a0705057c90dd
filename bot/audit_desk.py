"""Answers about the trail of acts: what somebody may see of it, with the names of what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.directory import Directory
from bot.roles import held
from handlers import rights
from handlers.audit_facts import PAGE, Actor, ActorsLike, AuditQuery, Logged, LogOf, LogPage, Narrowed
from handlers.fold import fold
from models.queries import audit
from models.queries.audit import Within
from models.queries.rows import AnyRow

EVER = datetime(2000, 1, 1, tzinfo=UTC)
MOST_LIKE = 4


def answer(
    conn: Connection, registry: Directory, query: AuditQuery, person_id: int | None, now: datetime
) -> LogPage | tuple[Actor, ...]:
    """What `handlers.audit_facts` promises for each query; nothing for who may see nothing."""
    if isinstance(query, ActorsLike):
        return actors_like(conn, query.text, _reach(conn, registry, person_id, now))
    return _page(conn, registry, query, person_id, now)


def _reach(conn: Connection, registry: Directory, person_id: int | None, now: datetime) -> tuple[int, ...] | None:
    return rights.units_of(held(conn, registry, person_id, now), rights.AUDIT)


def _page(conn: Connection, registry: Directory, query: LogOf, person_id: int | None, now: datetime) -> LogPage:
    narrowed = query.narrowed
    within = within_reach(conn, registry, narrowed, person_id, now)
    if within is None:
        return LogPage()
    rows = audit.listed(conn, within, before=query.before or None, most=PAGE + 1)
    told = tuple(logged(conn, registry, rows[:PAGE], now))
    return replace(named(conn, registry, narrowed, within, now), rows=told, more=len(rows) > PAGE)


def named(conn: Connection, registry: Directory, narrowed: Narrowed, within: Within, now: datetime) -> LogPage:
    """What it is narrowed to, by name; of a person who never had a role there the name is not told."""
    unit = registry.unit(conn, narrowed.unit_id or None, now)
    known = audit.holders(conn, within.unit_ids) if narrowed.person_id else ()
    name = next((row.name for row in known if row.id == narrowed.person_id), "")
    return LogPage(unit=unit.short if unit else "", person=name)


def within_reach(
    conn: Connection, registry: Directory, narrowed: Narrowed, person_id: int | None, now: datetime
) -> Within | None:
    """What is meant, of that which the person's roles let them see now; None for nothing."""
    roles, unit = held(conn, registry, person_id, now), registry.unit(conn, narrowed.unit_id or None, now)
    local = zone(conn, registry, now)
    if rights.units_of(roles, rights.AUDIT) is None:
        return within(narrowed, None, local) if unit or not narrowed.unit_id else None
    reached = rights.bindings(roles, rights.AUDIT)
    if narrowed.unit_id:
        above = (unit.id, *unit.above) if unit else ()
        reached = tuple((unit, only) for root, only in reached if unit and root.id in above)
    free = {root.id for root, only in reached if only is None}
    bound = [(root.id, only) for root, only in reached if only is not None and root.id not in free]
    units = list(dict.fromkeys(root.id for root, _ in reached))
    return replace(within(narrowed, units, local), bound=bound) if units else None


def within(narrowed: Narrowed, reach: Sequence[int] | None, local: ZoneInfo) -> Within:
    """Whole local days; `reach`: the units whose trees are looked at where none is named, None: everything."""
    until = datetime.combine((narrowed.last or date(9000, 1, 1)) + timedelta(days=1), time(0), local)
    since = datetime.combine(narrowed.first, time(0), local) if narrowed.first else EVER
    return Within([narrowed.unit_id] if narrowed.unit_id else reach, since, until, narrowed.person_id)


def zone(conn: Connection, registry: Directory, now: datetime) -> ZoneInfo:
    """The time that is printed: of a trail that belongs to no campaign."""
    return registry.zone(conn, None, now)


def logged(conn: Connection, registry: Directory, rows: Sequence[AnyRow], now: datetime) -> Iterator[Logged]:
    """The rows with all names looked up, in local time."""
    names, local = audit.names(conn, rows, now), zone(conn, registry, now)
    for row in rows:
        details, unit = row.details, registry.unit(conn, row.unit_id, now)
        about = next((details[key] for key in audit.PERSON if details.get(key)), None)
        other = names.people.get(about) if about else names.askers.get(details.get("request", 0))
        yield Logged(
            id=row.id,
            at=row.at.astimezone(local),
            action=row.action,
            by=row.name or "",
            nobody=_nobody(row),
            unit=unit.short if unit else "",
            code=unit.code if unit else "",
            other=other or names.codes.get(details.get("invite", 0), ""),
            nameless=details.get("invite", 0) in names.nameless,
            group=names.groups.get(details.get("chat", 0), ""),
            drive=names.drives.get(details.get("drive", 0), ""),
            details=details,
        )


def _nobody(row: AnyRow) -> str:
    if row.person_id is not None:
        return ""
    return "stranger" if row.action in audit.OF_STRANGERS else "server"


# ---------------------------------------------------------------- who


def actors_like(conn: Connection, text: str, reach: Sequence[int] | None) -> tuple[Actor, ...]:
    """Those whose name holds all the words of the text, whole names first; without accents."""
    words = fold(text).split()
    found: dict[int, Actor] = {}
    for row in audit.holders(conn, reach) if words and reach != () else ():
        if set(words) <= set(fold(row.name).split()):
            found.setdefault(row.id, Actor(row.id, row.name, row.unit or ""))
    ordered = sorted(found.values(), key=lambda one: (fold(one.name) != " ".join(words), one.id))
    return tuple(ordered[:MOST_LIKE])
