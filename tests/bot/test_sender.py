"""The sender against a channel that plays each fault, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, func, select

from bot.channels import (
    Capabilities,
    Channel,
    Gone,
    Moved,
    NotNow,
    Outgoing,
    RateLimited,
    Rejected,
    SendError,
    Sent,
    Temporary,
    Unauthorized,
    Unsure,
)
from bot.lane import Lane
from bot.sender import Sender, as_it_is
from handlers.talk import Media
from models.chat import chat
from models.chat import outbox as table
from models.person import account, person
from models.queries import claiming, lease, outbox
from models.queries.outbox import BULK, NOTICE, NewMessage
from models.store import Store
from scheduler.clock import system_clock

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
QUICK = Capabilities(
    name="telegram",
    text_limit=4096,
    caption_limit=1024,
    buttons=8,
    edits=True,
    files_out=True,
    groups=True,
    per_second=2000,
    chat_interval=0,
    group_interval=0,
)


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class PlayedChannel(Channel):
    """Keeps what it was given; before that, raises the faults laid out for a chat, one a time."""

    def __init__(self, capabilities: Capabilities = QUICK, takes: float = 0.0) -> None:
        self.capabilities = capabilities
        self.out: list[tuple[str, str]] = []
        self.times: list[float] = []
        self.tries = 0
        self.faults: dict[str, list[Exception]] = {}
        self.takes = takes

    async def send(self, message: Outgoing) -> Sent:
        self.tries += 1
        self.times.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.takes)
        if waiting := self.faults.get(message.chat):
            raise waiting.pop(0)
        self.out.append((message.chat, message.text))
        return Sent(str(len(self.out)))

    async def acknowledge(self, callback: str) -> None:
        raise AssertionError("the sender answers no presses")

    async def fetch(self, media: Media) -> bytes:
        raise AssertionError("the sender fetches nothing")

    async def close(self) -> None:
        return None

    @property
    def texts(self) -> list[str]:
        return [text for _chat, text in self.out]


def lay_out(payload: Mapping[str, Any], _capabilities: Capabilities, chat_id: str, edits: str) -> Outgoing:
    if payload.get("broken"):
        raise ValueError("cannot be shown")
    return Outgoing(chat_id, str(payload["text"]), edits=edits)


def message(text: str, chat_id: str = "lan", **more: Any) -> NewMessage:
    return NewMessage("telegram", chat_id, {"text": text}, more.pop("dedupe", f"{chat_id}:{text}"), NOON, **more)


def mine(text: str, chat_id: str = "lan", holder: str = "a", **more: Any) -> NewMessage:
    return message(text, chat_id, leased_by=holder, lease_until=NOON + timedelta(seconds=60), **more)


def rows(store: Store) -> dict[str, Any]:
    found = store.read_now(lambda c: c.execute(select(table).order_by(table.c.id)).all())
    return {row.payload["text"]: row for row in found}


def row_of(conn: Connection, chat_id: str) -> Any:
    return conn.execute(select(table).where(table.c.chat == chat_id)).one()


def sender(store: Store, channel: Channel, clock: Hands, holder: str = "a") -> Sender:
    return Sender(store, {"telegram": channel}, clock, holder, lay_out)


@asynccontextmanager
async def running(*senders: Sender) -> AsyncIterator[None]:
    """The senders run until the block ends, then are stopped as `app` stops them."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one.run()) for one in senders]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


async def settled(store: Store, text: str, status: str) -> Any:
    await until(lambda: rows(store)[text].status == status)
    return rows(store)[text]


# ---------------------------------------------------------------- faults


