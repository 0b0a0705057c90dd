"""What a person may type, by what it is for: the lists that GIUP shows, and the menus of channels that have some.

All of it and nothing else: a word that one's roles do not allow anywhere is in none of them (`handlers.access`).
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.access import WORDS
from handlers.facts import Role
from handlers.rights import may_somewhere
from handlers.talk import Reply, Say, reply, say
from handlers.texts import Texts
from handlers.words import COMMANDS

Sections = tuple[tuple[str, tuple[str, ...]], ...]

FOR_ALL: Sections = (
    ("file", ("file", "behalf", "mine", "details")),
    ("results", ("board", "notice", "bulletin", "loudspeaker")),
    ("me", ("data", "correct", "erase", "unconsent", "no_reminders", "reminders")),
    ("talk", ("help", "language", "vi", "en", "invite", "join")),
)
BY_ROLE: Sections = (
    ("people", ("requests", "untold")),
    ("figures", ("detail", "why", "morning", "workbook", "portal")),
    ("notices", ("preview", "post", "unsent", "line", "posters", "link", "settings")),
    ("campaign", ("drive", "remind")),
    ("roles", ("give", "roles", "audit")),
)
BESIDE = ("file", "mine", "details", "board", "notice", "help", "language", "data")  # of a menu, what all use
SPELT = {name: word for word, name in reversed(COMMANDS.items())}  # a command's own word: the first of them


def lists(roles: Sequence[Role]) -> tuple[Reply, ...]:
    """What everybody may type, then, in a message of its own, what these roles allow beside."""
    common = (_section(name, commands) for name, commands in FOR_ALL)
    allowed = ((name, _allowed(commands, roles)) for name, commands in BY_ROLE)
    own = tuple(_section(name, commands) for name, commands in allowed if commands)
    return (reply(*common, say("help.stop")), *((reply(say("help.role"), *own),) if own else ()))


def beside(roles: Sequence[Role]) -> tuple[str, ...]:
    """The commands of a menu that is shown to somebody with these roles; none where it is the menu of everybody."""
    own = tuple(command for _, commands in BY_ROLE for command in _allowed(commands, roles))
    return (*BESIDE, *own) if own else ()


def _allowed(commands: Sequence[str], roles: Sequence[Role]) -> tuple[str, ...]:
    return tuple(command for command in commands if may_somewhere(roles, WORDS[command]))


def _section(name: str, commands: Sequence[str]) -> Say:
    words = tuple(say("help.word", word=SPELT[command].upper(), what=say(f"word.{command}")) for command in commands)
    return say(f"help.section.{name}", words=words)


def lines(texts: Texts, language: str, commands: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Word and description of each command, as a channel's menu shows them."""
    told = ((SPELT[command], texts.render(language, say(f"word.{command}"))) for command in commands)
    return tuple((word, what[:1].upper() + what[1:]) for word, what in told)
