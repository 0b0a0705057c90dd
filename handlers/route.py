"""First and last stop of every event: which part of the bot takes it, and what the state remembers of the answer."""

from __future__ import annotations

from dataclasses import replace

from handlers import (
    access,
    cards,
    commands,
    drafts,
    engine,
    figure_files,
    group,
    my_cards,
    photo_first,
    talk_cards,
)
from handlers.card import CLOSE
from handlers.codes import digits
from handlers.effects import ChatStanding
from handlers.facts import Facts
from handlers.fit import fitted
from handlers.fold import clean
from handlers.form import Form
from handlers.forms import story
from handlers.forms.every import FORMS
from handlers.hear import hear, offered
from handlers.talk import (
    CARD,
    LOST,
    UNSUPPORTED,
    Edited,
    Event,
    Joined,
    Need,
    Odd,
    Pressed,
    Said,
    Sent,
    Started,
    State,
    Turn,
    reply,
    say,
)
from handlers.texts import Texts
from handlers.words import BACK, LEAVE, NO, THANKS, YES, Command, command, squeezed

NAMES = ("name", "behalf")  # questions where "huy" may be a name
SHORTEST_FILED = 6  # digits of the code of an initiative


class Router:
    """`router(event, state, facts)`: one step of the whole talk. Pure: the catalogues are all it holds."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __call__(self, event: Event, state: State, facts: Facts) -> Turn | Need:
        if isinstance(event, Said):
            event = Said(clean(event.text))
        if facts.chat.is_group:
            return group.step(event, state, facts)
        turn = _private(event, state, facts)
        turn = turn if isinstance(turn, Need) else drafts.resumed(turn, facts)
        return turn if isinstance(turn, Need) else self._remembered(state, fitted(turn, self._texts))

    def _remembered(self, before: State, turn: Turn) -> Turn:
        """What was offered last is kept in the state, so that a number or a label can be understood later."""
        shown = next((r for r in reversed(turn.replies) if r.choices), None)
        if shown is None:
            changed = turn.state.version != before.version
            return replace(turn, state=replace(turn.state, offered=())) if changed else turn
        kept = offered(self._texts, turn.state.language, shown.choices, shown.numbered)
        card = f"{shown.card.kind}:{shown.card.record}" if shown.card else ""
        return replace(turn, state=replace(turn.state, offered=kept, card=card))


def _private(event: Event, state: State, facts: Facts) -> Turn | Need:
    match event:
        case Joined("withdrawn"):
            return my_cards.forgotten(state)
        case Joined(standing):
            return Turn(state, (), (ChatStanding(standing),))
        case Started(payload):
            return commands.started(payload, state, facts) if payload else present_question(state, facts)
        case Pressed(data):
            return _pressed(data, state, facts)
        case Said(text):
            return _said(event, text, state, facts)
        case Odd(kind) if kind == UNSUPPORTED:
            return _settling(_other(event, state, facts))
        case Odd(kind, words) if kind == LOST:
            return _lost(clean(words), state, facts)
        case _:
            return _other(event, state, facts)


def _form(state: State) -> Form | None:
    return FORMS.get(state.form)


# ---------------------------------------------------------------- buttons


def _pressed(data: str, state: State, facts: Facts) -> Turn | Need:
    kind, *rest = data.split(":")
    if kind == CARD and len(rest) == 4:
        return cards.press(rest[0], rest[1], rest[3], state, facts)  # all but the version
    if rest and rest[0] == str(state.version):
        return _answer(Pressed(data), replace(state, card=""), facts)
    return present_question(state, facts, stale=True)


def present_question(state: State, facts: Facts, *, stale: bool = False) -> Turn | Need:
    """Repeat what was asked last; an old button is told that its question has passed."""
    note = reply(say("question.past")) if stale else None
    form = _form(state)
    if state.asked == drafts.LEFT:
        return drafts.pending(state, {})
    if form:
        return engine.ask(form, state, facts, note=note)
    return Turn(state, (note,)) if note else commands.hello(state, facts)


# ---------------------------------------------------------------- words


def _said(event: Said, text: str, state: State, facts: Facts) -> Turn | Need:
    heard = _command(text, state, facts)
    if heard:
        return commands.run(heard, state, facts)
    word = squeezed(text)
    form = _form(state)
    if word in LEAVE and not (word == "huy" and form and state.asked in NAMES and not state.card):
        return _leave(state, facts)
    if form and word in BACK:
        return engine.back(form, state, facts)
    if facts.unseen:  # it answers nothing, then: the question comes again
        return drafts.again(state) or present_question(replace(state, card=""), facts)
    return _answer(event, state, facts)


def _command(text: str, state: State, facts: Facts) -> Command | None:
    """A command counts as the whole message. Under a question that takes any text, a word with more behind it does not;
    but `SK 4827` does, and `SK` with another title (only before the title that is asked for it is dropped), and a code.
    What is offered is no command: "Nộp" under the summary.
    """
    if state.form and not state.card and squeezed(text) in {one.folded for one in state.offered if one.folded}:
        return None
    found = command(text)
    if found is None or not found.rest:
        return found
    form = _form(state)
    field = engine.standing(form, state, facts) if form and state.asked != drafts.LEFT else None
    if field is None or not field.free:
        return found
    if found.name == "portal":  # rows pasted from a sheet are no answer to anything else
        return found if access.word_allowed(found.name, facts) else None
    if found.word == "sk" and (field.name != "title" or found.rest.split()[0].isdecimal()):
        return found
    code = found.word == "noitk" or (found.word == "ma" and any(c.isdecimal() for c in found.rest))
    return found if code else None


def _leave(state: State, facts: Facts) -> Turn | Need:
    if state.card:
        kind, record = state.card.split(":", 1)
        return cards.press(kind, record, CLOSE.key, state, facts)
    if state.asked == drafts.LEFT:
        return drafts.rest(state)
    if state.asked in (drafts.OFFER, drafts.PASSED):
        return drafts.declined(state)
    form = _form(state)
    return engine.leave(form, state) if form else commands.hello(state, facts)


def _answer(event: Said | Pressed, state: State, facts: Facts) -> Turn | Need:
    """The event as an answer to what was asked last: a card, a kept draft, a form's question, or nothing at all."""
    key = hear(state, event).key
    if state.card:
        return _at_card(event, key, state, facts)
    if state.asked == drafts.LEFT:
        return _left(event, key, state, facts)
    if state.asked in (drafts.OFFER, drafts.PASSED):
        return _offered(event, key, state, facts)
    form = _form(state)
    return engine.step(form, state, event, facts) if form else _idle(event, state, facts)


