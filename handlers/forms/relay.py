"""Words that go to somebody else through the bot: a helper's to the person who asked, and back."""

from __future__ import annotations

from handlers.desk_effects import AnswerRequest, SayInTalk
from handlers.desk_facts import HelpRequest, RequestOf, Talk, TalkOf
from handlers.form import Answer, Ctx, Field, Finished, Form, Heard, Look, Miss, Taken
from handlers.talk import Choice, Reply, Say, reply, say

LONGEST = 1500  # characters: with a name before it, one message on every channel
_LEAVE = Choice("leave", say("choice.no"), 0)


def wrong(text: str) -> Say | None:
    """What is the matter with words for somebody else."""
    if not any(c.isalnum() for c in text):
        return say("relay.empty")
    return say("text.long", n=LONGEST) if len(text) > LONGEST else None


def _ask(ctx: Ctx) -> Reply:
    return reply(say("relay.ask", name=ctx.answers["to"] or say("preview.somebody")), choices=(_LEAVE,))


def _take(_: Ctx, heard: Heard) -> Taken:
    problem = wrong(heard.text)
    return Miss(reply(problem)) if problem else Answer(heard.text)


_text = Field("text", _ask, _take, free=True)


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
    done = reply(say(key, name=found.name or say("preview.somebody"), phone=found.phone or "–"))
    return Finished(done, (AnswerRequest(found.id, str(ctx.answers["text"])),))


def _said(ctx: Ctx) -> Finished | Look:
    query = TalkOf(int(ctx.answers["request"]))
    if query not in ctx.facts.answers:
        return Look((query,))
    found: Talk | None = ctx.facts.answers[query]
    if found is None or found.done:
        return Finished(reply(say("talk.over")))
    done = reply(say("relay.done", name=found.helper or say("preview.somebody")))
    return Finished(done, (SayInTalk(found.id, str(ctx.answers["text"])),))


TO_ASKER = Form("relay", (_text,), _answered)
TO_HELPER = Form("talk", (_text,), _said)
