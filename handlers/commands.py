"""What each command word does in a private chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import cards, engine
from handlers.effects import AskForHelp
from handlers.facts import BoardOf, Facts, LastNotice, Unit, UnitByCode
from handlers.fold import shortened
from handlers.form import Answer, Ask
from handlers.forms import correct, details, initiative, invite, register
from handlers.talk import Choice, Need, State, Turn, Words, reply, say
from handlers.words import Command


def run(command: Command, state: State, facts: Facts) -> Turn | Need:
    return _COMMANDS[command.name](command.rest, state, facts)


# ---------------------------------------------------------------- SK: file an initiative


def file(rest: str, state: State, facts: Facts) -> Turn | Need:
    """`SK`, `SK 4827`, `SK 4827 tên sáng kiến`, `SK tên sáng kiến`; with a draft under way it is asked which one."""
    state = cards.unparked(state)
    if state.form == initiative.FORM.name and engine.has_words(state):
        return pending_draft(state)
    return begin(rest, state, facts, {})


def behalf(_: str, state: State, facts: Facts) -> Turn | Need:
    """NOPHO: file for somebody else, whose consent stays pending."""
    state = cards.unparked(state)
    if state.form == initiative.FORM.name and engine.has_words(state):
        return pending_draft(state)
    return begin("", state, facts, {"for_other": True})


def pending_draft(state: State) -> Turn:
    choices = (
        Choice("resume", say("draft.resume")),
        Choice("anew", say("draft.anew")),
        Choice("leave", say("choice.leave"), 0),
    )
    asked = replace(state, asked="left", version=state.version + 1)
    return Turn(asked, (reply(say("draft.pending", title=engine.short_title(state)), choices=choices),))


def offer(text: str, state: State) -> Turn:
    """A sentence out of the blue may be an initiative: asked, not assumed."""
    asked = replace(state, asked="offer", version=state.version + 1, pending={"title": text})
    choices = (Choice("file", say("offer.file")), Choice("leave", say("choice.no"), 0))
    return Turn(asked, (reply(say("offer.ask", title=shortened(text, 80)), choices=choices),))


def begin(rest: str, state: State, facts: Facts, answers: dict[str, Any]) -> Turn | Need:
    if not facts.campaigns:
        return Turn(state, (reply(say("campaign.none")),))
    code, _, words = rest.partition(" ")
    if code.isdigit() and len(code) <= 6:
        query = UnitByCode(code)
        if query not in facts.answers:
            return Need((query,))
        unit: Unit | None = facts.answers[query]
        if unit is None:
            return Turn(state, (reply(say("unit.no_such_sk", code=code)),))
        return _start(state, facts, {**answers, "unit": register.unit_json(unit)} | _title(words, facts))
    return _start(state, facts, answers | _title(rest, facts))


def _title(words: str, facts: Facts) -> dict[str, Any]:
    """A title that came with SK. Before consent no word of a person is kept."""
    if not words.strip() or not facts.person.consented:
        return {}
    taken = initiative.title_of(words)
    if isinstance(taken, Answer):
        return {**taken.also, "title": taken.value}
    return dict(taken.also) if isinstance(taken, Ask) else {}


def _start(state: State, facts: Facts, answers: dict[str, Any]) -> Turn | Need:
    draft = f"{facts.person.id}-{int(facts.now.timestamp() * 1000)}-{state.version}"
    return engine.start(initiative.FORM, state, facts, answers, draft)


# ---------------------------------------------------------------- look, ask, add


def add_details(_: str, state: State, facts: Facts) -> Turn | Need:
    """THEM: to the newest initiative that is still open."""
    newest = next((i for i in facts.mine if i.open and i.status not in ("withdrawn", "idea")), None)
    if newest is None:
        return Turn(state, (reply(say("details.nothing")),))
    return cards.show(state, details.menu(newest.code))


def help_me(_: str, state: State, facts: Facts) -> Turn | Need:
    """GIUP: the support team is asked to call back; meanwhile, what one can type."""
    lines: list[Words] = [say("help.asked"), say("help.words")]
    if facts.house.contact:
        lines.append(say("help.contact", contact=facts.house.contact))
    if facts.person.is_officer:
        lines.append(say("help.officer"))
    return Turn(state, (reply(*lines),), (AskForHelp("help"),))


def board(_: str, state: State, facts: Facts) -> Turn | Need:
    """KETQUA: the board of this moment for one's own unit (officers: the unit they serve)."""
    return board_of(_own_unit(facts), state, facts)