async def test_each_fault_has_its_outcome(store: Store) -> None:
    """(fault, status, seconds until it goes again, is it maybe sent, does it count as a try)"""
    cases: list[tuple[SendError, str, float | None, bool, int]] = [
        (Unsure("time-out"), "queued", 1.0, True, 1),
        (Temporary("502"), "queued", 1.0, True, 0),
        (Temporary("no route", perhaps=False), "queued", 1.0, False, 0),
        (NotNow(NOON + timedelta(hours=8)), "queued", 28800, False, 0),
        (Rejected("message is too long"), "refused", None, False, 1),
        (Gone("bot was blocked by the user"), "refused", None, False, 1),
    ]
    for number, (fault, status, again, maybe, tries) in enumerate(cases):
        channel, who = PlayedChannel(), f"minh{number}"
        channel.faults[who] = [fault]
        messages = await store.write(outbox.put_leased, [mine("chào", who)])
        await sender(store, channel, Hands()).send_now(messages)
        row = store.read_now(row_of, who)
        assert (row.status, row.maybe_sent, row.attempts) == (status, maybe, tries), fault
        assert channel.out == []
        assert type(fault).__name__ in (row.outcome or type(fault).__name__)
        if again is not None:
            assert 0 <= (row.not_before - NOON).total_seconds() - again <= again / 4


async def test_a_429_stops_the_whole_channel_in_every_process(store: Store) -> None:
    clock, first, second = Hands(), PlayedChannel(), PlayedChannel()
    first.faults["lan"] = [RateLimited(30)]
    one, two = sender(store, first, clock, "a"), sender(store, second, clock, "b")
    await one.send_now(await store.write(outbox.put_leased, [mine("biên nhận")]))
    assert await store.read(lease.blocked_until, "telegram") == NOON + timedelta(seconds=30)
    await store.write(outbox.put, [message("nhắc", "hoa", priority=BULK)])
    async with running(one, two):
        await one.send_now(await store.write(outbox.put_leased, [mine("câu hỏi", "minh")]))
        await asyncio.sleep(0.1)
        assert first.tries == 1
        assert second.tries == 0
        clock.pass_(31)
        one.wake()
        two.wake()
        await until(lambda: len(first.out) + len(second.out) == 3)
    assert all(row.attempts == 1 for row in rows(store).values())  # waiting is not a try


async def test_a_bad_token_stops_the_channel_for_longer_and_longer_and_loses_nothing(store: Store) -> None:
    clock, channel = Hands(), PlayedChannel()
    channel.faults["lan"] = [Unauthorized("401") for _ in range(8)]
    await store.write(outbox.put, [message("một"), message("hai", "minh", priority=BULK)])
    one = sender(store, channel, clock)
    async with running(one):
        for refused, pause in enumerate((5, 5, 10, 20, 40, 60, 60, 60), start=1):
            await until(lambda: rows(store)["một"].not_before > clock())
            clock.pass_(pause - 1)
            one.wake()
            await asyncio.sleep(0.05)
            assert channel.tries == refused
            clock.pass_(1)
            one.wake()
        await settled(store, "một", "sent")
        await settled(store, "hai", "sent")


async def test_a_token_that_is_taken_again_makes_the_next_refusal_a_new_one(store: Store) -> None:
    clock, channel = Hands(), PlayedChannel()
    one = sender(store, channel, clock)
    async with running(one):
        for number in range(2):
            channel.faults["lan"] = [Unauthorized("401")]
            await store.write(outbox.put, [message(f"tin {number}")])
            one.wake()
            await until(lambda: not channel.faults["lan"])
            clock.pass_(6)
            one.wake()
            await settled(store, f"tin {number}", "sent")
            clock.pass_(300)


async def test_a_group_that_moved_gets_its_messages_at_the_new_id(store: Store) -> None:
    await store.write(lambda c: c.execute(chat.insert().values(channel="telegram", external_id="-5")))
    channel = PlayedChannel()
    channel.faults["-5"] = [Moved("-1005")]
    await store.write(
        outbox.put, [message(text, "-5", is_group=True, priority=NOTICE) for text in ("phần 1", "phần 2")]
    )
    async with running(sender(store, channel, Hands())):
        await until(lambda: len(channel.out) == 2)
    assert channel.out == [("-1005", "phần 1"), ("-1005", "phần 2")]
    assert store.read_now(lambda c: c.scalars(select(chat.c.external_id)).all()) == ["-1005"]


