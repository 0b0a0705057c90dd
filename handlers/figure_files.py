"""A file of figures sent in the chat: while SOCONG asks for rows, or with SOCONG written under it."""

from __future__ import annotations

from handlers import engine, portal_words
from handlers.facts import Facts
from handlers.fold import shortened
from handlers.form import Ctx
from handlers.forms import portal, portal_file
from handlers.talk import Need, Sent, State, Turn, reply, say
from handlers.words import command


def is_one(event: Sent, state: State) -> bool:
    found = command(event.media.caption)
    return event.media.kind != "voice" and (state.form == portal.FORM.name or bool(found and found.name == "portal"))


def take(event: Sent, state: State, facts: Facts) -> Turn | Need:
    """The file is read once this turn is stored; what it says then comes back as if it had been pasted."""
    if state.form != portal.FORM.name:
        found = command(event.media.caption)
        begun = portal_words.bring(found.rest if found else "", state, facts)
        if isinstance(begun, Need) or begun.state.form != portal.FORM.name or begun.effects:
            return begun
        state = begun.state
    if "place" not in state.answers:
        return engine.ask(portal.FORM, state, facts, note=reply(say("upload.place_first")))
    if event.media.kind != "file":
        return engine.ask(portal.FORM, state, facts, note=reply(say("upload.no_photo")))
    told = reply(say("upload.reading", name=shortened(event.media.name, 60)))
    return Turn(state, (told,), (portal_file.read(Ctx(state, facts), event.media),))