def board_of(unit: Unit | None, state: State, facts: Facts) -> Turn | Need:
    if unit is None:
        return Turn(state, (reply(say("board.no_unit")),))
    campaigns = register.campaigns_for(facts, register.unit_json(unit))
    if not campaigns:
        return Turn(state, (reply(say("campaign.none")),))
    query = BoardOf(unit.id, campaigns[0].id, state.language, _audience(facts))
    if query not in facts.answers:
        return Need((query,))
    return Turn(state, (reply(facts.answers[query] or say("board.none")),))


def last_notice(_: str, state: State, facts: Facts) -> Turn | Need:
    """BANTIN: the newest notice as it was posted, alone in its message, to be copied or forwarded."""
    return notice_of(_own_unit(facts), state, facts)


def notice_of(unit: Unit | None, state: State, facts: Facts) -> Turn | Need:
    if unit is None:
        return Turn(state, (reply(say("board.no_unit")),))
    query = LastNotice(unit.id, _audience(facts))
    if query not in facts.answers:
        return Need((query,))
    return Turn(state, (reply(facts.answers[query] or say("notice.none_yet")),))


def _audience(facts: Facts) -> str:
    """Names of units that lag behind are for officers and their group (domain.md §8)."""
    if facts.chat.is_group:
        return facts.chat.kind or "members"
    return "officers" if facts.person.is_officer else "members"


def _own_unit(facts: Facts) -> Unit | None:
    return next((r.unit for r in facts.person.roles if r.unit), facts.person.unit)


# ---------------------------------------------------------------- who I am


def my_data(_: str, state: State, facts: Facts) -> Turn | Need:
    """DULIEU: everything that is held about the person, in plain words."""
    person = facts.person
    if not person.consented:
        return Turn(state, (reply(say("data.nothing"), say("data.rights", url=facts.house.data_url)),))
    held = say(
        "data.held",
        name=person.name or "–",
        unit=person.unit.name if person.unit else "–",
        phone=person.phone or "–",
        position=person.position or "–",
        education=person.education or "–",
        n=len(facts.mine),
    )
    return Turn(state, (reply(held, say("data.rights", url=facts.house.data_url)),))


def take_invite(rest: str, state: State, facts: Facts) -> Turn | Need:
    code = "".join(rest.split()).upper()
    if not code:
        return Turn(state, (reply(say("invite.how")),))
    return engine.start(invite.FORM, cards.parked(state), facts, {"code": code})


def correct_me(_: str, state: State, facts: Facts) -> Turn | Need:
    if not facts.person.consented:
        return Turn(state, (reply(say("data.nothing")),))
    return engine.start(correct.FORM, cards.parked(state), facts, {})


def started(payload: str, state: State, facts: Facts) -> Turn | Need:
    """A link opened the chat: it may carry a unit's code or an invitation."""
    if payload.isdigit():
        return file(payload, state, facts)
    if payload.startswith("ma-"):
        return take_invite(payload[3:], state, facts)
    return hello(state, facts)


def hello(state: State, facts: Facts) -> Turn | Need:
    house = facts.house
    if facts.person.consented and facts.person.name:
        return Turn(state, (reply(say("hello.known", name=facts.person.name)),))
    return Turn(state, (reply(say("hello.new", bot=house.bot_name, controller=house.controller)),))


_COMMANDS: dict[str, Callable[[str, State, Facts], Turn | Need]] = {
    "file": file,
    "behalf": behalf,
    "mine": lambda _, state, facts: cards.mine(state, facts),
    "details": add_details,
    "help": help_me,
    "board": board,
    "notice": last_notice,
    "post": lambda _, state, facts: _officers(cards.groups, state, facts),
    "link": lambda _, state, facts: cards.link(state, facts),
    "hour": lambda _, state, __: Turn(state, (reply(say("hour.in_group")),)),
    "language": lambda _, state, __: cards.languages(state),
    "vi": lambda _, state, facts: cards.set_language("vi", state, facts),
    "en": lambda _, state, facts: cards.set_language("en", state, facts),
    "data": my_data,
    "correct": correct_me,
    "erase": lambda _, state, __: cards.confirm("erase", state),
    "unconsent": lambda _, state, __: cards.confirm("unconsent", state),
    "invite": take_invite,
    "start": started,
}


def _officers(do: Callable[[State, Facts], Turn | Need], state: State, facts: Facts) -> Turn | Need:
    return do(state, facts) if facts.person.is_officer else Turn(state, (reply(say("not_allowed")),))