async def test_who_blocked_the_bot_is_marked_and_gets_nothing_more(store: Store) -> None:
    def lan(conn: Any) -> None:
        conn.execute(person.insert().values(id=1, created_at=NOON))
        conn.execute(
            account.insert().values(channel="telegram", external_id="7", person_id=1, chat="7", last_seen=NOON)
        )
        conn.execute(chat.insert().values(channel="telegram", external_id="-9"))

    await store.write(lan)
    channel = PlayedChannel()
    channel.faults = {"7": [Gone("blocked")], "-9": [Gone("kicked")]}
    await store.write(outbox.put, [message("một", "7"), message("hai", "7"), message("bản tin", "-9", is_group=True)])
    async with running(sender(store, channel, Hands())):
        for text in ("một", "hai", "bản tin"):
            await settled(store, text, "refused")
    assert channel.tries == 2
    assert store.read_now(lambda c: c.scalar(select(account.c.reachable))) is False
    assert store.read_now(lambda c: c.scalar(select(chat.c.standing))) == "left"


async def test_a_chat_gets_nothing_more_before_what_it_got_is_recorded(store: Store) -> None:
    """Else a kill would repeat several messages, and in an order in which nobody said them."""
    known: list[set[str]] = []

    class Looking(PlayedChannel):
        async def send(self, message: Outgoing) -> Sent:
            known.append({row.status for text, row in rows(store).items() if text in self.texts})
            return await super().send(message)

    channel = Looking()
    one = sender(store, channel, Hands())
    first, *others = await store.write(outbox.put_leased, [mine(f"câu {n}") for n in range(3)])
    await asyncio.gather(one.send_now([first]), one.send_now(others))
    assert channel.texts == ["câu 0", "câu 1", "câu 2"]
    assert known == [set(), {"sent"}, {"sent"}]


async def test_faults_of_ours_stop_one_message_not_the_others(store: Store) -> None:
    channel = PlayedChannel()
    channel.faults["minh"] = [KeyError("a fault in the channel's code")]
    broken = replace(message("hỏng"), payload={"text": "hỏng", "broken": True})
    await store.write(outbox.put, [broken, message("sau"), message("chào", "minh")])
    async with running(sender(store, channel, Hands())):
        await settled(store, "sau", "sent")
        await until(lambda: rows(store)["chào"].outcome is not None)
    assert rows(store)["hỏng"].status == "refused"
    assert rows(store)["chào"].status == "queued"
    assert rows(store)["chào"].maybe_sent is True


# ---------------------------------------------------------------- order, pace, leases


async def test_replies_leave_at_once_in_their_order(store: Store) -> None:
    channel = PlayedChannel(takes=0.01)
    one = sender(store, channel, Hands())
    replies = [mine("biên nhận"), mine("câu hỏi"), mine("chào", "minh")]
    await one.send_now(await store.write(outbox.put_leased, replies))
    assert [text for who, text in channel.out if who == "lan"] == ["biên nhận", "câu hỏi"]
    assert ("minh", "chào") in channel.out
    assert {row.status for row in rows(store).values()} == {"sent"}
    assert await store.write(outbox.put_leased, replies) == []  # a repeat is nobody's to send
    await one.send_now([])
    assert channel.tries == 3


async def test_two_turns_of_one_person_answer_in_order(store: Store) -> None:
    channel = PlayedChannel(takes=0.02)
    one = sender(store, channel, Hands())
    turns = [await store.write(outbox.put_leased, [mine(f"{turn}.1"), mine(f"{turn}.2")]) for turn in range(3)]
    async with running(one):
        await asyncio.gather(one.send_now(turns[1]), one.send_now(turns[0]), one.send_now(turns[2]))
        await until(lambda: len(channel.out) == 6)
    assert channel.texts == ["0.1", "0.2", "1.1", "1.2", "2.1", "2.2"]


