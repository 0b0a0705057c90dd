"""A small union office for the tests of intake, facts and apply: two units, a campaign, named people, a platform."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.acts import PostNotice, Tools
from bot.channels import Capabilities, Incoming
from bot.directory import Directory
from bot.facts import Desk
from bot.intake import Intake
from bot.menus import ChatMenu
from bot.replies import Writer, consent_shown
from bot.turn import Route, Turns
from handlers.facts import Facts, House
from handlers.fold import fold
from handlers.talk import Event, Need, Said, State, Turn, reply
from handlers.texts import Texts
from models import chat as c
from models import initiative as i
from models import person as p
from models import unit as u
from models.queries.outbox import Claimed
from models.store import Store
from scheduler.desk import DeskPost
from scheduler.press import Press
from scheduler.preview import PreviewDesk

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # Friday, 12:00 in Hà Nội
WARD, SAO_MAI, SAO_VANG, OTHER_WARD = 1, 2, 3, 4
CAMPAIGN = 1
CHANNELS = {
    "buttons": Capabilities("buttons", 4096, 1024, 8, True, True, True, 25, 1, 3),
    "plain": Capabilities("plain", 2000, 2000, 0, False, False, True, 25, 1, 3),
}


PAGE = {"page": Capabilities("page", 4096, 1024, 8, False, False, False, 25, 1, 3, calls=False, vouches=False)}
"""Where whoever has a code may sit, and nobody is called to."""

HOUSE = House(controller="Công đoàn phường Từ Liêm", data_url="https://vd.vn/dl")


TEXTS = Texts.load()
PRESS = Press(TEXTS, {name: row.text_limit for name, row in CHANNELS.items()}, HOUSE)


def registry(conn: Connection) -> None:
    """Phường Từ Liêm with two companies, another ward, and the year's campaign of Từ Liêm."""
    rows = [
        (WARD, "48", "Công đoàn phường Từ Liêm", "P. Từ Liêm", None),
        (SAO_MAI, "4827", "Công ty May Sao Mai", "May Sao Mai", WARD),
        (SAO_VANG, "4831", "Công ty May Sao Vàng", "May Sao Vàng", WARD),
        (OTHER_WARD, "51", "Công đoàn phường Phú Diễn", "P. Phú Diễn", None),
    ]
    conn.execute(
        insert(u.unit),
        [
            {
                "id": id_,
                "code": code,
                "name": name,
                "short_name": short,
                "folded": fold(name),
                "type": "x",
                "parent_id": up,
            }
            for id_, code, name, short, up in rows
        ],
    )
    conn.execute(
        insert(u.campaign),
        {
            "id": CAMPAIGN,
            "code": "2026",
            "name": "Sáng kiến 2026",
            "unit_id": WARD,
            "opens": date(2026, 1, 1),
            "closes": date(2026, 12, 31),
            "applied_from": date(2026, 1, 1),
            "applied_to": date(2026, 12, 31),
        },
    )


def add_person(
    conn: Connection,
    account: str,
    name: str,
    *,
    unit_id: int | None = None,
    role: str = "",
    of: int | None = None,
    channel: str = "buttons",
) -> int:
    """Somebody who has talked with the bot before."""
    person_id: int = conn.execute(
        insert(p.person).returning(p.person.c.id), {"name": name, "unit_id": unit_id, "created_at": NOON}
    ).scalar_one()
    row = {"channel": channel, "external_id": account, "chat": account, "person_id": person_id, "last_seen": NOON}
    conn.execute(insert(p.account), row)
    state = State().to_json()
    conn.execute(insert(p.conversation), {"person_id": person_id, "state": state, "updated_at": NOON})
    if role:
        conn.execute(insert(p.role), {"person_id": person_id, "kind": role, "unit_id": of, "given_at": NOON})
    return person_id


class Office:
    """An intake over a store, with a clock to set and a platform that notes what it was asked to do."""

    def __init__(self, store: Store, route: Route, *, post_notice: PostNotice | None = None) -> None:
        self.store = store
        self.now = NOON
        self.acknowledged: list[str] = []
        self.sent_now: list[tuple[int, ...]] = []
        self.woken = 0
        self.removed: list[str] = []
        self.menus: list[ChatMenu] = []
        self.posted: list[int] = []
        self._ids = count(1)
        self._going: list[Awaitable[None]] = []
        directory = Directory()
        desk = Desk(directory, lambda channel: HOUSE, TEXTS, language="vi")
        writer, previews = Writer(TEXTS, CHANNELS | PAGE, "here"), PreviewDesk(PRESS)
        tools = Tools(
            directory, writer, post_notice or self._note_post, previews, DeskPost(PRESS), consent_shown(TEXTS)
        )
        self.intake = Intake(
            store=store,
            desk=desk,
            turns=Turns(desk, route, tools),
            clock=lambda: self.now,
            spawn=self._spawn,
            send_now=self._send_now,
            wake=self._wake,
            acknowledge=self._acknowledge,
            remove_files=self._remove,
            show_menus=self._show,
        )

    # -------------------------------------------------------- what the platform is asked

    def _spawn(self, going: Coroutine[Any, Any, None]) -> None:
        self._going.append(asyncio.ensure_future(going))

    async def _send_now(self, messages: Sequence[Claimed]) -> None:
        self.sent_now.append(tuple(message.id for message in messages))

    async def _show(self, menus: Sequence[ChatMenu]) -> None:
        self.menus += menus

    def _wake(self) -> None:
        self.woken += 1

    async def _acknowledge(self, channel: str, callback: str) -> None:
        self.acknowledged.append(f"{channel}:{callback}")

    async def _remove(self, names: Sequence[str]) -> None:
        self.removed.extend(names)

    def _note_post(self, conn: Connection, chat_id: int, now: datetime, person_id: int) -> Mapping[str, Any]:
        self.posted.append(chat_id)
        return {}

    async def settled(self) -> None:
        await asyncio.gather(*self._going)

    # -------------------------------------------------------- people

    async def deliver(self, incoming: Incoming) -> None:
        await self.intake.deliver(incoming)
        await self.settled()

    async def say(self, account: str, text: str, **also: Any) -> None:
        await self.event(account, Said(text), **also)

    async def event(self, account: str, event: Event, **also: Any) -> None:
        await self.deliver(update(next(self._ids), account, event, **also))

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    # -------------------------------------------------------- what is in the database

    def rows(self, table: Any) -> list[dict[str, Any]]:
        return self.store.read_now(
            lambda conn: [dict(r) for r in conn.execute(select(table).order_by(*table.primary_key)).mappings()]
        )

    def said(self, chat: str) -> list[str]:
        """What lies in the outbox for a chat, in order."""
        return [row["payload"]["text"] for row in self.rows(c.outbox) if row["chat"] == chat]

    def counts(self) -> dict[str, int]:
        """Rows of every table."""
        tables = (p.person, p.account, p.consent, p.conversation, p.request, p.audit, i.initiative, i.evidence)
        return {table.name: len(self.rows(table)) for table in (*tables, c.inbound, c.outbox, c.chat)}


def update(number: int, account: str, event: Event, **also: Any) -> Incoming:
    given = {"channel": "buttons", "chat": account, "is_group": False} | also
    return Incoming(external_id=f"u{number}", account=account, event=event, **given)


def echo(event: Event, state: State, facts: Facts) -> Turn | Need:
    """A route that repeats words, and counts turns in the state."""
    words = event.text if isinstance(event, Said) else type(event).__name__
    after = State(version=state.version + 1, form="echo", asked="words", language=state.language)
    return Turn(after, (reply(f"{state.version}: {words}"),))
