"""Pairs of tokens: each change names the version it starts from, so that what comes late overwrites nothing newer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, null, select, update

from models.queries.upsert import insert as upsert
from models.secret import channel_secret


@dataclass(frozen=True, slots=True)
class Pair:
    """What a platform gave. `renew_at`: when it is to be renewed. Its text never holds the tokens."""

    access: str
    refresh: str
    access_until: datetime
    refresh_until: datetime
    renew_at: datetime

    def __repr__(self) -> str:
        return "Pair(…)"


@dataclass(frozen=True, slots=True)
class Kept:
    """A pair as it is stored."""

    version: int
    pair: Pair
    spending: str = ""  # see `begin`
    problem: str = ""
    problem_since: datetime | None = None


REFUSED, DYING, LOST = "refused", "dying", "lost"
PROBLEMS = ("", REFUSED, DYING, LOST)  # from good to bad

_S = channel_secret.c
_OURS = _S.name == bindparam("b_name")
_SAME = (_OURS, _S.version == bindparam("b_version"))
_READ = select(channel_secret).where(_OURS)
_LOCK = select(_S.version, _S.problem, _S.problem_at).where(_OURS).with_for_update()
_NOTHING = {"spending": null(), "spending_at": null(), "spending_by": null()}
_WELL = {"problem": "", "problem_at": null()}
_BEGIN = (
    update(channel_secret)
    .where(*_SAME)
    .values(spending=bindparam("b_spent"), spending_at=bindparam("b_now"), spending_by=bindparam("b_holder"))
    .returning(_S.version)
)
_END = update(channel_secret).where(*_SAME).values(**_NOTHING)
_NEXT: dict[str, Any] = {
    "access": bindparam("b_access"),
    "refresh": bindparam("b_refresh"),
    "access_until": bindparam("b_access_until"),
    "refresh_until": bindparam("b_refresh_until"),
    "renew_at": bindparam("b_renew_at"),
}
_KEEP = (
    update(channel_secret)
    .where(*_SAME)
    .values(
        **_NEXT,
        **_NOTHING,
        **_WELL,
        version=_S.version + 1,
        previous=bindparam("b_previous", type_=_S.previous.type),
    )
    .returning(_S.version)
)
_FIRST = upsert(channel_secret).values(**_NEXT, name=bindparam("b_name"), version=1, problem="")
_CONNECT = _FIRST.on_conflict_do_update(
    index_elements=[_S.name],
    set_={name: _FIRST.excluded[name] for name in _NEXT}
    | {**_NOTHING, **_WELL, "version": _S.version + 1, "previous": null()},
)
_TROUBLE = (
    update(channel_secret)
    .where(*_SAME)
    .values(
        problem=bindparam("b_problem"),
        problem_at=bindparam("b_since", type_=_S.problem_at.type),
        renew_at=func.coalesce(bindparam("b_again_at", type_=_S.renew_at.type), _S.renew_at),
    )
)


def read(conn: Connection, name: str) -> Kept | None:
    """None: never connected."""
    row = conn.execute(_READ, {"b_name": name}).first()
    if row is None:
        return None
    pair = Pair(row.access, row.refresh, row.access_until, row.refresh_until, row.renew_at)
    return Kept(row.version, pair, row.spending or "", row.problem, row.problem_at)


def begin(conn: Connection, name: str, version: int, *, spent: str, holder: str, now: datetime) -> bool:
    """Write down that the refresh token with this fingerprint is about to be spent. False: there is a newer pair."""
    bound = {"b_name": name, "b_version": version, "b_spent": spent, "b_holder": holder, "b_now": now}
    return conn.execute(_BEGIN, bound).first() is not None


def end(conn: Connection, name: str, version: int) -> None:
    """It was not spent after all."""
    conn.execute(_END, {"b_name": name, "b_version": version})


def keep(conn: Connection, name: str, version: int, new: Pair) -> bool:
    """The pair that followed this version; the old one stays beside it. False: there is a newer one already."""
    old = read(conn, name)
    if old is None:
        return False
    previous = {"access": old.pair.access, "refresh": old.pair.refresh, "version": old.version}
    bound = {"b_name": name, "b_version": version, "b_previous": previous, **_bound(new)}
    return conn.execute(_KEEP, bound).first() is not None


def connect(conn: Connection, name: str, new: Pair) -> None:
    """A pair an administrator brought: whatever was wrong with the one before is over."""
    conn.execute(_CONNECT, {"b_name": name, **_bound(new)})


def trouble(
    conn: Connection, name: str, version: int, problem: str, *, now: datetime, again_at: datetime | None = None
) -> bool:
    """What is wrong with this version, and when to try again (None: as planned). True: it is news.

    Of two problems the worse stays, with the moment it began.
    """
    kept = conn.execute(_LOCK, {"b_name": name}).first()
    if kept is None or kept.version != version:
        return False
    worse = PROBLEMS.index(problem) > PROBLEMS.index(kept.problem)
    what = {"b_problem": problem, "b_since": now} if worse else {"b_problem": kept.problem, "b_since": kept.problem_at}
    conn.execute(_TROUBLE, {"b_name": name, "b_version": version, **what, "b_again_at": again_at})
    return worse


def _bound(pair: Pair) -> dict[str, Any]:
    return {
        "b_access": pair.access,
        "b_refresh": pair.refresh,
        "b_access_until": pair.access_until,
        "b_refresh_until": pair.refresh_until,
        "b_renew_at": pair.renew_at,
    }
