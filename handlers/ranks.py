"""Competition ranks (1, 2, 2, 4), of anything that has a number and of the rows of a board. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from handlers.rows import Row

Key = Fraction | int | None


def ranks(keys: Sequence[Key]) -> list[int | None]:
    """The rank of each: 1 + how many are greater. None has none; nobody has one while no key is above 0."""
    known = sorted((key for key in keys if key is not None), reverse=True)
    if not known or known[0] <= 0:
        return [None] * len(keys)
    first: dict[Fraction | int, int] = {}
    for place, key in enumerate(known, 1):
        first.setdefault(key, place)
    return [None if key is None else first[key] for key in keys]


def ranks_within(groups: Sequence[Hashable], keys: Sequence[Key]) -> list[int | None]:
    """The rank of each among those of the same group; those without a group ("" or None) have none."""
    members: dict[Hashable, list[int]] = {}
    for at, group in enumerate(groups):
        if group:
            members.setdefault(group, []).append(at)
    found: list[int | None] = [None] * len(keys)
    for places in members.values():
        for at, rank in zip(places, ranks([keys[at] for at in places]), strict=True):
            found[at] = rank
    return found


def moved(before: int | None, now: int | None) -> int | None:
    """Places gained (▲, above 0) or lost (▼); None for one that had or has no rank."""
    return None if before is None or now is None else before - now


# ---------------------------------------------------------------- rows of a board


PERCENT, COUNT, OFFICIAL = ORDERS = ("percent", "count", "official")


def rank(rows: Iterable[Row], sorted_by: str = PERCENT) -> tuple[Row, ...]:
    """Rows in the order of a notice, with competition ranks (1, 2, 2, 4) by count, by percent and by authors.

    The order is by the unrounded share of the target; where no unit has a target, or with `sorted_by` "count", by
    count. Then come units that have no target and, last, units without a filing; these have no rank. Among equals the
    order given (the official one) stays; with "official" it stays as a whole, and ranks are those by share.
    """
    given = tuple(rows)
    shares, counts = [_share(row) for row in given], [_count(row) for row in given]
    by_share = sorted_by != COUNT and any(row.target for row in given)
    placed = _place(given, shares, counts)
    ranked = tuple(replace(row, rank=row.by_percent if by_share else row.by_count) for row in placed)
    if sorted_by == OFFICIAL:
        return ranked
    keys = shares if by_share else counts
    order = sorted(range(len(ranked)), key=lambda at: _order(ranked[at], keys[at]))
    return tuple(ranked[at] for at in order)


def _place(rows: Sequence[Row], shares: Sequence[Key], counts: Sequence[Key]) -> list[Row]:
    clusters = [row.cluster for row in rows]
    people = ranks([row.authors or None for row in rows])
    inside = zip(ranks_within(clusters, counts), ranks_within(clusters, shares), strict=True)
    return [
        replace(
            row,
            by_count=by_count,
            by_percent=by_percent,
            by_authors=by_authors,
            cluster_count=cluster_count,
            cluster_percent=cluster_percent,
        )
        for row, by_count, by_percent, by_authors, (cluster_count, cluster_percent) in zip(
            rows, ranks(counts), ranks(shares), people, inside, strict=True
        )
    ]


def _count(row: Row) -> int | None:
    return row.count if row.count > 0 else None


def _share(row: Row) -> Fraction | None:
    return Fraction(row.toward, row.target) if row.count > 0 and row.target else None


def _order(row: Row, key: Key) -> tuple[int, Fraction]:
    """With a key first, the greatest before; then those that only have filings; then the empty ones."""
    if key is not None:
        return (0, -Fraction(key))
    return (1 if row.count > 0 else 2, Fraction(0))


def most(rows: Iterable[Row], places: int = 3) -> tuple[Row, ...]:
    """The rows with the most filings: the first `places`, and at most two more with as many as the last of them."""
    filed = sorted((row for row in rows if row.count > 0), key=lambda row: -row.count)
    least = filed[places - 1].count if len(filed) >= places else 0
    return tuple(row for row in filed if row.count >= least)[: places + 2]


def rising(rows: Iterable[Row], places: int = 3) -> tuple[Row, ...]:
    """The rows that grew most since the last notice."""
    grown = [row for row in rows if (row.change or 0) > 0]
    return tuple(sorted(grown, key=lambda row: -(row.change or 0))[:places])
