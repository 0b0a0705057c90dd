"""Between the filing page and the bot: who a browser is, what it was told, what it says, and how much of it is taken.

The page knows no storage and this no HTTP (`bot.web.filing_page`).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot import media
from bot.channels import Deliver, Incoming, Outgoing
from bot.channels.text import lay_out
from bot.channels.web import NAME, Filed, Place, Told, Trace, Visit, WebChannel
from bot.directory import Directory, by_code, like
from bot.media_types import suffix_of
from handlers.codes import spoken
from handlers.drafts import current, is_draft
from handlers.engine import draft_name
from handlers.forms.register import CONSENT_VERSION
from handlers.talk import Event, Media, State
from handlers.texts import Texts
from models.queries import marks, web
from models.queries.evidence import KEPT
from models.queries.rows import AnyRow
from models.store import Store

FORM_KEY = "form_key"
PICTURES = frozenset({"jpg", "png", "gif", "webp", "heic", "avif"})
OF_TURN = f"in:{NAME}:"  # what the dedupe key of an answer begins with


@dataclass(frozen=True, slots=True)
class Limits:
    """How much within an hour. A factory's phones may all share one address."""

    address: int = 3000  # things sent from one address
    browser: int = 120  # things sent by one browser
    starts: int = 600  # new browsers for one unit
    address_starts: int = 200  # new browsers from one address: well below a unit's, so that no phone shuts a unit out
    wrong: int = 60  # wrong receipt codes from one address
    searches: int = 600  # unit searches from one address


@dataclass(frozen=True, slots=True)
class Means:
    """What the door works with. `links` puts links in the place of a message's files."""

    store: Store
    texts: Texts
    clock: Callable[[], datetime]
    deliver: Deliver
    media_dir: Path
    links: Callable[[Outgoing], Awaitable[Outgoing]]
    limits: Limits = Limits()


