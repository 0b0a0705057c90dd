"""A group's settings in plain words, one sentence for each part."""

from __future__ import annotations

from handlers.fold import shortened
from handlers.group_facts import GroupSettings
from handlers.kinds import FOR_GROUPS
from handlers.talk import Say, Words, say

NAME = 60  # characters of a group's name


def name(group: GroupSettings, most: int = NAME) -> Words:
    """What the group is called: by its title, else by its unit and kind."""
    if group.title:
        return shortened(group.title, most)
    return say("link.choice", unit=group.unit, kind=say(f"group.{group.kind}"))


def days(chosen: str) -> Words:
    """`T2–T6`, `T2, T4–CN`; "mọi ngày" for all seven."""
    if len(chosen) == 7:
        return say("settings.every_day")
    runs: list[list[str]] = []
    for day in sorted(chosen):
        if runs and int(day) == int(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return say("settings.list", items=tuple(part for run in runs for part in _run(run)))


def _run(run: list[str]) -> tuple[Words, ...]:
    named = tuple(say(f"settings.day.{day}") for day in run)
    return named if len(run) < 3 else (say("settings.span", first=named[0], last=named[-1]),)


def hour(group: GroupSettings) -> Say:
    return say("settings.said.hour", hour=group.hour, days=days(group.days))


def kinds(group: GroupSettings) -> Say:
    wanted = tuple(say(f"settings.kind.{kind}") for kind in FOR_GROUPS if group.wants(kind))
    return say("settings.said.kinds", kinds=wanted) if wanted else say("settings.said.no_kinds")


def order(group: GroupSettings) -> Say:
    return say(f"settings.said.order_{group.sorted_by}")


def picture(group: GroupSettings) -> Say:
    return say("settings.said.picture" if group.picture else "settings.said.no_picture")


def preview(group: GroupSettings) -> Say:
    return say("settings.said.preview" if group.preview or group.approval else "settings.said.no_preview")


def approval(group: GroupSettings) -> Say:
    return say("settings.said.approval" if group.approval else "settings.said.no_approval")


def quiet(group: GroupSettings) -> Say:
    if group.quiet_from == group.quiet_to:
        return say("settings.said.no_quiet")
    return say("settings.said.quiet", first=group.quiet_from, last=group.quiet_to)


def language(group: GroupSettings) -> Say:
    return say(f"settings.said.language_{group.language}")


def everything(group: GroupSettings) -> tuple[Words, ...]:
    """All settings, a line each."""
    parts = (hour, kinds, order, picture, preview, approval, quiet, language)
    return (say("settings.of", name=name(group)), *(part(group) for part in parts))