async def test_a_reply_waits_behind_one_that_failed(store: Store) -> None:
    clock, channel = Hands(), PlayedChannel()
    channel.faults["lan"] = [Temporary("reset")]
    one = sender(store, channel, clock)
    await one.send_now(await store.write(outbox.put_leased, [mine("một"), mine("hai")]))
    await one.send_now(await store.write(outbox.put_leased, [mine("ba")]))
    assert channel.out == []
    assert [row.status for row in rows(store).values()] == ["queued"] * 3
    clock.pass_(2)
    async with running(one):
        await until(lambda: len(channel.out) == 3)
    assert channel.texts == ["một", "hai", "ba"]


async def test_a_reply_goes_at_once_behind_one_that_left_a_moment_ago(store: Store) -> None:
    """Lan answers before it is written down that the last question went out."""
    channel = PlayedChannel()
    one = sender(store, channel, Hands())
    async with asyncio.TaskGroup() as group:
        group.create_task(one.send_now(await store.write(outbox.put_leased, [mine("một")])))
        while not channel.out:
            await asyncio.sleep(0)
        [second] = await store.write(outbox.put_leased, [mine("hai")])
        assert second.behind is not None
        await one.send_now([second])
    assert channel.texts == ["một", "hai"]
    assert {row.status for row in rows(store).values()} == {"sent"}


async def test_what_left_together_is_written_down_together(store: Store) -> None:
    channel = PlayedChannel(replace(QUICK, per_second=1_000_000))
    one = sender(store, channel, Hands())
    turns = [await store.write(outbox.put_leased, [mine("chào", f"người {n}")]) for n in range(20)]
    commits = 0

    def counted(_conn: Connection, _cursor: Any, sql: str, *_rest: Any) -> None:
        nonlocal commits
        commits += sql.startswith("UPDATE outbox")

    event.listen(Engine, "before_cursor_execute", counted)
    try:
        await asyncio.gather(*(one.send_now(turn) for turn in turns))
    finally:
        event.remove(Engine, "before_cursor_execute", counted)
    assert len(channel.out) == 20
    assert commits <= 2
    assert store.read_now(lambda c: c.scalar(select(func.count()).where(table.c.status == "sent"))) == 20


async def test_no_second_sees_more_than_the_rate_and_replies_overtake_bulk(store: Store) -> None:
    channel = PlayedChannel(replace(QUICK, per_second=50))
    one = sender(store, channel, system_clock)
    await store.write(outbox.put, [message(f"tin {n}", str(n), priority=BULK) for n in range(40)])
    async with running(one):
        await until(lambda: len(channel.out) >= 5)
        receipt = await store.write(outbox.put_leased, [mine("biên nhận")])
        before = len(channel.out)  # however long that took
        await one.send_now(receipt)
        assert channel.texts.index("biên nhận") <= before + 3
        await until(lambda: len(channel.out) == 41)
    assert channel.times[-1] - channel.times[0] > 40 / 50 * 0.98


async def test_a_group_is_given_time_between_two_messages(store: Store) -> None:
    channel = PlayedChannel(replace(QUICK, group_interval=0.2))
    clock = Hands()
    one = sender(store, channel, clock)
    parts = [mine(f"phần {n}", "-5", is_group=True) for n in range(2)]
    await one.send_now(await store.write(outbox.put_leased, parts))
    assert channel.times[1] - channel.times[0] > 0.19
    # and in the database, for other processes: what is queued for the group waits
    await store.write(outbox.put, [message("phần 3", "-5", is_group=True)])
    await one.send_now(await store.write(outbox.put_leased, [mine("KETQUA", "-5", is_group=True, priority=-1)]))
    assert rows(store)["phần 3"].not_before == NOON + timedelta(seconds=0.2)


