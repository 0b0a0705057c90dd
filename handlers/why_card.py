"""VISAO: where a number of a recent notice comes from, what lies behind it, and why nothing was sent (private)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers import offer_words, papers, rights, why, why_kinds, why_not, why_told
from handlers.board import FILED, Board
from handlers.card import CLOSE, close, show
from handlers.codes import spoken
from handlers.facts import Facts
from handlers.figures import groups, signed
from handlers.fold import shortened
from handlers.kinds import DAILY, family
from handlers.offer_facts import Offer, OffersOf
from handlers.talk import Card, Choice, Media, Need, Reply, State, Turn, Words, reply, say
from handlers.why import Place
from handlers.why_facts import Compared, Figures, FiguresOf, Filings, NewFiling, NewFilings, RecentFigures, TodayOf
from handlers.why_numbers import Number

LISTED = 5  # filings on a page
GROUPS = 3  # on a page: each has a sentence
OFFERS = 2  # notices that waited for officers: theirs are longer
UNITS = 5  # whose notices are looked through
OTHERS = 2  # other notices beside an answer
FULL = 4  # places that leave no room for another notice: its name is long
_OTHER = re.compile(r"o(\d{1,18})-(.+)")  # a number of another notice than the card's
_BEHIND = ("compare", "workbook", "list")
_TITLE = 24  # characters of a title: five rows and their choices fit into one message


def ask(rest: str, state: State, facts: Facts) -> Turn | Need:
    """`VISAO 78,1`, `VISAO May Sao Mai`: of what was posted lately. `VISAO` alone: what became of today's."""
    if not rest.strip():
        return today(0, state, facts)
    queries = tuple(RecentFigures(unit_id, _bound(unit_id, facts)) for unit_id in _whose(facts))
    if not queries:
        return Turn(state, (reply(say("board.no_unit")),))
    if missing := tuple(query for query in queries if query not in facts.answers):
        return Need(missing)
    recent = _newest_first(one for query in queries for one in facts.answers[query])
    if not recent:
        return Turn(state, (reply(say("notice.none_yet")),))
    found = why.find(recent, rest, state.language)
    if not found:
        return show(state, _nowhere(recent, rest, state.language))
    place, *others = found
    query = FiguresOf(place.figures.notice_id)
    if query not in facts.answers:
        return Need((query,))
    figures: Figures | None = facts.answers[query]
    if figures is None:
        return close(state, facts, say("not_allowed"))
    named = bool(others) or place.figures is not recent[0] or figures.kind != DAILY
    if len(place.numbers) == 1:
        return show(state, _told(figures, place.numbers[0], state.language, named=named, others=others))
    return show(state, _several(place, rest, others, state.language, named=named))


def _newest_first(found: Iterable[Figures]) -> list[Figures]:
    known = {one.notice_id: one for one in found}
    return sorted(known.values(), key=lambda one: (one.made_at.timestamp() if one.made_at else 0, one.notice_id))[::-1]


def _whose(facts: Facts) -> tuple[int, ...]:
    """The units whose notices may hold the number: those an officer serves; an admin of all has the campaigns' own."""
    own, served = facts.person.unit, rights.units_of(facts.person.roles, rights.WHY)
    if served is None:
        served = (own.id,) if own else tuple(campaign.unit_id for campaign in facts.campaigns)
    return tuple(dict.fromkeys(served))[:UNITS]


def _bound(unit_id: int, facts: Facts) -> int | None:
    """The only campaign of which a role lets the person ask there; None: of all."""
    roots = (root for role in facts.person.roles for root in role.roots)
    return rights.bound_to(facts.person.roles, rights.WHY, next((one for one in roots if one.id == unit_id), None))


