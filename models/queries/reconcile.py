"""Two sources side by side: what the portal (Cổng) says of each unit and what the bot has counted, lượt nộp both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from models.queries import portal_board, registry, tally
from models.queries.portal_board import Cut
from models.queries.tally import Standing


@dataclass(frozen=True, slots=True)
class Pair:
    """A child unit with everything below it, or what the unit has by itself."""

    unit_id: int
    code: str
    unit: str
    portal: int | None  # None: the portal has no figure of it
    bot: int


def pairs(conn: Connection, cut: Cut) -> Sequence[Pair]:
    """The unit's children in official order, then whatever else has a figure; () where the portal has none of any."""
    portal = portal_board.standing(conn, cut)
    if not portal:
        return ()
    bot = tally.standing(conn, cut.campaign_id, cut.unit_id, cut.cut_at, cut.day)
    children = [child.id for child in registry.children(conn, cut.unit_id, cut.day)]
    ids = list(dict.fromkeys([*children, *portal, *bot]))
    units = registry.units_by_id(conn, ids)
    return [_pair(units[one], portal.get(one), bot.get(one, Standing())) for one in ids]


def _pair(unit: registry.Unit, portal: Standing | None, bot: Standing) -> Pair:
    shown = None if portal is None else portal.filed + portal.adjusted
    return Pair(unit.id, unit.code, unit.short_name, shown, bot.filed + bot.adjusted)
