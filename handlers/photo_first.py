"""A photo, a file or a voice message before anything else was said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers import commands, drafts, engine
from handlers.codes import digits
from handlers.effects import AskForHelp
from handlers.facts import Facts
from handlers.fold import clean
from handlers.forms import story
from handlers.forms.every import FORMS
from handlers.talk import Need, Sent, State, Turn, Words, reply, say
from handlers.words import command


def begin(event: Sent, state: State, facts: Facts) -> Turn | Need:
    """A photo before anything else: it begins a filing, or goes to the draft that was left."""
    if event.media.kind == "voice":
        return Turn(state, (reply(say("media.voice")),), (AskForHelp("voice", event.media),))
    form = FORMS.get(state.form)
    if form:
        return engine.step(form, replace(state, asked="", pending={}), event, facts)
    words = _words_with(event, state)
    answers: dict[str, Any] = {"media": [engine.media_json(event.media)]}
    if len(words) < story.TITLE_MIN and not words[:1].isdecimal():  # too short for a title, and no unit's code
        answers |= engine.longer_body({}, words) if words else {}
    begun = commands.begin(words, state, facts, answers)
    if isinstance(begun, Turn) and begun.state.form:
        return _with_photo(begun)
    if isinstance(begun, Need) or not facts.campaigns:
        return begun
    anyway = commands.begin("", state, facts, answers)  # the code was wrong: the photo is kept all the same
    return anyway if isinstance(anyway, Need) else _with_photo(anyway, *begun.replies[0].text)


def _with_photo(begun: Turn, *before: Words) -> Turn:
    """The first question of a filing that a photo began, asked once for all the photos of an album."""
    question = begun.replies[0]
    first = replace(question, text=(*before, say("media.kept", n=1), *question.text), settles=True)
    return replace(begun, replies=(first, *begun.replies[1:]))


def _words_with(event: Sent, state: State) -> str:
    """What the photo is of: its caption, without `SK`, behind a sentence that is being asked about."""
    caption = clean(event.media.caption)
    found = command(caption)
    words = found.rest if found and found.name == "file" else "" if digits(caption) else caption
    asked_about = str(state.pending.get("title", "")) if state.asked == drafts.OFFER else ""
    return f"{asked_about}\n{words}".strip()
