"""A form is data: a tuple of fields, asked in order; the next question is the first field without an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.effects import Effect
from handlers.facts import Facts, Query
from handlers.talk import Media, Reply, Say, State, reply, say


@dataclass(frozen=True, slots=True)
class Ctx:
    """What a field may look at."""

    state: State
    facts: Facts

    @property
    def answers(self) -> Mapping[str, Any]:
        return self.state.answers

    @property
    def pending(self) -> Mapping[str, Any]:
        return self.state.pending


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood of an event: one of a choice's key, a text, a file (with its caption as text)."""

    text: str = ""
    key: str = ""
    media: Media | None = None


# ---------------------------------------------------------------- what a field may do with what it heard


@dataclass(frozen=True, slots=True)
class Answer:
    """The field is answered. `also` answers other fields on the way; a value of None marks the field as skipped."""

    value: Any
    effects: tuple[Effect, ...] = ()
    also: Mapping[str, Any] = field(default_factory=dict)
    note: Reply | None = None  # said in front of the next question, in the same message
    forget: tuple[str, ...] = ()  # answers that no longer stand


@dataclass(frozen=True, slots=True)
class Ask:
    """Another question within the same field (a confirmation, proposals); `pending` is kept until it is answered."""

    reply: Reply
    pending: Mapping[str, Any] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Miss:
    """Not understood: `reply` says what is wrong and how to say it. The second time in a row a person is offered."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Revisit:
    """Go to another field; its old answer stands until it is replaced."""

    name: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Stop here and keep what was written, or (`discard`) throw it away."""

    discard: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Something must be looked up first: the same call comes again with the answers."""

    queries: tuple[Query, ...]


Taken = Answer | Ask | Miss | Revisit | Leave | Look


def never(_: Ctx) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `ask` words it, `take` understands the answer, `skip` says when there is nothing to ask."""

    name: str
    ask: Callable[[Ctx], Reply | Look]
    take: Callable[[Ctx, Heard], Taken]
    skip: Callable[[Ctx], bool] = never
    free: bool = False  # takes any text: command words that need more than one word do not count here
    long: bool = False  # a long question is not repeated under a remark: it still stands
    stale: Callable[[Ctx], bool] = never  # an answer given earlier that no longer counts


@dataclass(frozen=True, slots=True)
class Finished:
    """What a completed form says and does."""

    reply: Reply
    effects: tuple[Effect, ...] = ()


def no_files(_: Ctx, __: Media) -> Say:
    return say("media.not_here")


def stopped(_: State) -> Reply:
    return reply(say("form.stopped"))


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    fields: tuple[Field, ...]
    finish: Callable[[Ctx], Finished | Look]
    left: Callable[[State], Reply] = stopped  # said when it is left and keeps nothing
    one_file: bool = False  # another one takes its place
    keeps_draft: bool = False  # leaving keeps what was written, to go on days later
    attach: Callable[[Ctx, Media], tuple[Effect, ...] | Say] = no_files  # a file: effects at once, or why not

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)
