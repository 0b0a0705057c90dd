"""One step of a form: state and event in, new state and replies out. What must be looked up is asked for by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.effects import AskForHelp, Effect
from handlers.facts import Facts
from handlers.fold import shortened
from handlers.form import Answer, Ask, Ctx, Field, Form, Heard, Leave, Look, Miss, Revisit
from handlers.hear import hear
from handlers.talk import Choice, Edited, Event, Media, Need, Odd, Reply, Say, Sent, State, Turn, Words, reply, say

LEAVING = Choice("leave", say("choice.leave"), 0)
WRITTEN = ("title", "body", "body_sofar")  # answers that are a person's own words


def start(form: Form, state: State, facts: Facts, answers: Mapping[str, Any], draft: str = "") -> Turn | Need:
    """Begin a form with what is known already, and ask its first question."""
    fresh = replace(_cleared(state), form=form.name, answers=dict(answers), draft=draft)
    return ask(form, fresh, facts)


def step(form: Form, state: State, event: Event, facts: Facts) -> Turn | Need:
    """Take the event as an answer to the present question, then ask the next one, or finish."""
    if state.card:  # what was offered belongs to the card, and this is not for the card
        state = replace(state, card="", offered=())
    field = standing(form, state, facts)
    if field is None:
        return ask(form, state, facts)
    if isinstance(event, Edited | Odd):
        note = reply(say("form.edited" if isinstance(event, Edited) else "form.odd"))
        return Turn(state, (note,)) if field.long else ask(form, state, facts, note=note)
    heard = hear(state, event)
    if isinstance(event, Sent):
        return _media(form, field, state, heard, facts)
    return _take(form, field, state, heard, facts)


def ask(
    form: Form, state: State, facts: Facts, note: Reply | None = None, effects: tuple[Effect, ...] = ()
) -> Turn | Need:
    """Ask the present question (again), perhaps after a note in the same message; with none left, finish."""
    field = present(form, state, facts)
    if field is None:
        return _finish(form, state, facts, effects, note)
    question = field.ask(Ctx(state, facts))
    if isinstance(question, Look):
        return Need(question.queries)
    asked = replace(state, asked=field.name, card="", version=state.version + 1, pending={})
    return Turn(asked, (_with_note(note, question),), effects)


def present(form: Form, state: State, facts: Facts) -> Field | None:
    """The field being changed, else the first one without an answer that has something to ask."""
    if state.revisiting and (field := form.field(state.revisiting)):
        return field
    ctx = Ctx(state, facts)
    return next((f for f in form.fields if not _settled(f, ctx) and not f.skip(ctx)), None)


def standing(form: Form, state: State, facts: Facts) -> Field | None:
    """The field that the next answer is for: the one that was asked, even if another has come before it since (a second
    campaign, a newer consent). None where a question must be asked first: nobody confirms what has a gap.
    """
    due = present(form, state, facts)
    asked = form.field(state.asked)
    if due is None or asked is None or asked is due or _settled(asked, Ctx(state, facts)):
        return due
    return asked if asked is not form.fields[-1] else None


def back(form: Form, state: State, facts: Facts) -> Turn | Need:
    """Ask the question before this one again; its old answer stands until it is replaced."""
    if state.pending and state.asked != "left":  # a question within the question, such as a list of proposals
        return ask(form, state, facts)
    field = present(form, state, facts)
    names = [f.name for f in form.fields]
    here = names.index(field.name) if field else len(names)
    earlier = [f.name for f in form.fields[:here] if f.name in state.answers and (f.free or f.name in state.given)]
    if not earlier:
        return ask(form, state, facts, note=reply(say("form.first")))
    return ask(form, replace(state, revisiting=earlier[-1]), facts)


def leave(form: Form, state: State, *, discard: bool = False) -> Turn:
    """Stop. What was written is kept where the form keeps drafts; the way back is named."""
    if discard:
        return Turn(_cleared(state), (reply(say("draft.discarded")),))
    if not form.keeps_draft:
        return Turn(_cleared(state), (form.left(state),))
    if not worth_keeping(state):
        return Turn(_cleared(state), (reply(say("form.left")),))
    kept = replace(state, asked="left", version=state.version + 1, pending={}, offered=(), revisiting="", misses=0)
    choices = (Choice("resume", say("draft.resume")), Choice("discard", say("draft.discard")))
    return Turn(kept, (reply(say("draft.left"), choices=choices),))


def has_words(state: State) -> bool:
    return any(state.answers.get(name) for name in WRITTEN)


def worth_keeping(state: State) -> bool:
    """Is there anything in the draft that would have to be written or sent again?"""
    return has_words(state) or bool(state.answers.get("media"))


def draft_name(state: State) -> Words:
    """How a draft is called when it is spoken of: by its first words, else by its photos."""
    words = next((str(state.answers[name]) for name in WRITTEN if state.answers.get(name)), "")
    return shortened(words, 40) if words else say("draft.photos", n=len(state.answers.get("media", ())))


def _settled(field: Field, ctx: Ctx) -> bool:
    return (field.name in ctx.answers and not field.stale(ctx)) or field.name in ctx.state.skipped


def _take(form: Form, field: Field, state: State, heard: Heard, facts: Facts) -> Turn | Need:
    if heard.key == LEAVING.key:
        return leave(form, state)
    taken = field.take(Ctx(state, facts), heard)
    match taken:
        case Look():
            return Need(taken.queries)
        case Answer():
            return ask(form, _answered(state, field, taken), facts, taken.note, taken.effects)
        case Ask():
            also = {**state.answers, **taken.also}
            held = replace(
                state, answers=also, pending=dict(taken.pending), asked=field.name, version=state.version + 1, misses=0
            )
            return Turn(held, (taken.reply,), taken.effects)
        case Revisit():
            return ask(form, replace(state, revisiting=taken.name, misses=0), facts)
        case Leave():
            return leave(form, state, discard=taken.discard)
        case Miss():
            return _missed(form, state, taken, facts)


def _answered(state: State, field: Field, taken: Answer) -> State:
    answers = {name: value for name, value in state.answers.items() if name not in taken.forget}
    answers |= {**taken.also, field.name: taken.value}
    skipped = set(state.skipped) - {field.name, *taken.also}
    if taken.value is None:
        del answers[field.name]
        skipped.add(field.name)
    given = tuple(dict.fromkeys((*state.given, field.name)))
    return replace(
        state, answers=answers, skipped=tuple(sorted(skipped)), given=given, revisiting="", pending={}, misses=0
    )


def _missed(form: Form, state: State, miss: Miss, facts: Facts) -> Turn | Need:
    """After a while away any word is a greeting: the question comes again. Missed twice: a person is offered."""
    if state.misses == 0 and facts.idle_minutes >= 30 and has_words(state):
        return ask(form, replace(state, misses=1), facts, note=reply(say("draft.resumed", title=draft_name(state))))
    # the version stays: the question and its buttons still stand
    return Turn(replace(state, misses=state.misses + 1), (reply(say("form.lost")) if state.misses else miss.reply,))


# ---------------------------------------------------------------- photos, files, voice


def _media(form: Form, field: Field, state: State, heard: Heard, facts: Facts) -> Turn | Need:
    """A photo or file is welcome at any step; a voice message goes to the support team to be typed."""
    if not facts.person.consented:
        return Turn(state, (reply(say("media.consent_first")),))
    media = heard.media
    if media is None or media.kind == "voice":
        return ask(form, state, facts, reply(say("media.voice")), (AskForHelp("voice", media),))
    attached = form.attach(Ctx(state, facts), media)
    if isinstance(attached, Say):  # not taken; the words with it may still be an answer
        if heard.text and (field.free or heard.key):
            return _behind(reply(attached), _take(form, field, state, heard, facts))
        return ask(form, state, facts, note=reply(attached))
    before = () if form.one_file else state.answers.get("media", ())
    rows = [*before, media_json(media)]
    kept = replace(state, answers={**state.answers, "media": rows})
    if heard.text and (field.free or heard.key):  # the caption is the answer
        return _with_effects(_take(form, field, kept, heard, facts), attached)
    if form.keeps_draft and any(c.isalpha() for c in heard.text):  # words nobody asked for belong to the description
        kept = replace(kept, answers={**kept.answers, **longer_body(kept.answers, heard.text)})
    return _settling(ask(form, kept, facts, note=reply(_kept(form, len(rows))), effects=attached))


def _kept(form: Form, number: int) -> Say:
    return say("media.kept_one") if form.one_file else say("media.kept", n=number)


def longer_body(answers: Mapping[str, Any], words: str) -> dict[str, str]:
    """The description with these words behind it."""
    name = "body" if answers.get("body") else "body_sofar"
    return {name: f"{answers.get(name, '')}\n{words}".strip()}


def _with_effects(turn: Turn | Need, effects: tuple[Effect, ...]) -> Turn | Need:
    return turn if isinstance(turn, Need) else replace(turn, effects=(*effects, *turn.effects))


def _behind(note: Reply, turn: Turn | Need) -> Turn | Need:
    return turn if isinstance(turn, Need) else replace(turn, replies=(note, *turn.replies))


def _settling(turn: Turn | Need) -> Turn | Need:
    if isinstance(turn, Need):
        return turn
    return replace(turn, replies=tuple(replace(r, settles=True) for r in turn.replies))


def media_json(media: Media) -> dict[str, Any]:
    return {"kind": media.kind, "ref": media.ref, "name": media.name, "channel": media.channel}


# ---------------------------------------------------------------- the end


def _finish(form: Form, state: State, facts: Facts, effects: tuple[Effect, ...], note: Reply | None) -> Turn | Need:
    done = form.finish(Ctx(state, facts))
    if isinstance(done, Look):
        return Need(done.queries)
    return Turn(_cleared(state), (_with_note(note, done.reply),), (*effects, *done.effects))


def _with_note(note: Reply | None, question: Reply) -> Reply:
    return question if note is None else replace(question, text=(*note.text, *question.text))


def _cleared(state: State) -> State:
    return State(version=state.version + 1, language=state.language, parked=state.parked)
