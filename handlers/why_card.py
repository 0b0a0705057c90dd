"""VISAO: where a number of the last notice comes from, what lies behind it, and why nothing was sent (private)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import offer_words, papers, rights, why, why_not, why_told
from handlers.board import FILED, Board
from handlers.card import CLOSE, close, show
from handlers.codes import spoken
from handlers.facts import Facts
from handlers.figures import groups, signed
from handlers.fold import shortened
from handlers.offer_facts import Offer, OffersOf
from handlers.talk import Card, Choice, Media, Need, Reply, State, Turn, Words, reply, say
from handlers.why_facts import Compared, Figures, FiguresOf, Filings, LastFigures, NewFiling, NewFilings, TodayOf
from handlers.why_numbers import Number

LISTED = 5  # filings on a page
GROUPS = 3  # on a page: each has a sentence
OFFERS = 2  # notices that waited for officers: theirs are longer
UNITS = 5  # whose notices are looked through
_BEHIND = ("compare", "workbook", "list")
_TITLE = 24  # characters of a title: five rows and their choices fit into one message


def ask(rest: str, state: State, facts: Facts) -> Turn | Need:
    """`VISAO 78,1`, `VISAO May Sao Mai`: of the newest notice. `VISAO` alone: what became of today's."""
    if not rest.strip():
        return today(0, state, facts)
    queries = tuple(LastFigures(unit_id, _bound(unit_id, facts)) for unit_id in _whose(facts))
    if not queries:
        return Turn(state, (reply(say("board.no_unit")),))
    if missing := tuple(query for query in queries if query not in facts.answers):
        return Need(missing)
    known: list[Figures] = [figures for query in queries if (figures := facts.answers[query]) is not None]
    if not known:
        return Turn(state, (reply(say("notice.none_yet")),))
    places = [(figures, why.explain(figures, rest, state.language)) for figures in known]
    figures, found = next((place for place in places if place[1]), places[0])
    if len(found) == 1:
        return show(state, _told(figures, found[0], state.language))
    return show(state, _several(figures, rest, found, state.language))


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


def _several(figures: Figures, asked: str, found: tuple[Number, ...], language: str) -> Reply:
    """The places where it stands; where it stands nowhere, numbers like it."""
    shown = shortened(asked, 30)
    offered = found[: why.MOST] or why.near(figures, asked, language)
    if not offered:
        return reply(say("why.nowhere", number=shown))
    head = say("why.which", number=shown, n=len(found)) if found else say("why.near", number=shown)
    more = (say("why.more_places"),) if len(found) > len(offered) else ()
    choices = tuple(Choice(number.key, why_told.label(figures, number, language)) for number in offered)
    return reply(head, *more, choices=(*choices, CLOSE), card=_card(figures))


def _card(figures: Figures) -> Card:
    return Card("why", str(figures.notice_id))


def _told(figures: Figures, number: Number, language: str) -> Reply:
    return reply(*why_told.tell(figures, number, language), choices=(*_behind(figures), CLOSE), card=_card(figures))


def _behind(figures: Figures) -> tuple[Choice, ...]:
    """What lies behind the figures, for officers of the unit."""
    if not figures.own:
        return ()
    keys = ["compare"] if any(one.portal is not None for one in figures.compared) else []
    keys += ["workbook", *(["list"] if _has_list(figures.board) else [])]
    return tuple(Choice(key, say(f"why.choice.{key}")) for key in keys)


def _has_list(board: Board) -> bool:
    """Is there a list of filings behind what is new? Valid ones and authors are other things than filings."""
    return board.counter == FILED and bool(board.new)


def on_why(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """A place is told; or what lies behind the notice is shown."""
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
    return show(state, _told(figures, number, state.language)) if number else close(state, facts)


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
