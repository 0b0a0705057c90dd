"""What the bot understands in a group: commands only. No drafts, no filing; the group's language."""

from __future__ import annotations

from dataclasses import replace

from handlers import rights
from handlers.board_words import board_of, notice_of
from handlers.effects import LinkGroup, PostNotice, SetGroup
from handlers.facts import Facts, InviteByCode
from handlers.parse.hours import hour
from handlers.role_effects import WrongCode
from handlers.role_facts import MOST_WRONG, WrongCodes
from handlers.settings_cards import shown_in_group
from handlers.talk import Event, Joined, Need, Reply, Said, Started, State, Turn, Words, reply, say
from handlers.words import Command, command

_IN_PRIVATE = frozenset(
    {
        "file",
        "behalf",
        "mine",
        "details",
        "data",
        "invite",
        "line",
        "drive",
        "no_reminders",
        "reminders",
        "give",
        "roles",
        "audit",
    }
)


def step(event: Event, state: State, facts: Facts) -> Turn | Need:
    if isinstance(event, Joined):
        greeting = () if event.standing in ("left", "blocked") or facts.chat.kind else (reply(say("group.hello")),)
        return Turn(state, greeting)
    if isinstance(event, Started):
        return _link(event.payload, state, facts) if event.payload else Turn(state)
    heard = command(event.text) if isinstance(event, Said) else None
    return _run(heard, state, facts) if heard else Turn(state)


def _run(heard: Command, state: State, facts: Facts) -> Turn | Need:
    match heard.name:
        case "file" if heard.word == "nop":  # "nộp tiền quỹ nhé": ordinary talk
            return Turn(state)
        case name if name in _IN_PRIVATE:
            return _say(state, *_private(facts))
        case "board":
            return board_of(facts.chat.unit, state, facts) if facts.chat.unit else _say(state, _not_linked())
        case "notice":
            return notice_of(facts.chat.unit, state, facts) if facts.chat.unit else _say(state, _not_linked())
        case "why" if _may(rights.WHY, facts) and (not heard.rest or any(c.isdecimal() for c in heard.rest)):
            return _say(state, say("why.private"))  # "vì sao chị nghỉ?" is ordinary talk
        case "link":
            return _link(heard.rest, state, facts)
        case "post":
            return _post(state, facts)
        case "hour":
            return _hour(heard.rest, state, facts)
        case "settings":
            return _settings(state, facts)
        case "preview" | "remind" as name:
            right = rights.PREVIEW if name == "preview" else rights.REMIND
            return _say(state, say(f"{name}.in_private" if _may(right, facts) else "not_allowed"))
        case "vi" | "en":
            return _language(heard.name, state, facts)
        case "help" | "start":
            return _say(state, say("group.words"))
    return Turn(state)


def _may(act: str, facts: Facts) -> bool:
    """In the unit the group is linked to, and the campaign it has chosen; in a group that has no unit yet, whoever may
    do it anywhere.
    """
    roles, unit = facts.person.roles, facts.chat.unit
    return rights.may(roles, act, unit, facts.chat.campaign_id) if unit else rights.may_somewhere(roles, act)


def _say(state: State, *lines: Words) -> Turn:
    return Turn(state, (Reply(lines),))


def _not_linked() -> Words:
    return say("group.not_linked")


def _private(facts: Facts) -> tuple[Words, ...]:
    """Filing is for the private chat: other members need not read it."""
    link = facts.house.bot_link
    return (say("group.private_link", link=link),) if link else (say("group.private", bot=facts.house.bot_name),)


def _link(code: str, state: State, facts: Facts) -> Turn | Need:
    """GANNHOM and an officer's one-time code: this group gets the notices of that unit."""
    code = "".join(code.split()).upper()
    if not code:
        return _say(state, say("link.how"))
    query, tried = InviteByCode(code), WrongCodes()
    if query not in facts.answers or tried not in facts.answers:
        return Need((query, tried))
    if facts.answers[tried] >= MOST_WRONG:
        return _say(state, say("invite.too_many"))
    invite = facts.answers[query]
    if invite is None or invite.kind != "group" or invite.unit is None:
        return Turn(state, (reply(say("link.bad")),), (WrongCode(),))
    kind = say(f"group.{invite.group_kind}")
    done = [say("link.done", unit=invite.unit.name, kind=kind, hour=facts.chat.hour)]
    if facts.house.mention:  # said once, here: without it words in the group do not reach the bot
        done.append(say("link.mention", mention=facts.house.mention))
    return Turn(state, (reply(*done),), (LinkGroup(code),))


def _post(state: State, facts: Facts) -> Turn | Need:
    if not _may(rights.POST, facts):
        return _say(state, say("not_allowed"))
    if not facts.chat.unit:
        return _say(state, _not_linked())
    return Turn(state, (), (PostNotice(facts.chat.id),))


def _hour(rest: str, state: State, facts: Facts) -> Turn | Need:
    """GIO 17:30: when the daily notice comes."""
    if not _may(rights.GROUP, facts):
        return _say(state, say("not_allowed"))
    at = hour(rest)
    if at is None:
        return _say(state, say("hour.how", hour=facts.chat.hour))
    return Turn(state, (reply(say("hour.done", hour=at)),), (SetGroup(facts.chat.id, {"hour": at}),))


def _settings(state: State, facts: Facts) -> Turn | Need:
    """CAIDAT: shown here, changed in private."""
    if not _may(rights.GROUP, facts):
        return _say(state, say("not_allowed"))
    return shown_in_group(state, facts) if facts.chat.unit else _say(state, _not_linked())


def _language(language: str, state: State, facts: Facts) -> Turn | Need:
    if not _may(rights.GROUP, facts):
        return _say(state, say("not_allowed"))
    said = replace(state, language=language)
    return Turn(said, (reply(say("language.group_done")),), (SetGroup(facts.chat.id, {"language": language}),))
