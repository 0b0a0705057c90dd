"""Effects of SOCONG: the portal's numbers are stored, a correction gets its reason, a name is remembered."""

from __future__ import annotations

from bot import apply_upload
from bot.acts import Act, NotAllowed, Results
from handlers import rights
from handlers.effects import ExplainFigure, StoreFigures
from handlers.fold import fold
from models.queries import aliases, portal, registry


def store_figures(act: Act, effect: StoreFigures) -> Results:
    """Raises `NotAllowed` unless the person runs the board's unit and every row is of it or of a unit below it."""
    act.must(rights.BRING, effect.unit_id, effect.campaign_id)
    below = registry.subtree(act.conn, effect.unit_id)
    named = {unit_id for unit_id, _ in (*effect.rows, *effect.aliases)}
    if not named <= below:
        raise NotAllowed
    for unit_id, name in effect.aliases:
        if folded := fold(name):  # a name of signs only is none
            aliases.remember(act.conn, unit_id, name, folded)
    report = portal.Report(
        campaign_id=effect.campaign_id,
        unit_id=effect.unit_id,
        as_of=effect.as_of,
        day=effect.day,
        entered_by=act.known_person(),
        entered_at=act.now,
        way=apply_upload.way(act),
    )
    changed = portal.store(act.conn, report, dict(effect.rows)) if effect.rows else ()
    act.note("portal.store", unit_id=effect.unit_id, campaign_id=effect.campaign_id, lines=len(changed))
    return None


def explain_figure(act: Act, effect: ExplainFigure) -> Results:
    act.must(rights.BRING, effect.unit_id, effect.campaign_id)
    told = portal.explain(act.conn, effect.campaign_id, effect.unit_id, effect.as_of, effect.reason)
    about = {"unit_id": effect.unit_id, "campaign_id": effect.campaign_id}
    act.note("portal.explain", **about, reason=effect.reason, told=told)
    return None