def _several(place: Place, asked: str, others: Sequence[Place], language: str, *, named: bool) -> Reply:
    """The places of a notice in which it stands, and other notices, where there is room."""
    figures, found = place.figures, place.numbers[: why.MOST]
    room = FULL - len(found)
    head = say("why.which", number=shortened(asked, 30), n=len(place.numbers))
    lines: list[Words] = [say("why.of_notice", notice=why_kinds.notice(figures, language))] if named else []
    lines += [head, *([say("why.more_places")] if len(place.numbers) > len(found) else [])]
    choices = (*_places(figures, found, language), *_elsewhere(others, language, room))
    return reply(*lines, choices=(*choices, CLOSE), card=_card(figures))


def _nowhere(recent: Sequence[Figures], asked: str, language: str) -> Reply:
    """Numbers like it, of the newest notice that has any."""
    shown = shortened(asked, 30)
    for figures in recent:
        if offered := why.near(figures, asked, language):
            choices = (*_places(figures, offered, language), CLOSE)
            return reply(say("why.near", number=shown), choices=choices, card=_card(figures))
    return reply(say("why.nowhere", number=shown))


def _places(figures: Figures, numbers: Sequence[Number], language: str) -> tuple[Choice, ...]:
    return tuple(Choice(number.key, why_told.label(figures, number, language)) for number in numbers)


def _elsewhere(others: Sequence[Place], language: str, room: int) -> tuple[Choice, ...]:
    """The first place of each of some other notices."""
    return tuple(
        Choice(f"o{figures.notice_id}-{first.key}", why_told.elsewhere(figures, first, language))
        for figures, first in ((one.figures, one.numbers[0]) for one in others[: max(min(room, OTHERS), 0)])
    )


def _card(figures: Figures) -> Card:
    return Card("why", str(figures.notice_id))


def _told(
    figures: Figures, number: Number, language: str, *, named: bool = True, others: Sequence[Place] = ()
) -> Reply:
    """`named`: it is said which notice is meant."""
    told = why_told.tell(figures, number, language)
    lines = (say("why.of_notice", notice=why_kinds.notice(figures, language)), *told) if named else told
    behind = _behind(figures)
    choices = (*behind, *_elsewhere(others, language, why.MOST - len(behind)), CLOSE)
    return reply(*lines, choices=choices, card=_card(figures))


def _behind(figures: Figures) -> tuple[Choice, ...]:
    """What lies behind the figures, for officers of the unit."""
    if not figures.own:
        return ()
    keys = ["compare"] if any(one.portal is not None for one in figures.compared) else []
    choices = [Choice(key, say(f"why.choice.{key}")) for key in (*keys, "workbook")]
    if _has_list(figures.board):
        choices.append(Choice("list", say(f"why.choice.list.{family(figures.kind)}")))
    return tuple(choices)


def _has_list(board: Board) -> bool:
    """Is there a list of filings behind what is new? Valid ones and authors are other things than filings."""
    return board.counter == FILED and bool(board.new)


