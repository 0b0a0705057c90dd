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
from handlers.talk import Choice, Edited, Event, Media, Need, Odd, Reply, Sent, State, Turn, reply, say

LEAVING = Choice("leave", say("choice.leave"), 0)


def start(form: Form, state: State, facts: Facts, answers: Mapping[str, Any], draft: str = "") -> Turn | Need:
    """Begin a form with what is known already, and ask its first question."""
    fresh = replace(_cleared(state), form=form.name, answers=dict(answers), draft=draft)
    return ask(form, fresh, facts)


def step(form: Form, state: State, event: Event, facts: Facts) -> Turn | Need:
    """Take the event as an answer to the present question, then ask the next one, or finish."""
    field = present(form, state, facts)
    if field is None:
        return _finish(form, state, facts, (), None)
    if isinstance(event, Edited | Odd):
        note = reply(say("form.edited" if isinstance(event, Edited) else "form.odd"))
        # the request for consent is long: it is not repeated, and still stands
        return ask(form, state, facts, note=note) if field.photos else Turn(state, (note,))
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
    asked = replace(state, asked=field.name, version=state.version + 1, pending={})
    return Turn(asked, (_with_note(note, question),), effects)


def present(form: Form, state: State, facts: Facts) -> Field | None:
    """The field being changed, else the first one without an answer that has something to ask."""
    if state.revisiting and (field := form.field(state.revisiting)):
        return field
    ctx = Ctx(state, facts)
    return next((f for f in form.fields if not _settled(f, state) and not f.skip(ctx)), None)


def back(form: Form, state: State, facts: Facts) -> Turn | Need:
    """Ask the question before this one again; its old answer stands until it is replaced."""
    field = present(form, state, facts)
    names = [f.name for f in form.fields]
    here = names.index(field.name) if field else len(names)
    earlier = [name for name in names[:here] if name in state.answers and name in state.given]
    if not earlier:
        return ask(form, state, facts, note=reply(say("form.first")))
    return ask(form, replace(state, revisiting=earlier[-1]), facts)


def leave(form: Form, state: State, *, discard: bool = False) -> Turn:
    """Stop. What was written is kept where the form keeps drafts; the way back is named."""
    if form.keeps_draft and not discard and has_words(state):
        kept = replace(state, asked="left", version=state.version + 1, pending={}, offered=(), revisiting="", misses=0)
        choices = (Choice("resume", say("draft.resume")), Choice("discard", say("draft.discard")))
        return Turn(kept, (reply(say("draft.left"), choices=choices),))
    key = "draft.discarded" if discard else "form.left"
    return Turn(_cleared(state), (reply(say(key)),))


def has_words(state: State) -> bool:
    """Is there anything in the draft worth keeping?"""
    return bool(state.answers.get("title") or state.answers.get("body"))


def _settled(field: Field, state: State) -> bool:
    return field.name in state.answers or field.name in state.skipped


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
                state, answers=also, pending=dict(taken.pending), asked=field.name, version=state.version + 1
            )
            return Turn(replace(held, misses=0), (taken.reply,), taken.effects)
        case Revisit():
            return ask(form, replace(state, revisiting=taken.name, misses=0), facts)
        case Leave():
            return leave(form, state, discard=taken.discard)
        case Miss():
            return _missed(form, state, taken, facts)


def _answered(state: State, field: Field, taken: Answer) -> State:
    answers = {**state.answers, **taken.also, field.name: taken.value}
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
        return ask(form, replace(state, misses=1), facts, note=reply(say("draft.resumed", title=short_title(state))))
    # the version stays: the question and its buttons still stand
    return Turn(replace(state, misses=state.misses + 1), (reply(say("form.lost")) if state.misses else miss.reply,))


def short_title(state: State) -> str:
    return shortened(str(state.answers.get("title") or state.answers.get("body") or ""), 40)


def _media(form: Form, field: Field, state: State, heard: Heard, facts: Facts) -> Turn | Need:
    """A photo or file is welcome at any step; a voice message goes to the support team to be typed."""
    if not facts.person.consented and "consent" not in state.answers:
        return Turn(state, (reply(say("media.consent_first")),))
    if not field.photos:
        return ask(form, state, facts, note=reply(say("media.not_here")))
    media = heard.media
    if media is None or media.kind == "voice":
        return ask(form, state, facts, reply(say("media.voice")), (AskForHelp("voice", media),))
    rows = [*state.answers.get("media", []), media_json(media)]
    kept = replace(state, answers={**state.answers, "media": rows})
    if heard.text and (field.free or heard.key):  # the caption is the answer
        return _take(form, field, kept, heard, facts)
    if heard.text:  # words nobody asked for here belong to the description
        kept = replace(kept, answers={**kept.answers, **_longer_body(kept, heard.text)})
    return _settling(ask(form, kept, facts, note=reply(say("media.kept", n=len(rows)))))


def _longer_body(state: State, words: str) -> dict[str, str]:
    name = "body" if state.answers.get("body") else "body_sofar"
    return {name: f"{state.answers.get(name, '')}\n{words}".strip()}


def _settling(turn: Turn | Need) -> Turn | Need:
    if isinstance(turn, Need):
        return turn
    return replace(turn, replies=tuple(replace(r, settles=True) for r in turn.replies))


def media_json(media: Media) -> dict[str, Any]:
    return {"kind": media.kind, "ref": media.ref, "name": media.name}


def _finish(form: Form, state: State, facts: Facts, effects: tuple[Effect, ...], note: Reply | None) -> Turn | Need:
    done = form.finish(Ctx(state, facts))
    if isinstance(done, Look):
        return Need(done.queries)
    return Turn(_cleared(state), (_with_note(note, done.reply),), (*effects, *done.effects))


def _with_note(note: Reply | None, question: Reply) -> Reply:
    return question if note is None else replace(question, text=(*note.text, *question.text))


def _cleared(state: State) -> State:
    return State(version=state.version + 1, language=state.language, parked=state.parked)
