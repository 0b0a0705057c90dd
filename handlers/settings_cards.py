"""CAIDAT: an officer sees and changes the settings of a linked group, each in at most two presses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from handlers import drafts, engine, rights, settings_words
from handlers.card import CLOSE, close, show
from handlers.effects import SetGroup, UnlinkGroup
from handlers.facts import Facts
from handlers.forms import group_setting
from handlers.group_facts import GroupSettings, LinkedGroups, SettingsOf
from handlers.kinds import FOR_GROUPS
from handlers.parse.hours import EVERY
from handlers.ranks import ORDERS
from handlers.talk import Card, Choice, Need, Reply, State, Turn, Words, reply, say

WORKDAYS = "12345"
ROOM = 4  # groups shown at once where there are more than five: the fifth choice leads on
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
_LOOK = {"picture": "p", "preview": "v", "approval": "a"}  # switches, and how the keys of their choices begin


def settings(state: State, facts: Facts) -> Turn | Need:
    """CAIDAT in private: which group? With one only, its settings at once."""
    return _list(0, state, facts)


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "more":
        return _list(int(page) + 1 if page.isdecimal() else 0, state, facts)
    return on_group(key[1:], "", state, facts) if key[:1] == "g" else close(state, facts)


def _list(page: int, state: State, facts: Facts) -> Turn | Need:
    query = LinkedGroups(rights.units_of(facts.person.roles, rights.GROUP))
    if query not in facts.answers:
        return Need((query,))
    rows: Sequence[GroupSettings] = facts.answers[query]
    if not rows:
        return Turn(state, (reply(say("post.no_group")),))
    if len(rows) == 1:
        return show(state, _menu(rows[0]))
    choices, page = paged(rows, page)
    return show(state, reply(say("settings.which"), choices=choices, card=Card("settings", str(page))))


def _name(group: GroupSettings) -> Words:
    return settings_words.name(group, 40)


def paged(
    rows: Sequence[GroupSettings], page: int, label: Callable[[GroupSettings], Words] = _name
) -> tuple[tuple[Choice, ...], int]:
    """Choices `g{chat}` for the groups of a page, and the page: beyond the last one is the first again."""
    room = 5 if len(rows) <= 5 else ROOM
    page = page if page * room < len(rows) else 0
    named = (Choice(f"g{g.chat_id}", label(g)) for g in rows[page * room : (page + 1) * room])
    more = (Choice("more", say("settings.more")),) if len(rows) > room else ()
    return (*named, *more, CLOSE), page


# ---------------------------------------------------------------- one group


def on_group(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """A choice of a group's cards: a part to look at, a value to set. The right is checked again when it is set."""
    query = SettingsOf(int(record) if record.isdecimal() else 0)
    if query not in facts.answers:
        return Need((query,))
    group: GroupSettings | None = facts.answers[query]
    if group is None:
        return close(state, facts, say("settings.gone"))
    if key in _PARTS:
        return show(state, _PARTS[key](group))
    if key in group_setting.TYPED:
        return engine.start(group_setting.FORM, drafts.park(state), facts, {"group": group.chat_id, "what": key})
    if key == "gone":
        done = close(state, facts, say("settings.unlinked", name=settings_words.name(group)))
        return replace(done, effects=(UnlinkGroup(group.chat_id),)) if isinstance(done, Turn) else done
    change = _change(group, key)
    return _changed(group, change, key[0], state) if change else show(state, _menu(group))


def _change(group: GroupSettings, key: str) -> dict[str, Any]:
    """What the key of a choice sets: its first letter says which part, the rest the value."""
    part, value = key[:1], key[1:]
    switch = next((name for name, letter in _LOOK.items() if letter == part), None)
    if switch and value in ("0", "1"):
        return {switch: value == "1"}
    if part == "k" and value[1:] in FOR_GROUPS:
        return {"kinds": {**group.kinds, value[1:]: value[0] == "1"}}
    if part == "s" and value in ORDERS:
        return {"sorted_by": value}
    if part == "d" and value in (WORKDAYS, EVERY):
        return {"days": value}
    return {"language": value} if part == "l" and value in LANGUAGES else {}