def on_why(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """A place is told, of this notice or another; or what lies behind the notice is shown."""
    if other := _OTHER.fullmatch(key):
        record, key = other.groups()
    query = FiguresOf(int(record) if record.isdecimal() else 0)
    if query not in facts.answers:
        return Need((query,))
    figures: Figures | None = facts.answers[query]
    if figures is None:
        return close(state, facts, say("not_allowed"))
    if figures.own:
        match key:
            case "compare":
                return Turn(state, (_reconciliation(figures, state.language),))
            case "workbook":
                return Turn(state, (_workbook(figures, state.language, facts.person.id),))
            case "list":
                return _listed(figures.notice_id, 0, state, facts)
    elif key in _BEHIND:
        return close(state, facts, say("not_allowed"))
    number = why.by_key(figures, key, state.language)
    if number is None:
        return close(state, facts)
    return show(state, _told(figures, number, state.language, named=bool(other) or figures.kind != DAILY))


# ---------------------------------------------------------------- what lies behind


def _reconciliation(figures: Figures, language: str) -> Reply:
    """Portal and bot, unit by unit, the most different first: one message, however long."""
    rows = sorted(figures.compared, key=lambda one: (one.portal is None, -abs(one.gap)))
    lines = "\n".join(f"{one.unit}: {_pair(one, language)}" for one in rows)
    known = [one for one in rows if one.portal is not None]
    total = {
        "portal": groups(sum(one.portal or 0 for one in known), language),
        "bot": groups(sum(one.bot for one in known), language),
        "gap": signed(sum(one.gap for one in known), language),
    }
    return reply(say("why.reconciliation", unit=figures.board.unit, rows=lines, **total))


def _pair(one: Compared, language: str) -> str:
    if one.portal is None:
        return f"– | {groups(one.bot, language)}"
    return f"{groups(one.portal, language)} | {groups(one.bot, language)} | {signed(one.gap, language)}"


def _workbook(figures: Figures, language: str, reader: int) -> Reply:
    board = figures.board
    made = papers.Paper(papers.WORKBOOK, board.unit_id, board.campaign_id, board.cut_at, language, reader)
    file = Media("file", made.ref, name=made.file_name(figures.code))
    return reply(say("why.workbook"), media=(file,))


def _listed(notice_id: int, skip: int, state: State, facts: Facts) -> Turn | Need:
    query = NewFilings(notice_id, skip, LISTED)
    if query not in facts.answers:
        return Need((query,))
    found: Filings | None = facts.answers[query]
    if found is None:
        return close(state, facts, say("not_allowed"))
    if not found.listed:
        return close(state, facts, say("why.list_none"))
    head = say(
        "why.list_head",
        since=say(f"why.since.{found.kind}"),
        **{name: groups(value, state.language) for name, value in _range(skip, found).items()},
    )
    choices = [Choice("more", say("choice.more"))] if skip + len(found.listed) < found.total else []
    choices.append(Choice("workbook", say("why.choice.list_workbook")))
    card = Card("whynew", f"{notice_id}.{skip}")
    return show(state, reply(head, *map(_row, found.listed), choices=(*choices, CLOSE), card=card))


def _range(skip: int, found: Filings) -> dict[str, int]:
    return {"first": skip + 1, "last": skip + len(found.listed), "total": found.total}


def _row(one: NewFiling) -> Words:
    return f"{spoken(one.code)} {one.unit}: {shortened(one.title, _TITLE) or '–'}"


def on_new(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    notice_id, _, skip = record.partition(".")
    if key == "more" and notice_id.isdecimal() and skip.isdecimal():
        return _listed(int(notice_id), int(skip) + LISTED, state, facts)
    return on_why(notice_id, key, state, facts)


# ---------------------------------------------------------------- why was nothing sent


def today(page: int, state: State, facts: Facts) -> Turn | Need:
    """What became of today's notice in each group of the officer's units."""
    served = rights.units_of(facts.person.roles, rights.WHY)
    query, waited = TodayOf(served), OffersOf(served)
    if query not in facts.answers or waited not in facts.answers:
        return Need((query, waited))
    days = facts.answers[query]
    if not days:
        return Turn(state, (reply(say("post.no_group")),))
    shown = days[page * GROUPS : (page + 1) * GROUPS] or days[:GROUPS]
    lines = [why_not.line(day, state.language) for day in shown]
    if any(not why_not.is_out(day) for day in shown):
        lines.append(say("why_not.post_now"))
    others = _waited(facts.answers[waited], state, facts) if not page else ()
    if len(days) <= GROUPS:
        return Turn(state, (*others, reply(*lines)))
    more = Choice("more", say("choice.more"))
    turn = show(state, reply(*lines, choices=(more, CLOSE), card=Card("whynot", str(page))))
    return replace(turn, replies=(*others, *turn.replies))


def _waited(offers: Sequence[Offer], state: State, facts: Facts) -> tuple[Reply, ...]:
    """What became of other kinds of notice that needed an officer, the newest of them."""
    lines = [offer_words.line(one, facts.now, state.language) for one in offers[:OFFERS]]
    return (reply(*lines),) if lines else ()


def on_today(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key != "more":
        return close(state, facts)
    return today(int(record) + 1 if record.isdecimal() else 0, state, facts)
