"""Words that go to somebody else through the bot: a helper's to the person who asked, and back."""

from __future__ import annotations

from dataclasses import replace

from handlers import desk_words
from handlers.desk_effects import AnswerRequest, SayInTalk
from handlers.desk_facts import HelpRequest, RequestOf, Talk, TalkOf
from handlers.fold import shortened
from handlers.form import Answer, Ask, Ctx, Field, Finished, Form, Heard, Look, Miss, Taken
from handlers.talk import Card, Choice, Reply, Say, State, Words, reply, say

LONGEST = 1500  # characters: with a name before it, one message on every channel
SHORTEST_PHONE = 9  # characters
SHOWN = 150  # characters of what is about to be sent
_LEAVE = Choice("leave", say("choice.no"), 0)


def is_words(text: str) -> bool:
    """Is it for a person to read: words or a phone number, and no code of an initiative or a unit?"""
    bare = "".join(text.split())
    return any(c.isalpha() for c in text) or (bare.startswith(("0", "+")) and len(bare) >= SHORTEST_PHONE)


def wrong(text: str) -> Say | None:
    """What is the matter with words for somebody else."""
    if not any(c.isalnum() for c in text):
        return say("relay.empty")
    return say("text.long", n=LONGEST) if len(text) > LONGEST else None


def _to(ctx: Ctx) -> Words:
    return str(ctx.answers["to"]) or say("talk.team" if ctx.answers.get("team") else "preview.somebody")


def _ask(ctx: Ctx) -> Reply:
    return reply(say("relay.ask", name=_to(ctx)), choices=(_LEAVE,))


def _take(_: Ctx, heard: Heard) -> Taken:
    problem = wrong(heard.text)
    return Miss(reply(problem)) if problem else Answer(heard.text)


_text = Field("text", _ask, _take, free=True)


def _ask_sure(ctx: Ctx) -> Reply:
    words = shortened(str(ctx.answers["text"]), SHOWN)
    return reply(say("relay.sure", name=_to(ctx), text=words), choices=(Choice("send", say("relay.send")), _LEAVE))


def _take_sure(ctx: Ctx, heard: Heard) -> Taken:
    """Yes; or more of it, which goes with what was written before."""
    if heard.key == "send":
        return Answer(True)
    text = f"{ctx.answers['text']}\n{heard.text}"
    problem = wrong(heard.text) or wrong(text)
    if problem:
        return Miss(reply(problem))
    longer = replace(ctx, state=replace(ctx.state, answers={**ctx.answers, "text": text}))
    return Ask(_ask_sure(longer), also={"text": text})


def _goes_on(state: State, done: Say) -> Reply:
    """What became of it, and the request again: more words under it go the same way. A draft that waits comes first."""
    if state.parked:
        return reply(done)
    return reply(done, choices=desk_words.AFTER, card=Card(desk_words.REQUEST, str(state.answers["request"])))


def _not_sent(state: State) -> Reply:
    return _goes_on(state, say("relay.left"))


def _answered(ctx: Ctx) -> Finished | Look:
    """A helper's words. For whoever has blocked the bot they are kept, and the helper may find another way."""
    query = RequestOf(int(ctx.answers["request"]))
    if query not in ctx.facts.answers:
        return Look((query,))
    found: HelpRequest | None = ctx.facts.answers[query]
    if found is None or found.done:
        return Finished(reply(say("request.is_done")))
    if found.taken_by not in (None, ctx.facts.person.id):
        return Finished(reply(say("request.meanwhile")))
    key = "relay.done" if found.reachable else "relay.kept"
    done = say(key, name=found.name or say("preview.somebody"), phone=found.phone or "–")
    return Finished(_goes_on(ctx.state, done), (AnswerRequest(found.id, str(ctx.answers["text"])),))


def _said(ctx: Ctx) -> Finished | Look:
    query = TalkOf(int(ctx.answers["request"]))
    if query not in ctx.facts.answers:
        return Look((query,))
    found: Talk | None = ctx.facts.answers[query]
    if found is None or found.done:
        return Finished(reply(say("talk.over")))
    done = reply(say("relay.done", name=_to(ctx)))
    return Finished(done, (SayInTalk(found.id, str(ctx.answers["text"])),))


TO_ASKER = Form("relay", (_text,), _answered)
UNASKED = Form(  # typed under the request, before anything was asked
    "relay_sure", (Field("sure", _ask_sure, _take_sure, free=True),), _answered, left=_not_sent
)
TO_HELPER = Form("talk", (_text,), _said)
