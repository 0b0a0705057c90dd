"""What each command word does in a private chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handlers import (
    access,
    audit_cards,
    board_words,
    broadcast_cards,
    card,
    desk_cards,
    drafts,
    drive_cards,
    engine,
    join_cards,
    line_words,
    menu,
    morning_card,
    my_cards,
    offer_cards,
    officer_cards,
    papers,
    portal_words,
    poster_words,
    role_cards,
    settings_cards,
    talk_cards,
    unsent_cards,
    untold_cards,
    why_card,
)
from handlers.effects import AskForHelp, SetPerson
from handlers.facts import Facts, InviteByCode, Unit, UnitByCode
from handlers.fold import shortened
from handlers.form import Answer, Ask, Ctx
from handlers.forms import correct, details, initiative, invite, register, story
from handlers.role_effects import WrongCode
from handlers.role_facts import MOST_WRONG, WrongCodes
from handlers.talk import Need, State, Turn, Words, reply, say
from handlers.words import Command

LONGEST_CODE = 12  # digits of a unit's code
MANY = 10  # of a person's own initiatives the facts of a turn hold at most so many
SHORT_CODE = 3  # fewer digits, and the number may be a word of a title


def run(command: Command, state: State, facts: Facts) -> Turn | Need:
    if not access.word_allowed(command.name, facts):
        return Turn(state, (reply(access.refused(access.WORDS[command.name])),))
    return _COMMANDS[command.name](command.rest, state, facts)


# ---------------------------------------------------------------- SK: file an initiative


def file(rest: str, state: State, facts: Facts) -> Turn | Need:
    """`SK`, `SK 4827`, `SK 4827 tên sáng kiến`, `SK tên sáng kiến`; with a draft under way it is asked which one."""
    state = drafts.current(state)
    if state.form != initiative.FORM.name:
        return begin(rest, state, facts, {})
    if not engine.has_words(state):
        return begin(rest, state, facts, {name: state.answers[name] for name in ("media",) if name in state.answers})
    if rest.isdigit() and register.known_unit(Ctx(state, facts)) is None:
        return _unit_for(rest, state, facts)
    return drafts.pending(state, {"rest": rest})


def behalf(_: str, state: State, facts: Facts) -> Turn | Need:
    """NOPHO: file for somebody else, whose consent stays pending."""
    state = drafts.current(state)
    if drafts.is_draft(state):
        return drafts.pending(state, {"answers": {"for_other": True}})
    return begin("", state, facts, {"for_other": True})


def _unit_for(code: str, state: State, facts: Facts) -> Turn | Need:
    """The unit's code for a draft that has waited for one."""
    query = UnitByCode(code)
    if query not in facts.answers:
        return Need((query,))
    unit: Unit | None = facts.answers[query]
    if unit is None:
        return Turn(state, (reply(say("unit.no_code", code=code)),))
    found = replace(state, answers={**state.answers, "unit": register.unit_json(unit)})
    return engine.ask(initiative.FORM, found, facts, effects=(SetPerson({"unit_id": unit.id}),))


def begin(rest: str, state: State, facts: Facts, answers: Mapping[str, Any]) -> Turn | Need:
    """A new filing, with a unit's code and words for a title where they were given."""
    if not facts.campaigns:
        return Turn(state, (reply(say("campaign.none")),))
    code, *words = rest.split(maxsplit=1) or ("",)
    if not code.isdecimal() or len(code) > LONGEST_CODE:
        return _start(state, facts, {**answers, **_title(rest, facts)})
    query = UnitByCode(code)
    if query not in facts.answers:
        return Need((query,))
    unit: Unit | None = facts.answers[query]
    if unit is not None:
        return _start(state, facts, {**answers, "unit": register.unit_json(unit), **_title(" ".join(words), facts)})
    if len(code) < SHORT_CODE and words:  # "3 cách xếp vải": a title may begin with a number
        return _start(state, facts, {**answers, **_title(rest, facts)})
    return Turn(state, (reply(say("unit.no_such_sk", code=code)),))


def _title(words: str, facts: Facts) -> dict[str, Any]:
    """A title that came with SK. Before consent no word of a person is kept."""
    if not words.strip() or not facts.person.consented:
        return {}
    taken = story.title_of(words)
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
    return card.show(state, details.menu(newest.code, secret=newest.confidential))


