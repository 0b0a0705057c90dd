"""First and last stop of every event: which part of the bot takes it, and what the state remembers of the answer."""

from __future__ import annotations

from dataclasses import replace

from handlers import cards, commands, engine, group
from handlers.codes import digits
from handlers.effects import AskForHelp, ChatStanding
from handlers.facts import Facts
from handlers.fold import clean
from handlers.form import Form
from handlers.forms import correct, details, initiative, invite, unit_change
from handlers.hear import hear, offered
from handlers.talk import (
    CARD,
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
from handlers.words import BACK, LEAVE, THANKS, Command, command, squeezed

FORMS: dict[str, Form] = {
    form.name: form for form in (initiative.FORM, invite.FORM, correct.FORM, unit_change.FORM, *details.FORMS.values())
}


class Router:
    """`router(event, state, facts)`: one step of the whole talk. Pure: the catalogues are all it holds."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __call__(self, event: Event, state: State, facts: Facts) -> Turn | Need:
        if isinstance(event, Said):
            event = Said(clean(event.text))
        turn = group.step(event, state, facts) if facts.chat.is_group else _private(event, state, facts)
        return turn if isinstance(turn, Need) else self._remembered(state, turn)

    def _remembered(self, before: State, turn: Turn) -> Turn:
        """What was offered last is kept in the state, so that a number or a label can be understood later."""
        shown = next((r for r in reversed(turn.replies) if r.choices), None)
        if shown is None:
            changed = turn.state.version != before.version
            return replace(turn, state=replace(turn.state, offered=())) if changed else turn
        kept = offered(self._texts, turn.state.language, shown.choices, shown.numbered)
        asked = f"card:{shown.card.kind}:{shown.card.record}" if shown.card else turn.state.asked
        return replace(turn, state=replace(turn.state, offered=kept, asked=asked))


def _private(event: Event, state: State, facts: Facts) -> Turn | Need:
    match event:
        case Joined(standing):
            return Turn(state, (), (ChatStanding(standing),))
        case Started(payload):
            return commands.started(payload, state, facts)
        case Pressed(data):
            return _pressed(data, state, facts)
        case Said(text):
            return _said(event, text, state, facts)
        case _:
            return _other(event, state, facts)


def _form(state: State) -> Form | None:
    return FORMS.get(state.form)


# ---------------------------------------------------------------- buttons


def _pressed(data: str, state: State, facts: Facts) -> Turn | Need:
    kind, *rest = data.split(":")
    if kind == CARD and len(rest) == 4:
        card, record, _version, key = rest
        return cards.press(card, record, key, state, facts)
    if rest and rest[0] == str(state.version):
        return _answer(Pressed(data), replace(state, asked=_question(state, facts)), facts)
    return present_question(state, facts, stale=True)


def _question(state: State, facts: Facts) -> str:
    """The question that stands, even if a card was shown after it."""
    if not state.asked.startswith("card:"):
        return state.asked
    form = _form(state)
    field = engine.present(form, state, facts) if form else None
    return field.name if field else ""


def present_question(state: State, facts: Facts, *, stale: bool = False) -> Turn | Need:
    """Repeat what was asked last; an old button is told that its question has passed."""
    note = reply(say("question.past")) if stale else None
    form = _form(state)
    if state.asked == "left":
        return commands.pending_draft(state)
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
    if word in LEAVE and not (word == "huy" and state.asked == "name"):
        return _leave(state, facts)
    if form and word in BACK:
        return engine.back(form, state, facts)
    return _answer(event, state, facts)


def _command(text: str, state: State, facts: Facts) -> Command | None:
    """A command counts as the whole message. Under a question that takes any text, a word with more behind it does not
    (`sk` before a title is dropped), but `SK 4827` still does.
    """
    found = command(text)
    if found is None or not found.rest:
        return found
    form = _form(state)
    field = engine.present(form, state, facts) if form and not state.asked.startswith("card:") else None
    if field and field.free and state.asked != "left" and not found.rest.split()[0].isdigit():
        return None
    return found


def _leave(state: State, facts: Facts) -> Turn | Need:
    if state.asked.startswith("card:"):
        return cards.close(state, facts)
    form = _form(state)
    if state.asked == "left":
        return Turn(state, (reply(say("draft.left")),))
    if form is None:
        return commands.hello(state, facts)
    if form is initiative.FORM:
        return engine.leave(form, state)
    return cards.close(replace(State(version=state.version + 1, language=state.language), parked=state.parked), facts)


def _answer(event: Said | Pressed, state: State, facts: Facts) -> Turn | Need:
    """The event as an answer to what was asked last: a card, a kept draft, a form's question, or nothing at all."""
    key = hear(state, event).key
    if state.asked.startswith("card:") and key:
        _, kind, record = state.asked.split(":", 2)
        return cards.press(kind, record, key, state, facts)
    if state.asked == "left":
        return _left(key, state, facts)
    if state.asked == "offer" and key:
        title = str(state.pending.get("title", ""))
        return commands.begin(title, replace(state, asked="", pending={}), facts, {})
    form = _form(state)
    if form and state.asked.startswith("card:"):
        return engine.ask(form, state, facts)
    if form:
        return engine.step(form, state, event, facts)
    return _idle(event, state, facts)


def _left(key: str, state: State, facts: Facts) -> Turn | Need:
    """A draft was left or is asked about: go on with it, drop it, begin anew. Any other word goes on."""
    form = _form(state)
    if form is None:
        return commands.hello(state, facts)
    match key:
        case "discard":
            return engine.leave(form, state, discard=True)
        case "anew":
            fresh = State(version=state.version + 1, language=state.language)
            return commands.begin("", fresh, facts, {})
    title = engine.short_title(state)
    return engine.ask(form, replace(state, asked=""), facts, note=reply(say("draft.resumed", title=title)))


def _idle(event: Said | Pressed, state: State, facts: Facts) -> Turn | Need:
    """Nothing is under way: a code opens its card; a sentence may be an initiative; anything else is greeted."""
    text = event.text if isinstance(event, Said) else ""
    code = digits(text)
    if len(code) >= 6:
        return cards.open_initiative(code, state, facts)
    if code and len(code) >= 3:  # a unit's code from a poster, typed without SK
        return commands.begin(code, state, facts, {})
    if (
        squeezed(text) not in THANKS
        and facts.person.consented
        and facts.campaigns
        and len(text) >= initiative.TITLE_MIN
        and " " in text
    ):
        return commands.offer(text, state)
    if squeezed(text) in THANKS:
        return Turn(state, (reply(say("hello.thanks")),))
    return commands.hello(state, facts)


# ---------------------------------------------------------------- everything else


def _other(event: Event, state: State, facts: Facts) -> Turn | Need:
    """Photos, files, voice, stickers, edits: for the form under way, or told what to do."""
    form = _form(state)
    if form and state.asked != "left" and isinstance(event, Sent | Edited | Odd):
        return engine.step(form, state, event, facts)
    if isinstance(event, Sent) and facts.person.consented:
        return _photo_first(event, state, facts)
    if isinstance(event, Edited):
        return Turn(state, (reply(say("edited.idle")),))
    return commands.hello(state, facts)


def _photo_first(event: Sent, state: State, facts: Facts) -> Turn | Need:
    """A photo before anything else: it begins a filing, or waits with the draft that was left."""
    if event.media.kind == "voice":
        return Turn(state, (reply(say("media.voice")),), (AskForHelp("voice", event.media),))
    form = _form(state)
    if form:
        return engine.step(form, replace(state, asked=""), event, facts)
    if not facts.campaigns:
        return Turn(state, (reply(say("campaign.none")),))
    begun = commands.begin(event.media.caption, state, facts, {"media": [engine.media_json(event.media)]})
    if isinstance(begun, Need) or not begun.replies:
        return begun
    first = replace(begun.replies[0], text=(say("media.kept", n=1), *begun.replies[0].text), settles=True)
    return replace(begun, replies=(first, *begun.replies[1:]))
