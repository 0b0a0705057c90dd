"""Pausing, resuming and cancelling a broadcast: all is looked at again, and whoever is first decides."""

from __future__ import annotations

from bot.acts import Act, NotAllowed, Results
from handlers import rights
from handlers.cast import SteerCast
from models.queries import cast_steering, casting


def steer(act: Act, effect: SteerCast) -> Results:
    """Raises `NotAllowed` where somebody else, or the broadcast itself, was quicker."""
    if not casting.lock(act.conn, effect.broadcast_id):
        raise NotAllowed("cast.none")
    row = casting.find(act.conn, effect.broadcast_id)
    if row is None:
        raise NotAllowed("cast.none")
    act.must(rights.REMIND, row.unit_id, row.campaign_id)
    if row.version != effect.version or not cast_steering.steer(act.conn, row, effect.to, act.now):
        raise NotAllowed("cast.meanwhile")
    act.note(f"broadcast.{effect.to}", unit_id=row.unit_id, campaign_id=row.campaign_id, broadcast=row.id)
    return None
