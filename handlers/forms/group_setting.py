"""A setting of a group that is typed: the hour, the days of the week, the quiet hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import settings_words
from handlers.effects import SetGroup
from handlers.form import Answer, Ctx, Field, Finished, Form, Heard, Miss, Taken
from handlers.parse import hours
from handlers.talk import Choice, Reply, reply, say

TYPED = ("hour", "days", "quiet")


def _field(name: str, read: Callable[[str], Any]) -> Field:
    def ask(_: Ctx) -> Reply:
        return reply(say(f"settings.ask.{name}"), choices=(Choice("leave", say("choice.leave"), 0),))

    def take(_: Ctx, heard: Heard) -> Taken:
        value = read(heard.text)
        return Miss(reply(say(f"settings.how.{name}"))) if value is None else Answer(value)

    return Field(name, ask, take, lambda ctx: ctx.answers.get("what") != name)


def _finish(ctx: Ctx) -> Finished:
    chat_id, what = int(ctx.answers["group"]), str(ctx.answers["what"])
    value = ctx.answers[what]
    match what:
        case "hour":
            return Finished(reply(say("hour.done", hour=value)), (SetGroup(chat_id, {"hour": value}),))
        case "days":
            done = say("settings.days_done", days=settings_words.days(value))
            return Finished(reply(done), (SetGroup(chat_id, {"days": value}),))
    first, last = value
    done = say("settings.said.quiet", first=first, last=last) if first != last else say("settings.said.no_quiet")
    return Finished(reply(say("settings.changed"), done), (SetGroup(chat_id, {"quiet_from": first, "quiet_to": last}),))


def _quiet(text: str) -> list[str] | None:
    found = hours.span(text)
    return list(found) if found else None


FORM = Form("group_setting", (_field("hour", hours.hour), _field("days", hours.days), _field("quiet", _quiet)), _finish)
