"""A platform that is away for hours, or never says whether it took a message: nothing is lost, nothing repeated much.
The clock is set by hand to when the sender wants to try again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Connection, select

from bot.channels import NotNow, Outgoing, RateLimited, SendError, Sent, Temporary, Unauthorized, Unsure
from bot.lane import Lane
from bot.sender import Sender, as_it_is
from models.chat import chat, mark
from models.chat import outbox as table
from models.person import account, person
from models.queries import meter, outbox
from models.queries.outbox import NOTICE, NewMessage
from models.store import Store
from models.untold import untold
from tests.bot.office import WARD, registry
from tests.bot.test_sender import NOON, QUICK, Hands, PlayedChannel, lay_out, message, mine, rows, running, until

GROUP = "-1005"
Fault = Callable[[int], SendError]
FAULTS: dict[str, Fault] = {
    "502": lambda _: Temporary("502"),
    "no route": lambda _: Temporary("ClientConnectorError", perhaps=False),
    "504": lambda _: Unsure("504"),
    "time-out": lambda _: Unsure("TimeoutError"),
    "all of them": lambda n: (Temporary("502"), Unsure("504"), Temporary("503"), Unsure("TimeoutError"))[n % 4],
}


class Away(PlayedChannel):
    """Away until a moment. `takes_all_the_same`: what is sent meanwhile arrives, and nobody is told."""

    def __init__(self, clock: Hands, hours: float, fault: Fault, *, takes_all_the_same: bool = False) -> None:
        super().__init__()
        self.clock, self.fault, self.takes_all_the_same = clock, fault, takes_all_the_same
        self.back = clock() + timedelta(hours=hours)
        self.arrived = self.out  # with `takes_all_the_same` also what was never answered

    async def send(self, message: Outgoing) -> Sent:
        if self.clock() >= self.back:
            return await super().send(message)
        self.tries += 1
        if self.takes_all_the_same:
            self.arrived.append((message.chat, message.text))
        raise self.fault(self.tries)


def notice(text: str, **more: object) -> NewMessage:
    return message(text, GROUP, is_group=True, priority=NOTICE, **more)


def world(conn: Connection) -> None:
    registry(conn)
    row = {"channel": "telegram", "external_id": GROUP, "title": "Nhóm 15 chủ tịch", "unit_id": WARD}
    conn.execute(chat.insert().values(row | {"kind": "officers"}))
    conn.execute(person.insert().values(id=71, name="Lan", created_at=NOON))
    lan = {"channel": "telegram", "external_id": "lan", "person_id": 71, "chat": "lan"}
    conn.execute(account.insert().values(lan | {"last_seen": NOON}))


def heads(conn: Connection) -> list[object]:
    """When the first unsent message of each chat may go."""
    unsent = select(table).where(table.c.status.in_(("queued", "sending"))).order_by(table.c.priority, table.c.id)
    first: dict[str, object] = {}
    for row in conn.execute(unsent):
        first.setdefault(row.chat, None if row.status == "sending" else row.not_before)
    return list(first.values())


async def days_pass(store: Store, clock: Hands, one: Sender) -> None:
    """Until nothing waits any more; each time as far as it takes for the next try."""

    def tried() -> bool:
        return all(at is not None and at > clock() for at in store.read_now(heads))  # type: ignore[operator]

    while True:
        one.wake()
        await until(tried)
        waiting = store.read_now(heads)
        if not waiting:
            return
        clock.now = min(waiting)  # type: ignore[assignment, type-var]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("hours", [2, 5])
async def test_an_outage_of_hours_loses_nothing(store: Store, hours: int, fault: str) -> None:
    """Zalo is away while Lan waits for an answer and her group for its notice, in two parts."""
    store.write_now(world)
    clock = Hands()
    channel = Away(clock, hours, FAULTS[fault])
    one = Sender(store, {"telegram": channel}, clock, "a", lay_out)
    await store.write(outbox.put, [message("biên nhận"), notice("phần 1"), notice("phần 2")])
    async with running(one):
        await days_pass(store, clock, one)
    assert sorted(channel.out) == [(GROUP, "phần 1"), (GROUP, "phần 2"), ("lan", "biên nhận")]
    assert channel.texts.index("phần 1") < channel.texts.index("phần 2")
    sure = fault in ("502", "no route")
    assert clock() - channel.back <= (timedelta(minutes=7) if sure else timedelta(hours=5))


async def test_what_arrives_and_is_never_answered_is_repeated_a_few_times_then_it_is_unknown(store: Store) -> None:
    store.write_now(world)
    clock = Hands()
    channel = Away(clock, 48, FAULTS["time-out"], takes_all_the_same=True)
    one = Sender(store, {"telegram": channel}, clock, "a", lay_out)
    await store.write(outbox.put, [message("biên nhận"), notice("bảng tin")])
    async with running(one):
        await days_pass(store, clock, one)
    assert channel.texts.count("bảng tin") == 7
    assert channel.texts.count("biên nhận") == 9
    found = rows(store)
    assert found["bảng tin"].outcome == "unknown after 7 tries: Unsure: TimeoutError"
    assert found["biên nhận"].outcome == "unknown after 9 tries: Unsure: TimeoutError"
    (offered,) = store.read_now(meter.to_offer, NOON)
    assert (offered.title, offered.maybe_sent) == ("Nhóm 15 chủ tịch", True)
    assert [row.payload["text"] for row in store.read_now(lambda c: c.execute(select(untold)).all())] == ["biên nhận"]


async def test_the_first_tries_follow_each_other_closely_and_the_last_ones_do_not(store: Store) -> None:
    clock = Hands()
    channel = Away(clock, 48, FAULTS["504"])
    one, moments = Sender(store, {"telegram": channel}, clock, "a", lay_out), list[float]()

    def note(n: int) -> SendError:
        moments.append((clock() - NOON).total_seconds())
        return Unsure(str(n))

    channel.fault = note
    await store.write(outbox.put, [notice("bảng tin")])
    async with running(one):
        await days_pass(store, clock, one)
    pauses = [after - before for before, after in pairwise(moments)]
    assert pauses == pytest.approx([2, 10, 60, 1800, 7200, 14400], rel=0.26)
    assert moments[-1] > 5 * 3600


async def test_what_has_waited_for_a_night_is_tried_again_at_once_when_the_morning_begins_badly(store: Store) -> None:
    """Neither five minutes later nor never: it was the quota that it waited for, not the platform."""
    clock = Hands()
    morning = NOON + timedelta(hours=25)
    channel = PlayedChannel()
    channel.faults["lan"] = [NotNow(morning), Temporary("502")]
    one = Sender(store, {"telegram": channel}, clock, "a", lay_out)
    await store.write(outbox.put, [message("biên nhận")])
    async with running(one):
        await days_pass(store, clock, one)
    assert channel.texts == ["biên nhận"]
    assert clock() - morning < timedelta(seconds=2)


@pytest.mark.parametrize(("fault", "perhaps"), [("502", True), ("no route", False)])
async def test_after_a_day_it_is_given_up_and_kept(store: Store, fault: str, perhaps: bool) -> None:
    store.write_now(world)
    clock = Hands()
    channel = Away(clock, 48, FAULTS[fault])
    one = Sender(store, {"telegram": channel}, clock, "a", lay_out)
    await store.write(outbox.put, [message("biên nhận"), notice("bảng tin")])
    async with running(one):
        await until(lambda: all(row.not_before > NOON for row in rows(store).values()))
        clock.pass_(86_340)  # what is between is tried every five minutes, as in the hours above
        await days_pass(store, clock, one)
    assert clock() - NOON >= timedelta(hours=24)
    assert {row.outcome.partition(":")[0] for row in rows(store).values()} == {"gave up after a day"}
    (offered,) = store.read_now(meter.to_offer, NOON)
    assert (offered.payload["text"], offered.maybe_sent) == ("bảng tin", perhaps)
    assert [row.payload["text"] for row in store.read_now(lambda c: c.execute(select(untold)).all())] == ["biên nhận"]


@pytest.mark.parametrize(
    "fault",
    [
        Temporary("502"),
        Unsure("TimeoutError"),
        NotNow(NOON + timedelta(days=1), "zalo_error.211"),
        RateLimited(86_400, "zalo_problem.bot_quota"),
        Unauthorized("401"),
    ],
)
async def test_a_notice_whose_end_comes_first_is_there_to_be_copied(store: Store, fault: SendError) -> None:
    """Posted at noon, it is worth nothing after midday tomorrow."""
    store.write_now(world)
    clock = Hands()
    channel = Away(clock, 48, lambda _: fault)
    one = Sender(store, {"telegram": channel}, clock, "a", lay_out)
    await store.write(outbox.put, [notice("bảng tin", not_after=NOON + timedelta(hours=3))])
    async with running(one):
        await until(lambda: channel.tries == 1)
        clock.pass_(4 * 3600 if not isinstance(fault, RateLimited) else 25 * 3600)
        one.wake()
        await until(lambda: rows(store)["bảng tin"].status == "expired")
    (offered,) = store.read_now(meter.to_offer, NOON)
    assert offered.payload["text"] == "bảng tin"
    said = store.read_now(meter.refusals)
    assert [words for _, words in said] == ([fault.because] if isinstance(fault, NotNow | RateLimited) else [])


async def test_an_answer_in_a_group_is_nothing_to_be_copied(store: Store) -> None:
    store.write_now(world)
    clock = Hands()
    one = Sender(store, {"telegram": Away(clock, 48, FAULTS["504"])}, clock, "a", lay_out)
    await store.write(outbox.put, [message("dạ", GROUP, is_group=True)])
    async with running(one):
        await days_pass(store, clock, one)
    assert store.read_now(meter.unsent, NOON) == []


async def test_what_the_platform_says_is_noted_once_a_day_for_each_reason(store: Store) -> None:
    def note(conn: Connection) -> None:
        for day in (0, 0, 1):
            for words in ("zalo_error.211", "quota.one_person"):
                meter.note_refusal(conn, "zalo_oa", NOON + timedelta(days=day), words)

    store.write_now(note)
    first = store.read_now(meter.refusals)
    assert len(first) == 4
    for name, _ in first:
        store.write_now(meter.refusal_told, name)
    store.write_now(note)
    assert store.read_now(meter.refusals) == []
    assert max(len(name) for name in store.read_now(lambda c: c.scalars(select(mark.c.name)).all())) <= 40


async def test_a_lease_holds_as_long_as_all_pictures_of_a_message_may_take(store: Store) -> None:
    clock = Hands()
    found = list[float]()

    class Looks(PlayedChannel):
        async def send(self, message: Outgoing) -> Sent:
            lease_until = store.read_now(lambda c: c.execute(select(table.c.lease_until)).scalar_one())
            found.append((lease_until - clock()).total_seconds())
            return await super().send(message)

    looks = Looks(replace(QUICK, media_seconds=150.0))
    pictures = [{"kind": "photo", "ref": str(n), "name": ""} for n in range(3)]
    new = replace(mine("ba ảnh"), payload={"text": "ba ảnh", "media": pictures})
    (claimed,) = await store.write(outbox.put_leased, [new])
    here = {"store": store, "clock": clock, "holder": "a"}
    lane = Lane("telegram", looks, **here, lay_out=lambda *_: Outgoing("lan", ""), prepare=as_it_is)  # type: ignore[arg-type]
    assert await lane.deliver(claimed)
    assert found[0] > 450
