"""An Official Account's tokens: renewed by one, used by all, never overwritten with nothing, never told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update
from structlog.testing import capture_logs

from bot.channels import Temporary
from bot.channels.zalo_oa_api import OaApi
from bot.channels.zalo_oa_oauth import Granted, OAuth
from bot.zalo_oa_alarm import Alarm
from bot.zalo_oa_tokens import Bank, NoToken, SharedTokens, fingerprint, pair_of
from handlers.texts import Texts
from models.chat import outbox
from models.person import account
from models.queries import secrets
from models.secret import channel_secret
from models.store import Store
from tests.bot.office import add_person
from tests.servers.zalo_oa import ZaloOaServer

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
ROW = "zalo_oa:388600000000000001"


class Installation:
    """A database, the played platform, and processes that share both. An is the owner, on Telegram and on Zalo."""

    def __init__(self, store: Store, server: ZaloOaServer) -> None:
        self.store, self.server = store, server
        self.now = NOON
        self.apis: list[OaApi] = []
        self.alarm = Alarm(Texts.load(), ("telegram", "zalo_oa"))
        store.write_now(self._people)
        self.connect()

    def process(self, holder: str) -> SharedTokens:
        oauth = OAuth(self.server.app_id, self.server.app_secret, self.server.url, seconds=0.5)
        bank = Bank(ROW, self.store, lambda: self.now, holder, oauth, self._lives, self._tell, luck=lambda: 0.5)
        tokens = SharedTokens(bank)
        self.apis.append(OaApi(tokens, lambda: self.now, self.server.url))
        return tokens

    def connect(self) -> None:
        answer = self.server.grants.grant()
        granted = Granted(answer["access_token"], answer["refresh_token"], 90_000)
        self.store.write_now(secrets.connect, ROW, pair_of(granted, self.now, 0.5))

    @property
    def kept(self) -> secrets.Kept:
        kept = self.store.read_now(secrets.read, ROW)
        assert kept is not None
        return kept

    @property
    def is_good(self) -> bool:
        """Would the platform take both stored tokens?"""
        pair, grants = self.kept.pair, self.server.grants
        return (pair.access, pair.refresh) == (grants.access, grants.refresh)

    def told(self) -> list[tuple[str, str]]:
        rows = self.store.read_now(lambda conn: conn.execute(select(outbox).order_by(outbox.c.id)).all())
        return [(row.channel, row.payload["text"]) for row in rows]

    async def _lives(self, access: str) -> bool | None:
        return await self.apis[0].lives(access)

    def _tell(self, conn: Connection, problem: str, version: int) -> None:
        self.alarm.tell_of_tokens(conn, problem, f"{ROW}:{version}", self.now)

    @staticmethod
    def _people(conn: Connection) -> None:
        an = add_person(conn, "an", "An", role="owner", channel="telegram")
        later = {"channel": "zalo_oa", "external_id": "25", "chat": "25", "last_seen": NOON + timedelta(days=1)}
        conn.execute(insert(account), {**later, "person_id": an})


@pytest.fixture
async def server() -> AsyncIterator[ZaloOaServer]:
    async with ZaloOaServer() as server:
        yield server


@pytest.fixture
async def house(store: Store, server: ZaloOaServer) -> AsyncIterator[Installation]:
    house = Installation(store, server)
    yield house
    for api in house.apis:
        await api.close()


# ------------------------------------------------------------ what may not happen


@pytest.mark.parametrize("fault", ["nothing", "502", "timeout", "reset"])
async def test_an_answer_without_both_tokens_overwrites_nothing(house: Installation, fault: str) -> None:
    before = house.kept.pair
    house.server.fail("oauth", fault)
    with pytest.raises((Temporary, NoToken)):
        await house.process("one").renew(1)
    assert house.kept.pair.access == before.access
    assert house.kept.pair.refresh == before.refresh
    house.now += timedelta(minutes=11)  # the platform never saw or never did it: the same token is still good
    assert (await house.process("one").renew(1)).version == 2
    assert house.is_good


async def test_an_answer_without_tokens_costs_seconds_and_alarms_nobody(house: Installation) -> None:
    house.server.fail("oauth", "nothing")
    tokens = house.process("one")
    with pytest.raises(NoToken):
        await tokens.renew(1)
    house.now += timedelta(seconds=5)
    assert (await tokens.renew(1)).version == 2
    assert (house.is_good, tokens.problem, house.told()) == (True, "", [])


async def test_the_longer_it_is_refused_the_seldomer_it_is_tried(house: Installation) -> None:
    house.server.grants.app_secret = "another-secret"
    tokens = house.process("one")
    tried = []
    for second in range(0, 1300, 5):
        house.now = NOON + timedelta(seconds=second)
        before = house.server.calls["oauth"]
        with pytest.raises(NoToken):
            await tokens.renew(1)
        tried += [second] * (house.server.calls["oauth"] - before)
    assert tried == [0, 5, 10, 20, 40, 80, 160, 320, 640, 1240]


async def test_a_wrong_secret_is_told_once_and_not_tried_at_every_message(house: Installation) -> None:
    house.server.grants.app_secret = "another-secret"
    tokens = house.process("one")
    for _ in range(5):
        with pytest.raises(NoToken):
            await tokens.renew(1)
    assert house.told() == []  # it may be a fault of the moment
    for _ in range(2):
        house.now += timedelta(minutes=11)
        await tokens.round()
    assert house.server.calls["oauth"] == 3
    ((channel, words),) = house.told()
    assert channel == "telegram"  # An wrote on Zalo last, but there he cannot be reached
    assert "sangkien zalo connect" in words
    house.server.grants.app_secret = house.server.app_secret  # An mends the setting
    house.now += timedelta(minutes=11)
    await tokens.round()
    assert (house.is_good, tokens.problem) == (True, "")


async def test_who_has_no_other_channel_is_told_by_the_account_while_its_old_token_lives(house: Installation) -> None:
    house.alarm = Alarm(Texts.load(), ("zalo_oa",))
    house.server.grants.app_secret = "another-secret"
    tokens = house.process("one")
    for _ in range(2):
        with pytest.raises(NoToken):
            await tokens.renew(1)
        house.now += timedelta(minutes=2)
    ((channel, words),) = house.told()
    assert (channel, "sangkien zalo connect" in words) == ("zalo_oa", True)
    assert (await tokens.current()).version == 1  # what it is sent with


async def test_an_answer_lost_on_its_way_is_found_out_and_told(house: Installation) -> None:
    """The platform changed the pair, and no process has the new one: nobody may spend the dead token again."""
    house.server.fail("oauth", "reset-after")
    first, second = house.process("one"), house.process("two")
    with pytest.raises(Temporary):
        await first.renew(1)
    assert house.kept.spending == fingerprint(house.kept.pair.refresh)
    for tokens in (second, first, second):
        await tokens.round()
    assert house.kept.problem == "lost"
    assert set(house.server.grants.presented.values()) == {1}
    ((_, words),) = house.told()
    assert "mất khóa truy cập" in words
    with pytest.raises(NoToken):
        await second.renew(1)
    house.connect()
    assert (await second.current()).version == 2
    assert (house.is_good, house.kept.problem, house.kept.spending) == (True, "", "")


async def test_a_token_that_is_found_alive_is_not_given_up_for_a_refusal(house: Installation) -> None:
    """Nobody answered for it and the platform says that it lives: an answer without tokens is a fault of the moment."""
    house.server.fail("oauth", "502", "nothing")
    tokens = house.process("one")
    with pytest.raises(Temporary):
        await tokens.renew(1)
    with pytest.raises(NoToken):
        await tokens.renew(1)
    assert house.kept.problem == "refused"
    house.now += timedelta(minutes=11)
    await tokens.round()
    assert (house.is_good, tokens.problem) == (True, "")


async def test_while_the_platform_cannot_be_asked_nothing_is_spent(house: Installation) -> None:
    house.server.fail("oauth", "reset-after")
    tokens = house.process("one")
    with pytest.raises(Temporary):
        await tokens.renew(1)
    house.server.fail("/v2.0/oa/getoa", "502", "502")
    for _ in range(2):
        with pytest.raises(Temporary):
            await tokens.renew(1)
    assert (house.server.calls["oauth"], house.kept.problem) == (1, "")


async def test_no_token_is_in_any_log_line_or_error(house: Installation) -> None:
    tokens = house.process("one")
    with capture_logs() as lines:
        for fault in ("nothing", "reset", "502", ""):
            house.server.fail("oauth", *([fault] if fault else []))
            try:
                await tokens.renew(house.kept.version)
            except (Temporary, NoToken) as error:
                lines.append({"event": repr(error), "log_level": "error"})
            house.now += timedelta(minutes=11)
    shown = f"{lines} {house.kept!r} {await tokens.current()!r}"
    assert "zalo_oa_token_renewed" in shown
    assert "of-nobody" not in shown


# ------------------------------------------------------------ what happens


async def test_many_who_need_a_new_token_at_once_get_the_same_one(house: Installation) -> None:
    processes = [house.process(f"process-{n}") for n in range(3)]
    found = await asyncio.gather(*(process.renew(1) for process in processes for _ in range(4)))
    assert {token.version for token in found} == {2}
    assert (house.server.grants.renewed, house.is_good) == (1, True)


async def test_the_new_pair_is_stored_before_anybody_has_it_and_the_old_one_kept(house: Installation) -> None:
    before = house.kept.pair
    token = await house.process("one").renew(1)
    assert (token.version, token.access) == (2, house.kept.pair.access)
    previous = house.store.read_now(lambda conn: conn.scalar(select(channel_secret.c.previous)))
    assert previous == {"access": before.access, "refresh": before.refresh, "version": 1}


async def test_renewed_early_and_at_another_moment_each_time() -> None:
    granted = Granted("a", "r", 90_000)
    hours = [(pair_of(granted, NOON, luck).renew_at - NOON) / timedelta(hours=1) for luck in (0, 0.5, 1)]
    assert hours == [12.5, 16.25, 20]


async def test_the_round_renews_when_it_is_time(house: Installation) -> None:
    tokens = house.process("one")
    house.now += timedelta(hours=12)
    await tokens.round()
    assert house.server.grants.renewed == 0
    house.now += timedelta(hours=5)
    await tokens.round()
    await tokens.round()
    assert (house.server.grants.renewed, house.is_good) == (1, True)


async def test_after_a_day_asleep_the_first_message_renews(house: Installation) -> None:
    house.now += timedelta(hours=26)
    assert (await house.process("one").current()).version == 2


async def test_what_comes_late_overwrites_nothing_newer(house: Installation) -> None:
    """A process that slept between answer and commit wakes up after an administrator connected anew."""
    stale = replace(house.kept.pair, access="old", refresh="old")
    house.connect()
    assert house.store.write_now(secrets.keep, ROW, 1, stale) is False
    assert house.is_good


async def test_a_dying_refresh_token_is_told_once_days_before(house: Installation) -> None:
    def stop_renewing(conn: Connection) -> None:
        conn.execute(update(channel_secret).values(renew_at=NOON + timedelta(days=365)))

    house.store.write_now(stop_renewing)
    tokens = house.process("one")
    house.now += timedelta(days=75)
    await tokens.round()
    assert house.told() == []
    house.now += timedelta(days=2)
    for _ in range(3):
        await tokens.round()
    ((_, words),) = house.told()
    assert "14 ngày" in words


async def test_stopping_waits_for_a_token_that_is_on_its_way(house: Installation) -> None:
    house.server.fail("oauth", "slow")
    tokens = house.process("one")
    async with asyncio.timeout(10):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(tokens.renew(1))
            while not house.server.grants.renewed:
                await asyncio.sleep(0.005)
            task.cancel()
    assert house.is_good


async def test_without_a_connection_it_says_what_to_do(house: Installation) -> None:
    house.store.write_now(lambda conn: conn.execute(channel_secret.delete()))
    tokens = house.process("one")
    with pytest.raises(NoToken, match="sangkien zalo connect"):
        await tokens.current()
    await tokens.round()
    assert tokens.problem == "none"
