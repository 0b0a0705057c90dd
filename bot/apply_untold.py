"""Effect of an officer who told somebody in person what had not come."""

from __future__ import annotations

from bot.acts import Act, NotAllowed, Results
from handlers import rights
from handlers.untold_facts import ToldInPerson
from models.queries import untold


def told(act: Act, effect: ToldInPerson) -> Results:
    """Off the list; the person is told all the same when writing next."""
    unit_id = untold.unit_of(act.conn, effect.person_id)
    act.must(rights.HELP, unit_id)
    if not untold.told(act.conn, effect.person_id, act.known_person(), act.now):
        raise NotAllowed("untold.over")
    act.note("untold.told", unit_id=unit_id, person=effect.person_id)
    return None
