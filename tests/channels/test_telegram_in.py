"""The polling loop against a Bot API on loopback: nothing is lost, nothing is confirmed too early."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.channels import Incoming
from bot.channels.telegram_in import TelegramPoller, always, lines
from handlers.talk import Joined, Odd, Pressed, Said
from tests.channels.conftest import GROUP, LAN, MINH
from tests.servers.telegram import TelegramServer


class Intake:
    """Keeps what it was given, once; fails where a test says so."""

    def __init__(self) -> None:
        self.got: list[Incoming] = []
        self.offered: Counter[str] = Counter()
        self.failing: dict[str, int] = {}  # text -> so many times
        self.slow = 0.0
        self.busy = 0
        self.most_busy = 0

    async def __call__(self, incoming: Incoming) -> None:
        self.offered[incoming.external_id] += 1
        words = incoming.event.text if isinstance(incoming.event, Said) else ""
        if self.failing.get(words, 0) > 0:
            self.failing[words] -= 1
            raise OSError(f"no room for {words}")
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        await asyncio.sleep(self.slow)
        self.busy -= 1
        if all(incoming.external_id != old.external_id for old in self.got):
            self.got.append(incoming)

    @property
    def words(self) -> list[str]:
        return [incoming.event.text for incoming in self.got if isinstance(incoming.event, Said)]


async def until(ready: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not ready():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def polling(
    server: TelegramServer, intake: Intake, may_poll: Callable[[], Awaitable[bool]] = always, token: str = ""
) -> AsyncIterator[TelegramPoller]:
    poller = TelegramPoller(token or server.token, server.url, may_poll, pause=0.02, poll_seconds=1)
    task = asyncio.create_task(poller.run(intake))
    try:
        yield poller
        assert not task.done(), task
    finally:
        task.cancel()
        await asyncio.wait({task})


@pytest.fixture
def intake() -> Intake:
    return Intake()


async def test_hears_what_people_do_and_confirms_it(server: TelegramServer, intake: Intake) -> None:
    server.say(LAN, "/sk 4827")
    question = server.post(LAN, {"text": "Đồng ý chứ?"})
    server.press(LAN, question, "q:1:yes")
    server.bot_standing(LAN, GROUP, "administrator")
    server.migrate(GROUP, -100500)
    async with polling(server, intake):
        await until(lambda: not server.updates)
    events = [incoming.event for incoming in intake.got]
    assert sorted(map(repr, events)) == sorted(
        map(repr, [Said("sk 4827"), Pressed("q:1:yes"), Joined("admin"), Odd("moved"), Odd("moved")])
    )
    assert server.allowed == {"message", "edited_message", "callback_query", "my_chat_member"}


async def test_an_update_that_could_not_be_stored_comes_again_and_holds_only_its_chat(
    server: TelegramServer, intake: Intake
) -> None:
    intake.failing["một"] = 3
    for words in ("một", "hai", "ba"):
        server.say(LAN, words)
    server.say(MINH, "của Minh")
    with capture_logs() as logs:
        async with polling(server, intake):
            await until(lambda: intake.words == ["của Minh"])
            assert len(server.updates) == 4, "nothing after a failed update is confirmed"
            await until(lambda: not server.updates)
    assert intake.words == ["của Minh", "một", "hai", "ba"]
    assert set(intake.offered.values()) == {1, 4}, "what is done is not done again"
    failures = [line for line in logs if line["event"] == "telegram_delivery_failed"]
    assert len(failures) == 3
    assert "một" not in repr(failures), "no log line holds a worker's words"


async def test_a_malformed_update_costs_only_itself(server: TelegramServer, intake: Intake) -> None:
    server.say(LAN, "trước")
    server.malformed(MINH)
    server.say(LAN, "sau")
    with capture_logs() as logs:
        async with polling(server, intake) as poller:
            await until(lambda: not server.updates)
            assert poller.malformed == 1
    assert intake.words == ["trước", "sau"]
    assert "không có chat" not in repr(logs)


async def test_repeated_and_reordered_batches(server: TelegramServer, intake: Intake) -> None:
    server.unruly(repeated=2, reordered=2, deaf=1)
    for words in ("một", "hai", "ba"):
        server.say(LAN, words)
    async with polling(server, intake):
        await until(lambda: not server.updates)
    assert intake.words == ["một", "hai", "ba"]


async def test_people_at_once_one_person_in_order(server: TelegramServer, intake: Intake) -> None:
    intake.slow = 0.02
    people = [server.user(100 + n, f"Đoàn viên {n}") for n in range(40)]
    for round_ in range(2):
        for person in people:
            server.say(person, f"{person} {round_}")
    async with polling(server, intake):
        await until(lambda: not server.updates)
    assert intake.most_busy >= 20
    for person in people:
        assert [words for words in intake.words if words.startswith(str(person))] == [f"{person} 0", f"{person} 1"]


FAULTS = ["429", "500", "502", "reset", "reset-after", "502-after"]


@pytest.mark.parametrize("fault", FAULTS)
async def test_faults_of_the_network_are_waited_out(server: TelegramServer, intake: Intake, fault: str) -> None:
    server.fail("getMe", fault)
    server.fail("getUpdates", fault, times=2, retry_after=1)
    async with polling(server, intake) as poller:
        await until(lambda: bool(poller.problem))
        server.say(LAN, "vẫn nghe")
        await until(lambda: intake.words == ["vẫn nghe"])
        await until(lambda: not poller.problem)


async def test_a_429_is_waited_for_as_long_as_it_says(server: TelegramServer, intake: Intake) -> None:
    server.fail("getUpdates", "429", retry_after=1)
    server.say(LAN, "chờ")
    async with polling(server, intake) as poller:
        await until(lambda: "wait 1 s" in poller.problem)
        await asyncio.sleep(0.5)
        assert intake.words == []
        await until(lambda: intake.words == ["chờ"])


async def test_a_second_poller_is_told_and_waited_for(server: TelegramServer, intake: Intake) -> None:
    async with polling(server, intake) as poller:
        await until(lambda: server.calls["getupdates"] > 0)
        async with aiohttp.ClientSession() as other:
            url = f"{server.url}/bot{server.token}/getUpdates"
            await (await other.post(url, json={"timeout": 0})).read()
        await until(lambda: poller.problem == "another program polls with this token")
        server.say(LAN, "đây")
        await until(lambda: intake.words == ["đây"])


async def test_a_wrong_token_is_named_and_not_shown(server: TelegramServer, intake: Intake) -> None:
    with capture_logs() as logs:
        async with polling(server, intake, token="4827:wrong") as poller:
            await until(lambda: "does not accept the token" in poller.problem)
    assert "4827:wrong" not in repr(logs)


async def test_an_old_webhook_is_removed_only_if_there_is_one(server: TelegramServer, intake: Intake) -> None:
    async with polling(server, intake):
        await until(lambda: server.calls["getupdates"] > 0)
    assert server.calls["deletewebhook"] == 0
    server.delivery.webhook = "https://old.example/telegram"
    async with polling(server, intake):
        await until(lambda: server.calls["deletewebhook"] == 1)


async def test_without_the_lease_nothing_is_asked(server: TelegramServer, intake: Intake) -> None:
    mine: bool | None = None

    async def may_poll() -> bool:
        if mine is None:
            raise OSError("no database")
        return mine

    server.say(LAN, "ai nghe?")
    async with polling(server, intake, may_poll) as poller:
        await until(lambda: "storage" in poller.problem)
        mine = False
        await asyncio.sleep(0.1)
        assert server.calls.total() == 0
        mine = True
        await until(lambda: intake.words == ["ai nghe?"])


def test_updates_that_share_a_chat_or_a_person_stand_in_one_line() -> None:
    def said(number: int, person: str, chat: str) -> tuple[int, Incoming]:
        return number, Incoming("telegram", str(number), person, chat, chat.startswith("-"), Said("x"))

    items = [said(1, "a", "a"), said(2, "b", "b"), said(3, "a", "-5"), said(4, "c", "-5"), said(5, "c", "c")]
    assert sorted([number for number, _ in line] for line in lines(items)) == [[1, 3, 4, 5], [2]]