def _changed(group: GroupSettings, change: dict[str, Any], part: str, state: State) -> Turn:
    """Said back with what holds now; the part stays open."""
    shown = _PARTS[{"d": "when", "k": "kinds", "s": "order", "l": "other"}.get(part, "look")](replace(group, **change))
    done = replace(shown, text=(say("settings.changed"), *shown.text))
    return Turn(state, (done,), (SetGroup(group.chat_id, change),))


def _card(group: GroupSettings, lines: tuple[Words, ...], *choices: Choice) -> Reply:
    return reply(*lines, choices=(*choices, CLOSE), card=Card("group", str(group.chat_id)))


def _menu(group: GroupSettings) -> Reply:
    lines = (
        say("settings.of", name=settings_words.name(group)),
        settings_words.hour(group),
        settings_words.kinds(group),
    )
    parts = ("when", "kinds", "order", "look", "other")
    return _card(group, lines, *(Choice(part, say(f"settings.part.{part}")) for part in parts))


def _when(group: GroupSettings) -> Reply:
    return _card(
        group,
        (settings_words.hour(group),),
        Choice("hour", say("settings.set.hour")),
        Choice(f"d{WORKDAYS}", settings_words.days(WORKDAYS)),
        Choice(f"d{EVERY}", settings_words.days(EVERY)),
        Choice("days", say("settings.set.days")),
    )


def _kinds(group: GroupSettings) -> Reply:
    choices = (
        Choice(f"k{int(not group.wants(kind))}{kind}", _switch(say(f"settings.kind.{kind}"), on=group.wants(kind)))
        for kind in FOR_GROUPS
    )
    return _card(group, (settings_words.kinds(group), say("settings.switch")), *choices)


def _order(group: GroupSettings) -> Reply:
    choices = (Choice(f"s{order}", say(f"settings.order.{order}")) for order in ORDERS)
    return _card(group, (settings_words.order(group),), *choices)


def _look(group: GroupSettings) -> Reply:
    said = (settings_words.picture(group), settings_words.preview(group), settings_words.approval(group))
    shown = ("picture", "approval") if group.approval else ("picture", "preview", "approval")  # one implies the other
    return _card(group, (*said, say("settings.switch")), *(_look_choice(group, name) for name in shown))


def _look_choice(group: GroupSettings, name: str) -> Choice:
    on = bool(getattr(group, name))
    return Choice(f"{_LOOK[name]}{int(not on)}", _switch(say(f"settings.set.{name}"), on=on))


def _switch(what: Words, *, on: bool) -> Words:
    return say("settings.on" if on else "settings.off", what=what)


def _other(group: GroupSettings) -> Reply:
    said = (settings_words.quiet(group), settings_words.language(group))
    languages = (Choice(f"l{code}", name) for code, name in LANGUAGES.items() if code != group.language)
    quiet, gone = Choice("quiet", say("settings.set.quiet")), Choice("unlink", say("settings.set.unlink"))
    return _card(group, said, quiet, *languages, gone)


def _unlink(group: GroupSettings) -> Reply:
    """Said plainly what stops, done only after a yes."""
    lines = (say("settings.unlink", name=settings_words.name(group)),)
    return _card(group, lines, Choice("gone", say("settings.unlink_yes")))


_PARTS: dict[str, Callable[[GroupSettings], Reply]] = {
    "": _menu,
    "when": _when,
    "kinds": _kinds,
    "order": _order,
    "look": _look,
    "other": _other,
    "unlink": _unlink,
}


# ---------------------------------------------------------------- in the group


def shown_in_group(state: State, facts: Facts) -> Turn | Need:
    """CAIDAT in a linked group: the present settings, and where they are changed."""
    query = SettingsOf(facts.chat.id)
    if query not in facts.answers:
        return Need((query,))
    group: GroupSettings | None = facts.answers[query]
    lines = settings_words.everything(group) if group is not None else ()
    return Turn(state, (reply(*lines, say("settings.in_private")),))