def _at_card(event: Said | Pressed, key: str, state: State, facts: Facts) -> Turn | Need:
    """A choice of the card, the code of another one; words are for the question that stood before the card."""
    if key:
        kind, record = state.card.split(":", 1)
        return cards.press(kind, record, key, state, facts)
    text = event.text if isinstance(event, Said) else ""
    if talked := cards.heard(text, state, facts):
        return talked
    if len(digits(text)) >= SHORTEST_FILED:
        return my_cards.open_initiative(digits(text), state, facts)
    below = replace(state, card="", offered=())
    form = _form(state)
    if form is None and state.asked != drafts.OFFER:
        return _idle(event, state, facts)
    field = engine.standing(form, state, facts) if form else None
    if form and state.asked != drafts.LEFT and not (field and field.free and not state.pending and not digits(text)):
        return engine.ask(form, below, facts)
    return _answer(event, below, facts)


def _left(event: Said | Pressed, key: str, state: State, facts: Facts) -> Turn | Need:
    """A draft was left or is asked about: go on with it, drop it, begin anew. A long text is the answer that is open;
    any other word goes on.
    """
    form = _form(state)
    if form is None:
        return commands.hello(state, facts)
    text = event.text if isinstance(event, Said) and not key and not drafts.asks(state) else ""
    if talked := talk_cards.passed_on(text, state, facts):
        return talked
    match key:
        case "leave":
            return drafts.rest(state)
        case "discard":
            return engine.leave(form, state, discard=True)
        case "anew":
            fresh = State(version=state.version + 1, language=state.language, parked=state.parked)
            return commands.begin(state.pending.get("rest", ""), fresh, facts, state.pending.get("answers", {}))
    here = replace(state, asked="", pending={})
    field = engine.present(form, here, facts)
    if not key and isinstance(event, Said) and len(event.text) >= story.BODY_MIN and field and field.free:
        return engine.step(form, here, event, facts)
    note = reply(say("draft.resumed", title=engine.draft_name(state)))
    return engine.ask(form, here, facts, note=note)


def _offered(event: Said | Pressed, key: str, state: State, facts: Facts) -> Turn | Need:
    word = squeezed(event.text) if isinstance(event, Said) else ""
    if state.asked == drafts.PASSED and key != "file":
        return _idle(event, state, facts)
    if key == "file" or word in YES:
        return commands.begin(str(state.pending.get("title", "")), replace(state, asked="", pending={}), facts, {})
    if key == "leave" or word in NO:
        return drafts.declined(state)
    return _idle(event, state, facts)


def _idle(event: Said | Pressed, state: State, facts: Facts) -> Turn | Need:
    """Nothing is under way: words go to those who were asked for help; a code opens its card; a sentence may be an
    initiative; anything else is greeted.
    """
    text = event.text if isinstance(event, Said) else ""
    if talked := talk_cards.passed_on(text, state, facts):
        return talked
    code = digits(text)
    if len(code) >= SHORTEST_FILED:
        return my_cards.open_initiative(code, state, facts)
    if len(code) >= commands.SHORT_CODE:  # a unit's code from a poster, typed without SK
        return commands.begin(code, state, facts, {})
    if drafts.may_be_title(text, facts):
        return drafts.offer(text, state)
    if squeezed(text) in THANKS:
        return Turn(state, (reply(say("hello.thanks")),))
    return commands.hello(state, facts)


# ---------------------------------------------------------------- everything else


def _other(event: Event, state: State, facts: Facts) -> Turn | Need:
    """Photos, files, voice, stickers, edits: for the form under way, or told what to do."""
    if isinstance(event, Sent) and figure_files.is_one(event, state):
        return figure_files.take(event, state, facts)
    form = _form(state)
    if form and state.asked != drafts.LEFT and isinstance(event, Sent | Edited | Odd):
        return engine.step(form, state, event, facts)
    if isinstance(event, Sent) and facts.person.consented:
        return photo_first.begin(event, state, facts)
    if isinstance(event, Edited):
        return Turn(state, (reply(say("edited.idle")),))
    return commands.hello(state, facts)


def _settling(turn: Turn | Need) -> Turn | Need:
    """Of several that come at once it is said once."""
    if isinstance(turn, Need):
        return turn
    return replace(turn, replies=tuple(replace(one, settles=True) for one in turn.replies))


def _lost(words: str, state: State, facts: Facts) -> Turn | Need:
    """A file that could not be fetched: that is said, and the words under it are heard all the same."""
    turn = _said(Said(words), words, state, facts) if words else present_question(state, facts)
    if isinstance(turn, Need) or not turn.replies:
        return turn
    first = turn.replies[0]
    return replace(turn, replies=(replace(first, text=(say("media.lost"), *first.text)), *turn.replies[1:]))