def help_me(_: str, state: State, facts: Facts) -> Turn | Need:
    """GIUP: the support team is asked, and what is the matter is typed right here. What else one can type comes when
    GIUP is typed again, and at once to those who have a role.
    """
    talk = talk_cards.open_talk(state, facts)
    if talk is not None:
        return talk
    asks, listed = drafts.asks(state), menu.lists(facts.person.roles) if facts.person.roles else ()
    lines: list[Words] = [say("help.asked"), say("help.by_word" if asks else "help.here")]
    if facts.house.contact:
        lines.append(say("help.contact", contact=facts.house.contact))
    if not asks and not listed:
        lines.append(say("help.again"))
    return Turn(drafts.aside(state), (reply(*lines), *listed), (AskForHelp("help"),))


# ---------------------------------------------------------------- who I am


def my_data(_: str, state: State, facts: Facts) -> Turn | Need:
    """DULIEU: everything that is held about the person, in plain words."""
    person = facts.person
    if not person.consented:
        return Turn(state, (reply(say("data.nothing"), say("data.rights", url=facts.house.data_url)),))
    held = say(
        "data.held",
        name=person.name or "–",
        unit=shortened(person.unit.name, 100) if person.unit else "–",
        phone=person.phone or "–",
    )
    more = say(
        "data.held_more",
        position=person.position or "–",
        education=person.education or "–",
        n=len(facts.mine) if len(facts.mine) < MANY else f"{MANY}+",
    )
    return Turn(state, (reply(held, more, say("data.rights", url=facts.house.data_url)),))


def take_invite(rest: str, state: State, facts: Facts) -> Turn | Need:
    code = "".join(rest.split()).upper()
    if not code:
        return Turn(state, (reply(say("invite.how")),))
    query, tried = InviteByCode(code), WrongCodes()
    if query not in facts.answers or tried not in facts.answers:
        return Need((query, tried))
    if facts.answers[tried] >= MOST_WRONG:
        return Turn(state, (reply(say("invite.too_many")),))
    if not invite.is_for_a_person(facts.answers[query]):
        return Turn(state, (reply(say("invite.bad")),), (WrongCode(),))
    return engine.start(invite.FORM, drafts.park(state), facts, {"code": code})


def correct_me(_: str, state: State, facts: Facts) -> Turn | Need:
    if not facts.person.consented:
        return Turn(state, (reply(say("data.nothing")),))
    return engine.start(correct.FORM, drafts.park(state), facts, {})


def started(payload: str, state: State, facts: Facts) -> Turn | Need:
    """A link opened the chat: it may carry a unit's code or an invitation."""
    if payload.isdecimal():
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
    "mine": lambda _, state, facts: my_cards.mine(state, facts),
    "details": add_details,
    "help": help_me,
    "requests": lambda _, state, facts: desk_cards.requests(state, facts),
    "unsent": lambda _, state, facts: unsent_cards.notices(state, facts),
    "untold": lambda _, state, facts: untold_cards.people(state, facts),
    "board": board_words.board,
    "notice": board_words.last_notice,
    "loudspeaker": board_words.loudspeaker,
    "detail": lambda _, state, facts: board_words.in_detail(state, facts),
    "bulletin": lambda _, state, facts: board_words.paper(papers.BULLETIN, state, facts),
    "workbook": lambda _, state, facts: board_words.paper(papers.WORKBOOK, state, facts),
    "line": line_words.add,
    "posters": lambda _, state, facts: poster_words.posters(state, facts),
    "portal": portal_words.bring,
    "post": lambda _, state, facts: officer_cards.groups(state, facts),
    "morning": lambda _, state, facts: morning_card.summary(state, facts),
    "why": why_card.ask,
    "link": lambda _, state, facts: officer_cards.link(state, facts),
    "preview": lambda _, state, facts: offer_cards.waiting(state, facts),
    "settings": lambda _, state, facts: settings_cards.settings(state, facts),
    "drive": drive_cards.caodiem,
    "remind": lambda _, state, facts: broadcast_cards.remind(state, facts),
    "no_reminders": lambda _, state, __: broadcast_cards.switch(state, on=False),
    "reminders": lambda _, state, __: broadcast_cards.switch(state, on=True),
    "give": lambda _, state, facts: role_cards.begin(state, facts),
    "roles": lambda _, state, facts: role_cards.people(state, facts),
    "audit": lambda _, state, facts: audit_cards.newest(state, facts),
    "hour": lambda _, state, __: Turn(state, (reply(say("hour.in_group")),)),
    "language": lambda _, state, __: my_cards.languages(state),
    "vi": lambda _, state, facts: my_cards.set_language("vi", state, facts),
    "en": lambda _, state, facts: my_cards.set_language("en", state, facts),
    "data": my_data,
    "correct": correct_me,
    "erase": lambda _, state, __: my_cards.confirm("erase", state),
    "unconsent": lambda _, state, __: my_cards.confirm("unconsent", state),
    "invite": take_invite,
    "join": join_cards.noitk,
    "start": started,
}
