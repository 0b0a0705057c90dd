"""People and groups on both Zalo platforms, as they use their phones; who cannot be written to any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, insert

from bot.channels.zalo_oa_out import GROUP
from handlers.forms.register import CONSENT_VERSION
from models.chat import chat
from models.person import account, person
from models.queries import people, registry
from models.store import Store
from tests.faults.workers import PATIENCE, Worker
from tests.servers.zalo_bot import ZaloBotServer
from tests.servers.zalo_oa import ZaloOaServer
from tests.servers.zalo_oa_world import DAY

Json = dict[str, Any]

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
BODY = "truoc hay"  # how the workers' longest message begins; some send it under a picture
NOT_FETCHED = "không tải được"
BEGAN = "Bắt đầu"
CS, GMF = "/v3.0/oa/message/cs", "/v3.0/oa/group/message"
SENDS = (CS, GMF)
SILENT, REFUSED = 9_000, 9_500  # ids from which people have not written for a week, or cannot be written to


def not_answered(kind: str) -> bool:
    """Does this fault take a message and not answer for it? Where it answers late, a kill may come first."""
    return kind == "slow" or kind.endswith("-after")


class BotPlatform(ZaloBotServer):
    """Takes down when it took each message, and how often it did not say so in time."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[float] = []
        self.unanswered = 0

    def _fault(self, method: str) -> str:
        kind = super()._fault(method)
        self.unanswered += not_answered(kind)
        return kind

    def post(self, chat: str, message: Json) -> Json:
        sent = super().post(chat, message)
        self.taken.append(time.monotonic())
        return sent


class OaPlatform(ZaloOaServer):
    """Takes down when it took each message, and how often it did not say so in time."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[float] = []
        self.unanswered = 0

    def may_fail(self, path: str, *kinds: str) -> None:
        """As `fail`, unless faults are left from before: what has waited meets one, not all there are."""
        if not self._planned.get(path):
            self.fail(path, *kinds)

    def _fault(self, path: str) -> str:
        kind = super()._fault(path)
        self.unanswered += path in SENDS and not_answered(kind)
        return kind

    def _keep(self, chat: str, kept: Json) -> Json:
        self.taken.append(time.monotonic())
        return super()._keep(chat, kept)


# ---------------------------------------------------------------- people


class Phones(Protocol):
    """What the people of a platform do with their phones, whatever the platform."""

    def type(self, user: int, text: str) -> None: ...
    def photograph(self, user: int, words: str, *, dies: bool) -> None: ...
    def press(self, user: int, message: Json, data: str) -> None: ...
    def all_sent(self, user: int) -> list[Json]: ...


class BotPhones:
    """No buttons: who would press one types what stands on it."""

    def __init__(self, server: BotPlatform) -> None:
        self.server = server

    def type(self, user: int, text: str) -> None:
        self.server.user(str(user), f"Lan {user}")
        self.server.say(str(user), text)

    def photograph(self, user: int, words: str, *, dies: bool) -> None:
        known = set(self.server.pictures)
        self.server.photo(str(user), picture_of(user), words)
        if dies:
            self.server.expired |= set(self.server.pictures) - known

    def press(self, user: int, _message: Json, data: str) -> None:
        self.type(user, data)

    def all_sent(self, user: int) -> list[Json]:
        return self.server.sent(str(user))


class OaPhones:
    def __init__(self, server: OaPlatform) -> None:
        self.server = server

    def type(self, user: int, text: str) -> None:
        self.server.say(oa_id(user), text)

    def photograph(self, user: int, words: str, *, dies: bool) -> None:
        known = set(self.server.files)
        self.server.photo(oa_id(user), picture_of(user), words)
        if dies:
            self.server.expired |= set(self.server.files) - known

    def press(self, user: int, message: Json, data: str) -> None:
        self.server.press(oa_id(user), message, data)

    def all_sent(self, user: int) -> list[Json]:
        return self.server.sent(oa_id(user))


class Played:
    """A platform as `Worker` knows one. Every fifth sends a picture; every tenth's address dies at once."""

    def __init__(self, phones: Phones) -> None:
        self.phones = phones

    def say(self, user: int, text: str) -> None:
        if text.startswith(BODY) and pictures(user):
            self.phones.photograph(user, text, dies=not pictures_kept(user))
        else:
            self.phones.type(user, text)

    def press(self, user: int, message: Json, data: str) -> None:
        self.phones.press(user, message, data)

    def sent(self, chat: int) -> list[Json]:
        """Without the news that a picture could not be fetched, where that is a message of its own."""
        sent = self.phones.all_sent(chat)
        return [one for one in sent if NOT_FETCHED not in one["text"] or BEGAN in one["text"]]

    async def wait_sent(self, chat: int, count: int, timeout: float) -> list[Json]:
        async with asyncio.timeout(timeout):
            while len(self.sent(chat)) < count:
                await asyncio.sleep(0.05)
        return self.sent(chat)


