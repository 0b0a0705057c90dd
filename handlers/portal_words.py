"""SOCONG: where an officer brings in the portal's numbers."""

from __future__ import annotations

from handlers import drafts, rights
from handlers.facts import Facts
from handlers.forms import portal
from handlers.parse.pasted import is_moment
from handlers.portal_facts import PortalPlaces
from handlers.talk import Need, State, Turn, reply, say


def bring(rest: str, state: State, facts: Facts) -> Turn | Need:
    """`SOCONG`, `SOCONG 16h30`, with the rows below it in the same message."""
    if not rights.may_somewhere(facts.person.roles, rights.BRING):  # also asked for by a file, or by a preview's card
        return Turn(state, (reply(say("not_allowed")),))
    query = PortalPlaces(rights.units_of(facts.person.roles, rights.BRING))
    if query not in facts.answers:
        return Need((query,))
    if not facts.answers[query]:
        return Turn(state, (reply(say("campaign.none")),))
    when, rows = _parted(rest)
    return portal.begin(facts.answers[query], when, rows, drafts.park(state), facts)


def _parted(rest: str) -> tuple[str, str]:
    """The moment, if the first line is one, and the rows."""
    first, _, more = rest.partition("\n")
    return (first.strip(), more.strip("\n")) if is_moment(first) else ("", rest)
