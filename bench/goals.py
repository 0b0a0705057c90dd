"""The goals of issue "the first day", part 10: met or missed, by the medians."""

from __future__ import annotations

from dataclasses import dataclass

from bench.contestants import ENTRIES, LIMIT, OURS
from bench.results import Group, Results, spread

DURABLE_FACTOR, MEMORY_FACTOR, LIMIT_SHARE = 3.0, 1.0, 0.5
PACED_P99 = 20.0  # milliseconds
BOARD_GROWTH = 1.5  # the board at ten times the filings may take so many times as long: noise of a small figure


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal in one place. `reached` and `wanted` share a unit, which `reached` and `wanted` carry as text."""

    where: str
    text: str
    wanted: str
    reached: str
    met: bool


def goals(results: Results) -> list[Goal]:
    """Every goal whose contestants took part."""
    found = []
    for group in results.groups():
        found += _paced(results, group) if group.mode == "paced" else _saturated(results, group)
    return found + _boards(results)


def speed(results: Results, group: Group, name: str) -> float | None:
    """Median filings a second; None for one that did not take part."""
    figures = results.of(group, name)
    return spread(f.filings_per_second for f in figures).middle if figures else None


def _saturated(results: Results, group: Group) -> list[Goal]:
    ours = speed(results, group, OURS)
    if ours is None:
        return []
    found = []
    for keeps, factor, text in (
        ("durable", DURABLE_FACTOR, "times the best peer that keeps its state durably"),
        ("memory", MEMORY_FACTOR, "times the best peer that keeps it in memory"),
    ):
        peers = {e.label: v for e in ENTRIES.values() if e.keeps == keeps and (v := speed(results, group, e.name))}
        if peers:
            best = max(peers, key=lambda label: peers[label])
            found.append(_ratio(group, f"{text} ({best})", factor, ours / peers[best]))
    limit = speed(results, group, LIMIT)
    if limit:
        found.append(_ratio(group, "of the limit (the same statements by hand)", LIMIT_SHARE, ours / limit))
    return found


def _paced(results: Results, group: Group) -> list[Goal]:
    figures = results.of(group, OURS)
    if not figures:
        return []
    p99 = spread(f.p99 for f in figures).middle
    text = f"p99 with {group.people} people who each answer once a second"
    return [Goal(place(group), text, f"< {PACED_P99:.0f} ms", f"{p99:.1f} ms", p99 < PACED_P99)]


def _boards(results: Results) -> list[Goal]:
    found = []
    for engine in dict.fromkeys(board.engine for board in results.boards):
        boards = sorted((b for b in results.boards if b.engine == engine), key=lambda b: b.filings)
        few, many = boards[0], boards[-1]
        growth = many.p50 / few.p50
        text = f"the day's board: {many.filings:,} filings take as long as {few.filings:,}"
        reached = f"× {growth:.2f} ({few.p50:.2f} → {many.p50:.2f} ms)"
        found.append(Goal(engine, text, f"× < {BOARD_GROWTH:.1f}", reached, growth < BOARD_GROWTH))
    return found


def _ratio(group: Group, text: str, wanted: float, reached: float) -> Goal:
    return Goal(place(group), text, f"≥ {wanted:.1f}", f"{reached:.2f}", reached >= wanted)


def place(group: Group) -> str:
    people = "1 person" if group.people == 1 else f"{group.people} people"
    return f"{group.engine}, {people}"