def pictures(user: int) -> bool:
    return user % 5 == 0


def pictures_kept(user: int) -> bool:
    return user % 10 == 5


def picture_of(user: int) -> bytes:
    return JPEG + f"ghi {user}".encode() * 20


def oa_id(user: int) -> str:
    return f"2468{user:014d}"


class Officer(Worker):
    """Somebody who talks with the bot in her own way, and gets other messages in between."""

    async def says(self, text: str, expected: str) -> str:
        self.server.say(self.id, text)
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in self.server.sent(self.id)[self._read :]:
                    self._read += 1
                    if expected in message["text"]:
                        return str(message["text"])
                await asyncio.sleep(0.02)


# ---------------------------------------------------------------- who cannot be written to


@dataclass(frozen=True)
class Unreachable:
    """People who filed weeks ago. `silent`: not a word for more than a week, as the bot knows. `refused`: the platform
    takes nothing to them, which the bot finds out.
    """

    silent: int
    refused: int  # of the Official Account; one more has left the Zalo bot

    def settle(self, store: Store, bot: BotPlatform, oa: OaPlatform, now: datetime) -> None:
        for number in range(self.silent):
            oa.interacts(oa.user(oa_id(SILENT + number)), 9 * DAY)
        for number in range(self.refused):  # the platform counts otherwise, or they have left
            oa.interacts(oa.user(oa_id(REFUSED + number)), 8 * DAY)
        oa.why_not[oa_id(REFUSED)] = -213
        bot.gone.add(str(REFUSED))
        store.write_now(self._settle, now)

    def _settle(self, conn: Connection, now: datetime) -> None:
        for number in range(self.silent):
            add(conn, "zalo_oa", oa_id(SILENT + number), now - timedelta(days=9))
        for number in range(self.refused):
            add(conn, "zalo_oa", oa_id(REFUSED + number), now - timedelta(days=2))
        add(conn, "zalo_bot", str(REFUSED), now - timedelta(days=2))


def add(conn: Connection, channel: str, user: str, seen: datetime) -> None:
    """Somebody of May Sao Mai who agreed to be written to."""
    unit = registry.unit_by_code(conn, "4827")
    assert unit is not None
    made = {"name": f"Minh {user}", "unit_id": unit.id, "created_at": seen}
    person_id = int(conn.execute(insert(person).returning(person.c.id), made).scalar_one())
    known = {"channel": channel, "external_id": user, "chat": user, "person_id": person_id, "last_seen": seen}
    conn.execute(insert(account), known)
    people.give_consent(conn, person_id, version=CONSENT_VERSION, text="đồng ý", channel=channel, at=seen)


# ---------------------------------------------------------------- groups


def groups(count: int) -> list[tuple[str, str]]:
    """Channel and id there, in turn of each platform."""
    both = ("zalo_bot", "g7f{:02x}"), ("zalo_oa", GROUP + "f414c8f76fa586fb{:04x}")
    return [(channel, name.format(number)) for number in range(count // 2) for channel, name in both]


def link_groups(store: Store, bot: BotPlatform, oa: OaPlatform, count: int, now: datetime) -> None:
    """Of officers and of members; their hour is five in the afternoon."""
    for channel, name in groups(count):
        if channel == "zalo_bot":
            bot.met[bot.group(name, "15 chủ tịch CĐCS")] = None
        else:
            oa.group(name.removeprefix(GROUP), "15 chủ tịch CĐCS")
    store.write_now(lambda conn: conn.execute(insert(chat), list(_linked(conn, count, now))))


def _linked(conn: Connection, count: int, now: datetime) -> Iterator[Mapping[str, Any]]:
    unit = registry.unit_by_code(conn, "48")
    assert unit is not None
    for number, (channel, name) in enumerate(groups(count)):
        values = {"channel": channel, "external_id": name, "unit_id": unit.id, "title": f"Nhóm {number}"}
        yield values | {"kind": "members" if number % 3 else "officers", "linked_at": now, "hour": "17:00"}