class FilingDoor:
    def __init__(self, means: Means) -> None:
        self._m = means
        self._registry = Directory()
        self._key = b""

    async def key(self) -> bytes:
        """The secret that forms are signed with, the same for all processes and for ever."""
        if not self._key:
            self._key = bytes.fromhex(await self._m.store.write(marks.secret, FORM_KEY))
        return self._key

    # ------------------------------------------------------------ units

    async def unit(self, code: str) -> Place | None:
        """The unit of this code, or the one that took its place; None for one that is not there (any more)."""
        return await self._m.store.read(self._unit, code, self._m.clock())

    async def search(self, text: str) -> tuple[Place, ...]:
        """At most five units that the text may mean."""
        return await self._m.store.read(self._search, text, self._m.clock())

    def _unit(self, conn: Connection, code: str, now: datetime) -> Place | None:
        found = by_code(self._registry.refresh(conn, now), code)
        return Place(found.code, found.name, found.parent) if found else None

    def _search(self, conn: Connection, text: str, now: datetime) -> tuple[Place, ...]:
        snapshot = self._registry.refresh(conn, now)
        if text.isdecimal():
            found = by_code(snapshot, text)
            return (Place(found.code, found.name, found.parent),) if found else ()
        return tuple(Place(unit.code, unit.name, unit.parent) for unit in like(snapshot, text).units)

    # ------------------------------------------------------------ limits

    async def may_search(self, address: str) -> bool:
        return await self._within((f"q:{await self._hidden(address)}", self._m.limits.searches))

    async def may_say(self, cookie: str, address: str) -> bool:
        return await self._within(
            (f"s:{account_of(cookie)[:40]}", self._m.limits.browser),
            (f"a:{await self._hidden(address)}", self._m.limits.address),
        )

    async def may_start(self, cookie: str, unit: str, address: str) -> bool:
        await self._m.store.write(web.end_session, account_of(cookie), self._m.clock())
        return await self._within(
            (f"n:{await self._hidden(address)}", self._m.limits.address_starts),
            (f"u:{unit}", self._m.limits.starts),
        )

    async def _within(self, *most: tuple[str, int]) -> bool:
        return await self._m.store.write(_counted, most, self._m.clock())

    async def _hidden(self, address: str) -> str:
        """A name for an address that tells it to nobody and is another one tomorrow."""
        day = self._m.clock().date().isoformat()
        return hmac.new(await self.key(), f"{address}|{day}".encode(), hashlib.sha256).hexdigest()[:40]

    # ------------------------------------------------------------ the talk

    async def who(self, cookie: str) -> Visit:
        """Whether the browser is known, its person's language, and whether the person has agreed."""
        row = await self._row(cookie)
        return Visit(True, row.language, row.consented) if row is not None else Visit()

    async def visit(self, cookie: str) -> Visit:
        """What this browser sees now; with a receipt code if something was filed since the last one."""
        seen = await self._m.store.read(self._seen, account_of(cookie), self._m.clock())
        if seen is None:
            return Visit()
        row, rows, due = seen
        code = await self._m.store.write(_receipt, row.person_id, self._m.clock(), False) if due else ""
        newest = _newest_turn(rows)
        told = [await self._told(told) for told in rows]
        return Visit(True, row.language, row.consented, tuple(told[:newest]), tuple(told[newest:]), code)

    async def say(self, cookie: str, event: Event, key: str, language: str) -> None:
        """Hand in one thing the browser did; a repeat of the same `key` does nothing. Raises what the intake raises."""
        account = account_of(cookie)
        await self._m.deliver(
            Incoming(
                channel=NAME,
                external_id=f"{account[:24]}.{key}",
                account=account,
                chat=account,
                is_group=False,
                event=event,
                language=language,
            )
        )

    async def keep_photo(self, cookie: str, data: bytes, name: str, caption: str) -> Media | None:
        """Keep a photo for the person, who has agreed; None where it is no picture, or nobody has agreed."""
        row = await self._row(cookie)
        if row is None or not row.consented or suffix_of(data) not in PICTURES:
            return None
        kept = await asyncio.to_thread(media.write_file, self._m.media_dir / media.CAME, data)
        return Media("photo", f"{KEPT}{kept}", caption, name, len(data))

    async def drop_photo(self, photo: Media) -> None:
        """It could not be handed in."""
        await media.remove_files(self._m.media_dir, [photo.ref.removeprefix(KEPT)])

    async def new_receipt(self, cookie: str) -> str:
        """Another receipt code, for somebody who has agreed to the keeping of data; "" for others."""
        row = await self._row(cookie)
        if row is None or not row.consented:
            return ""
        return await self._m.store.write(_receipt, row.person_id, self._m.clock(), True)

    async def leave(self, cookie: str) -> None:
        """The browser forgets the person: the phone is somebody else's."""
        await self._m.store.write(web.leave, account_of(cookie))

    async def _row(self, cookie: str) -> AnyRow | None:
        return await self._m.store.read(web.session, account_of(cookie), CONSENT_VERSION, self._m.clock())

    def _seen(self, conn: Connection, account: str, now: datetime) -> tuple[AnyRow, list[AnyRow], bool] | None:
        row = web.session(conn, account, CONSENT_VERSION, now)
        if row is None:
            return None
        return row, web.talk(conn, row.chat, now), web.receipt_due(conn, row.person_id)

    async def _told(self, row: AnyRow) -> Told:
        out = lay_out(row.payload, WebChannel.capabilities, "")
        if out.media:
            out = await self._m.links(out)
        return Told(out.text, out.buttons)

    # ------------------------------------------------------------ receipts

    async def trace(self, code: str, address: str) -> Trace | str | None:
        """What a receipt code leads to; None for a wrong one, "busy" for a wrong one after too many from the address.

        A right code always opens: guessing among 30^12 finds none, and one prankster must not shut a factory out.
        """
        found = await self._m.store.read(self._trace, code)
        if found is not None:
            return found
        wrong, now = f"w:{await self._hidden(address)}", self._m.clock()
        if await self._m.store.read(web.so_far, wrong, now) >= self._m.limits.wrong:
            return "busy"
        await self._m.store.write(web.count, wrong, now)
        return None

    async def resume(self, code: str, cookie: str) -> bool:
        """This browser is the person's of the code from now on; False for a code that is no good."""
        return await self._m.store.write(_resume, code, account_of(cookie), self._m.clock())

    def _trace(self, conn: Connection, code: str) -> Trace | None:
        person_id = web.person_of(conn, code)
        if person_id is None:
            return None
        rows = web.filed(conn, person_id)
        listed = tuple(Filed(spoken(row.code), row.title, row.status, row.unit, row.filed_day) for row in rows)
        return Trace(listed, self._draft(conn, person_id), web.unit_of(conn, person_id))

    def _draft(self, conn: Connection, person_id: int) -> str:
        row = web.conversation_of(conn, person_id)
        state = current(State.from_json(row.state)) if row is not None else State()
        return self._m.texts.render(state.language, draft_name(state)) if is_draft(state) else ""

    # ------------------------------------------------------------ tidying

    async def tidy(self) -> None:
        """Counts of hours that are over."""
        await self._m.store.write(web.tidy_counts, self._m.clock())


def account_of(cookie: str) -> str:
    """The account that a cookie stands for: only this is stored."""
    return hashlib.sha256(f"{NAME}:{cookie}".encode()).hexdigest()


def _counted(conn: Connection, most: Sequence[tuple[str, int]], now: datetime) -> bool:
    """Count one of each, the narrower first; False at the first that is too many: those behind it are others', too."""
    return all(web.count(conn, name, now) <= limit for name, limit in most)


def _receipt(conn: Connection, person_id: int, now: datetime, anyway: bool) -> str:
    return web.make_receipt(conn, person_id, now) if anyway or web.receipt_due(conn, person_id) else ""


def _resume(conn: Connection, code: str, account: str, now: datetime) -> bool:
    person_id = web.person_of(conn, code)
    if person_id is None:
        return False
    row = web.session(conn, account, CONSENT_VERSION, now)
    if row is None or row.person_id != person_id:
        web.leave(conn, account)  # whoever sat at this browser before
        web.open_session(conn, account, person_id, now)
    return True


def _newest_turn(rows: list[Any]) -> int:
    """Where the newest answer begins; what came by itself since stands behind it."""
    answers = [row.dedupe.rpartition(":")[0] for row in rows if row.dedupe.startswith(OF_TURN)]
    if not answers:
        return 0
    return next(at for at, row in enumerate(rows) if row.dedupe.rpartition(":")[0] == answers[-1])
