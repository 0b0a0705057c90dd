"""THEMDONG in private: begins the form with what is known, or does at once what was said whole."""

from __future__ import annotations

from handlers import board_words, drafts, engine, rights
from handlers.facts import Facts
from handlers.forms import line
from handlers.lines import LineNow, LineOf
from handlers.moments import clock
from handlers.talk import Need, State, Turn, reply, say
from handlers.words import squeezed


def add(rest: str, state: State, facts: Facts) -> Turn | Need:
    """`THEMDONG`, `THEMDONG xếp hạng toàn quốc: thứ 3, theo Cổng, 31/5`, `THEMDONG xóa`."""
    unit = board_words.unit_for(facts, rights.LINE)
    if unit is None:
        return Turn(state, (reply(say("not_allowed")),))
    campaigns = board_words.campaigns_of(unit, facts, rights.LINE)
    if not campaigns:
        return Turn(state, (reply(say("campaign.none")),))
    query = LineOf(unit.id, campaigns[0].id)
    if query not in facts.answers:
        return Need((query,))
    now: LineNow = facts.answers[query]
    if now.posted and facts.today >= campaigns[0].closes:
        time = clock(now.posted, now.posted.date(), state.language)
        return Turn(state, (reply(say("line.over", time=time)),))
    text = line.one_line(rest)
    answers = line.known(unit, campaigns[0], now, text)
    if squeezed(text) in line.DROP:
        answers |= {"text": ""} | ({"day": line.TOMORROW} if now.posted else {})  # what is out stays out
    elif text and line.wrong(text) is None:
        answers |= {"text": text}
    return engine.start(line.FORM, drafts.park(state), facts, answers)
