"""Attempts at what may not be allowed: each is a whole turn of the bot, in a savepoint that is undone afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.acts import NotAllowed, Tools
from bot.channels import Capabilities, Incoming
from bot.crossing import Crossing
from bot.directory import Directory
from bot.facts import Desk
from bot.replies import Writer, consent_shown
from bot.turn import Turns
from handlers import effects as e
from handlers.broadcast_facts import Reach
from handlers.facts import Facts, House
from handlers.route import Router
from handlers.talk import Event, Pressed, Said, State, Turn, reply
from handlers.texts import Texts
from models import chat as c
from models import person as p
from scheduler import daily_notice
from scheduler.desk import DeskPost
from scheduler.press import Press
from scheduler.preview import PreviewDesk
from tests.rights.world import NOON

CHANNELS = {"buttons": Capabilities("buttons", 4096, 1024, 8, True, True, True, 25, 1, 3)}
HOUSE = House(
    controller="Công đoàn", data_url="https://vd.vn/dl", public_url="https://vd.vn", bot_link="https://t.me/b"
)
TEXTS = Texts.load()
PRESS = Press(TEXTS, {name: row.text_limit for name, row in CHANNELS.items()}, HOUSE)
_NOTED = (
    select(p.audit.c.action, p.audit.c.unit_id, p.audit.c.person_id)
    .where(p.audit.c.id > bindparam("b_last"))
    .order_by(p.audit.c.id)
)
_BEFORE = select(
    func.coalesce(select(func.max(p.audit.c.id)).scalar_subquery(), 0).label("noted"),
    func.coalesce(func.max(c.outbox.c.id), 0).label("last"),
)
_SAID = (
    select(c.outbox.c.payload)
    .where(c.outbox.c.id > bindparam("b_last"), c.outbox.c.chat == bindparam("b_chat"))
    .order_by(c.outbox.c.id)
)


@dataclass(frozen=True, slots=True)
class Outcome:
    refused: str  # the key of the text that said so; "" where it was done
    said: tuple[str, ...]  # with the labels of its choices
    choices: tuple[str, ...]  # data of the buttons
    files: tuple[str, ...]  # as the outbox names them
    noted: tuple[tuple[str, int | None, int | None], ...]  # audit rows it left: action, unit, who


class Bot:
    """The bot over one connection. `effects`: what the next turn is made to do, in place of what the talk would."""

    def __init__(self) -> None:
        directory = Directory()
        desk = Desk(directory, lambda channel: HOUSE, TEXTS, language="vi")
        tools = Tools(
            directory,
            Writer(TEXTS, CHANNELS, "here"),
            _post_notice,
            PreviewDesk(PRESS),
            DeskPost(PRESS),
            consent_shown(TEXTS),
            (Reach("buttons", per_second=25),),
        )
        self._talk = Turns(desk, Router(TEXTS), tools)
        self._forged = Turns(desk, self._do, tools)
        self._effects: Sequence[e.Effect] = ()
        self._numbers = count(1)

    def _do(self, event: Event, state: State, facts: Facts) -> Turn:
        return Turn(replace(state, version=state.version + 1), (reply("xong"),), tuple(self._effects))

    def tries(self, conn: Connection, who: str, *effects: e.Effect, chat: str = "", undo: bool = True) -> Outcome:
        """A turn that would do this, whatever led to it."""
        self._effects = effects
        return self._attempt(conn, self._forged, who, Said("x"), chat, undo=undo)

    def says(self, conn: Connection, who: str, words: str, chat: str = "") -> Outcome:
        return self._attempt(conn, self._talk, who, Said(words), chat)

    def presses(self, conn: Connection, who: str, data: str) -> Outcome:
        return self._attempt(conn, self._talk, who, Pressed(data), "")

    def _attempt(
        self, conn: Connection, turns: Turns, who: str, event: Event, chat: str, *, undo: bool = True
    ) -> Outcome:
        place: dict[str, Any] = {"chat": chat or who, "is_group": bool(chat)}
        incoming = Incoming("buttons", f"u{next(self._numbers)}", who, event=event, **place)
        with undone(conn) if undo else nullcontext():
            before, refused = conn.execute(_BEFORE).one(), ""
            try:
                _play(conn, turns, incoming)
            except NotAllowed as told:
                refused = told.key
                turns.refuse(conn, incoming, NOON, told.key)
            said = conn.execute(_SAID, {"b_last": before.last, "b_chat": incoming.chat}).scalars().all()
            return Outcome(
                refused,
                tuple("\n".join([one["text"], *(label for label, *_ in one.get("choices", ()))]) for one in said),
                tuple(data for one in said for *_, data in one.get("choices", ())),
                tuple(str(file["ref"]) for one in said for file in one.get("media", ())),
                tuple(tuple(row) for row in conn.execute(_NOTED, {"b_last": before.noted})),
            )


def _play(conn: Connection, turns: Turns, incoming: Incoming) -> None:
    try:
        with conn.begin_nested():
            turns.play(conn, incoming, NOON, {}, True)
    except Crossing as crossing:
        with conn.begin_nested():
            turns.play(conn, incoming, NOON, {}, True, crossing.people)


@contextmanager
def undone(conn: Connection) -> Iterator[None]:
    savepoint = conn.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def _post_notice(conn: Connection, chat_id: int, now: datetime, person_id: int) -> Mapping[str, Any]:
    posted = daily_notice.post(conn, chat_id, now, PRESS, posted_by=person_id)
    if posted.why:
        raise NotAllowed(f"post.{posted.why}")
    return {}