async def test_a_lease_that_ran_out_is_sent_again_and_marked(store: Store) -> None:
    clock, channel = Hands(), PlayedChannel()
    await store.write(outbox.put, [mine("biên nhận", holder="a process that was killed")])
    one = sender(store, channel, clock)
    async with running(one):
        await asyncio.sleep(0.05)
        assert channel.out == []
        clock.pass_(61)
        one.wake()
        row = await settled(store, "biên nhận", "sent")
    assert row.maybe_sent is True
    assert channel.texts == ["biên nhận"]


async def test_what_another_took_over_is_not_sent(store: Store) -> None:
    clock, slow, other = Hands(), PlayedChannel(), PlayedChannel()
    ids = await store.write(outbox.put, [mine("biên nhận")])
    free, _ = await store.read(claiming.held, ids, "a")
    clock.pass_(61)  # this process slept longer than its lease
    async with running(sender(store, other, clock, "b")):
        await settled(store, "biên nhận", "sent")
    late = Lane("telegram", slow, store=store, clock=clock, holder="a", lay_out=lay_out, prepare=as_it_is)
    assert not await late.deliver(free[0])
    assert slow.tries == 0
    assert other.texts == ["biên nhận"]


async def test_stopping_finishes_and_records_what_is_in_flight(store: Store) -> None:
    channel = PlayedChannel(takes=0.2)
    await store.write(outbox.put, [message("một"), message("hai"), message("chào", "minh")])
    async with running(sender(store, channel, Hands())):
        await until(lambda: channel.tries == 2)
    assert sorted(channel.texts) == ["chào", "một"]
    assert {text: row.status for text, row in rows(store).items()} == {"một": "sent", "chào": "sent", "hai": "queued"}


async def test_a_cancelled_reply_is_finished_and_recorded(store: Store) -> None:
    channel = PlayedChannel(takes=0.2)
    one = sender(store, channel, Hands())
    messages = await store.write(outbox.put_leased, [mine("biên nhận")])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await one.send_now(messages)
    assert rows(store)["biên nhận"].status == "sent"


async def test_a_message_of_a_channel_that_is_not_here_is_left_to_others(store: Store) -> None:
    one = sender(store, PlayedChannel(), Hands())
    await one.send_now(await store.write(outbox.put_leased, [replace(mine("chào"), channel="zalo_bot")]))
    assert rows(store)["chào"].status == "queued"


async def test_two_senders_of_one_database_share_order_and_pace(postgres_url: str) -> None:
    stores = [Store.open(postgres_url) for _ in range(2)]
    channels = [PlayedChannel(replace(QUICK, per_second=100)) for _ in range(2)]
    senders = [
        Sender(one, {"telegram": channel}, system_clock, holder, lay_out)
        for one, channel, holder in zip(stores, channels, "ab", strict=True)
    ]
    people, each = 60, 2  # more people than one sender takes at once
    bulk = [message(f"{n}", f"người {who}", priority=BULK) for n in range(each) for who in range(people)]
    await stores[0].write(outbox.put, [replace(one, made_at=system_clock()) for one in bulk])
    async with running(*senders):
        await until(lambda: sum(len(channel.out) for channel in channels) >= people * each, 30)
    both = sorted(
        ((at, *out) for channel in channels for at, out in zip(channel.times, channel.out, strict=True)),
    )
    assert all(channel.out for channel in channels)
    for who in range(people):
        assert [text for _at, chat_id, text in both if chat_id == f"người {who}"] == [str(n) for n in range(each)]
    busiest = max(sum(1 for at, *_ in both if start <= at < start + 0.25) for start, *_ in both)
    assert busiest <= 100 * 0.25 + 8  # a moment late on a busy machine, never a burst
    for one in stores:
        one.close()
