"""What a person asks of the figures: the board, the newest notice, a script, a page, a workbook."""

from __future__ import annotations

from handlers import papers, rights
from handlers.facts import BoardOf, Campaign, DetailOf, Facts, LastNotice, Loudspeaker, Unit
from handlers.forms import register
from handlers.talk import Media, Need, Reply, State, Turn, reply, say


def board(_: str, state: State, facts: Facts) -> Turn | Need:
    """KETQUA: the board of this moment for one's own unit (officers: the unit they serve)."""
    return board_of(own_unit(facts), state, facts)


def board_of(unit: Unit | None, state: State, facts: Facts) -> Turn | Need:
    if unit is None:
        return Turn(state, (reply(say("board.no_unit")),))
    campaigns = register.campaigns_for(facts, register.unit_json(unit))
    if not campaigns:
        return Turn(state, (reply(say("campaign.none")),))
    query = BoardOf(unit.id, campaigns[0].id, state.language, audience(facts, campaigns[0].id))
    if query not in facts.answers:
        return Need((query,))
    return Turn(state, (reply(facts.answers[query] or say("board.none")),))


def last_notice(_: str, state: State, facts: Facts) -> Turn | Need:
    """BANTIN: the newest notice as it was posted, alone in its message, to be copied or forwarded."""
    return notice_of(own_unit(facts), state, facts)


def notice_of(unit: Unit | None, state: State, facts: Facts) -> Turn | Need:
    if unit is None:
        return Turn(state, (reply(say("board.no_unit")),))
    roles = facts.person.roles
    only = None if facts.chat.is_group else rights.bound_to(roles, rights.FIGURES, unit)
    query = LastNotice(unit.id, audience(facts, only), only)
    if query not in facts.answers:
        return Need((query,))
    return Turn(state, (reply(facts.answers[query] or say("notice.none_yet")),))


def in_detail(state: State, facts: Facts) -> Turn | Need:
    """CHITIET: what the notice leaves out: projections, coverage, clusters, people, author groups."""
    chosen = own_board(facts, rights.FIGURES)
    if isinstance(chosen, Reply):
        return Turn(state, (chosen,))
    query = DetailOf(*chosen, state.language)
    if query not in facts.answers:
        return Need((query,))
    return Turn(state, (reply(facts.answers[query] or say("board.none")),))


# ---------------------------------------------------------------- the same numbers in other forms


def loudspeaker(_: str, state: State, facts: Facts) -> Turn | Need:
    """PHATTHANH: the unit's figures as a script to read aloud, alone in its message."""
    chosen = own_board(facts)
    if isinstance(chosen, Reply):
        return Turn(state, (chosen,))
    query = Loudspeaker(*chosen, state.language)
    if query not in facts.answers:
        return Need((query,))
    return Turn(state, (reply(facts.answers[query] or say("board.none")),))


def paper(kind: str, state: State, facts: Facts) -> Turn:
    """INBANGTIN: an A4 page for the notice board. EXCEL: the board and all figures behind it."""
    act = rights.PAPERS if kind == papers.WORKBOOK else None
    chosen = own_board(facts, act)
    if isinstance(chosen, Reply):
        return Turn(state, (chosen,))
    reader = facts.person.id if kind == papers.WORKBOOK else 0
    made = papers.Paper(kind, *chosen, facts.now, state.language, reader)
    unit = unit_for(facts, act)
    file = Media("file", made.ref, name=made.file_name(unit.code if unit else ""))
    return Turn(state, (reply(say(f"paper.{kind}"), media=(file,)),))


def own_board(facts: Facts, act: str | None = None) -> tuple[int, int] | Reply:
    """The unit and the campaign whose board is asked for, where the act is allowed; or why there is none."""
    unit = unit_for(facts, act)
    if unit is None:
        return reply(say("board.no_unit"))
    campaigns = campaigns_of(unit, facts, act)
    return (unit.id, campaigns[0].id) if campaigns else reply(say("campaign.none"))


def audience(facts: Facts, campaign_id: int | None = None) -> str:
    """Names of units that lag behind are for officers (of the campaign) and their group (domain.md §8)."""
    if facts.chat.is_group:
        return facts.chat.kind or "members"
    return "officers" if rights.may(facts.person.roles, rights.FIGURES, own_unit(facts), campaign_id) else "members"


def own_unit(facts: Facts) -> Unit | None:
    """The unit one serves as an officer, else one's own, else the one whose people one helps, else that of a campaign
    for who serves all.
    """
    roles, own = facts.person.roles, facts.person.unit
    served = rights.home(roles, rights.FIGURES) or own or rights.home(roles, rights.HELP)
    return served or of_all(facts, rights.FIGURES)


def of_all(facts: Facts, act: str) -> Unit | None:
    """The unit that runs the first open campaign, for who may do the act everywhere and has no unit."""
    everywhere = rights.units_of(facts.person.roles, act) is None
    return facts.campaigns[0].unit if everywhere and facts.campaigns else None


def unit_for(facts: Facts, act: str | None) -> Unit | None:
    """Where an act is done when no unit is named: in the one served, else in one's own if it is allowed there, else in
    the one that runs a campaign for who may do it everywhere.
    """
    if act is None:
        return own_unit(facts)
    own = facts.person.unit
    mine = own if rights.may(facts.person.roles, act, own) else None
    return rights.home(facts.person.roles, act) or mine or of_all(facts, act)


def campaigns_of(unit: Unit, facts: Facts, act: str | None) -> tuple[Campaign, ...]:
    """The open campaigns the unit takes part in, for which the act is allowed."""
    found = register.campaigns_for(facts, register.unit_json(unit))
    return tuple(one for one in found if act is None or rights.may(facts.person.roles, act, unit, one.id))
