"""The tables: printed after a run, and put into docs/performance.md between its marks.

`python -m bench.report RESULTS.json` makes them again from a run that was kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.broadcast import RATE
from bench.broadcast_ways import WAYS
from bench.contestants import ENTRIES, LIMIT, OURS
from bench.goals import goals, place, speed
from bench.results import Group, Results, Spread, load, spread

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def markdown(results: Results) -> str:
    """Everything that was measured, as Markdown."""
    parts = [_machine(results), _goals(results)]
    parts += [_table(results, group) for group in results.groups()]
    if results.boards:
        parts.append(_boards(results))
    if results.broadcasts:
        parts.append(_broadcasts(results))
    parts += [_where(engine, parts_of) for engine, parts_of in results.where.items()]
    parts.append(_remarks(results))
    return "\n\n".join(part for part in parts if part)


def write(text: str, page: Path = PAGE) -> None:
    """Replace what stands between the marks of `page`. Raises ValueError when a mark is missing."""
    whole = page.read_text(encoding="utf-8")
    before, begin, rest = whole.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page.name} has no marks for the bench's tables")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _machine(results: Results) -> str:
    runs = f"{results.runs} of each measurement, in turns: median (least–greatest)"
    return "\n".join(f"- {line}" for line in (*results.machine, runs))


def _goals(results: Results) -> str:
    rows = [(g.where, g.text, g.wanted, g.reached, "met" if g.met else "**MISSED**") for g in goals(results)]
    return "### Goals\n\n" + _rows(("where", "goal", "wanted", "reached", ""), rows) if rows else ""


def _table(results: Results, group: Group) -> str:
    heading = f"### {place(group)}" + (", one answer a second each" if group.mode == "paced" else "")
    ours = speed(results, group, OURS)
    rows = [_row(results, group, name, ours) for name in ENTRIES if results.of(group, name)]
    head = ("", "state is kept", "filings/s", "to ours", "p50 ms", "p99 ms", "worst ms", "peak MiB", "CPU ms/update")
    return f"{heading}\n\n" + _rows(head, rows)


def _row(results: Results, group: Group, name: str, ours: float | None) -> tuple[str, ...]:
    figures = results.of(group, name)
    rate = spread(f.filings_per_second for f in figures)
    return (
        ENTRIES[name].label,
        {"ours": "durably", "durable": "durably", "memory": "in memory", "limit": "durably"}[ENTRIES[name].keeps],
        "–" if group.mode == "paced" else _spread(rate, 0),
        f"× {rate.middle / ours:.2f}" if ours else "–",
        f"{spread(f.p50 for f in figures).middle:.2f}",
        _spread(spread(f.p99 for f in figures), 1),
        f"{max(f.worst for f in figures):.0f}",
        "–" if name == LIMIT else f"{spread(f.peak_rss for f in figures).middle:.0f}",
        f"{spread(f.cpu_per_update for f in figures).middle:.2f}",
    )


def _boards(results: Results) -> str:
    rows = [(b.engine, f"{b.filings:,}", str(b.units), f"{b.p50:.2f}", f"{b.p99:.2f}") for b in results.boards]
    return "### The day's board\n\n" + _rows(("", "filings", "units", "p50 ms", "p99 ms"), rows)


def _broadcasts(results: Results) -> str:
    """Every way's runs together."""
    head = ("", "rate used", "429s", "CPU ms/send", "reached", "a kill half-way loses")
    rows = []
    for name, way in WAYS.items():
        runs = [one for one in results.broadcasts if one.name == name]
        if runs:
            used = spread(100 * one.used for one in runs)
            refused = spread(one.refused for one in runs)
            cpu = spread(one.cpu_per_send for one in runs)
            reached = f"{sum(one.chats - one.missing for one in runs):,} of {sum(one.chats for one in runs):,}"
            rows.append((way.label, f"{_spread(used, 1)} %", _spread(refused, 0), _spread(cpu, 2), reached, way.loses))
    return f"### A reminder to {results.broadcasts[0].chats:,} people at {RATE} a second\n\n" + _rows(head, rows)


def _where(engine: str, seconds: dict[str, float]) -> str:
    whole = sum(seconds.values())
    ordered = sorted(seconds.items(), key=lambda item: -item[1])
    rows = [(part, f"{100 * spent / whole:.0f} %") for part, spent in ordered if spent * 100 >= whole]
    return f"### Where our time goes ({engine}, 50 people)\n\n" + _rows(("part", "share of our CPU"), rows)


def _remarks(results: Results) -> str:
    lines = [f"{engine}: {text}" for engine, text in results.statements.items()]
    lines += [f"{ENTRIES[name].label if name in ENTRIES else name}: {why}" for name, why in results.absent.items()]
    return "\n".join(f"- {line}" for line in lines)


def _spread(values: Spread, digits: int) -> str:
    return f"{values.middle:.{digits}f} ({values.least:.{digits}f}–{values.greatest:.{digits}f})"


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    kept = markdown(load(Path(sys.argv[1])))
    write(kept)
    print(kept)
