"""The form in aiogram 3: StatesGroup, FSMContext, Dispatcher; state in memory or in Redis."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.base import BaseSession
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove
from redis.asyncio import BlockingConnectionPool, Redis

from bench.peers import words
from bench.peers.records import Records, open_records
from bench.people import Record
from bench.transport import TOKEN, Outlet


class Form(StatesGroup):
    consent = State()
    name = State()
    unit = State()
    title = State()
    body = State()
    began = State()
    confirm = State()


def keyboard(*labels: str) -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text=label) for label in labels]], resize_keyboard=True)


def router(records: Records) -> Router:
    """Every handler of the form, in its order."""
    form = Router()

    @form.message(Command("sk"))
    async def start(message: Message, state: FSMContext) -> None:
        await state.clear()
        await state.set_state(Form.consent)
        await message.answer(words.CONSENT, reply_markup=keyboard("1", "0"))

    @form.message(F.text == "0")
    async def leave(message: Message, state: FSMContext) -> None:
        await state.clear()
        await message.answer(words.LEFT, reply_markup=ReplyKeyboardRemove())

    @form.message(Form.consent, F.text == "1")
    async def consent(message: Message, state: FSMContext) -> None:
        await state.set_state(Form.name)
        await message.answer(words.NAME, reply_markup=ReplyKeyboardRemove())

    @form.message(Form.name, F.text.len() <= 80)
    async def name(message: Message, state: FSMContext) -> None:
        await state.update_data(name=message.text)
        await state.set_state(Form.unit)
        await message.answer(words.UNIT)

    @form.message(Form.unit, F.text.in_(words.UNITS))
    async def unit(message: Message, state: FSMContext) -> None:
        await state.update_data(unit=message.text)
        await state.set_state(Form.title)
        await message.answer(words.TITLE)

    @form.message(Form.title, F.text.len() <= 200)
    async def title(message: Message, state: FSMContext) -> None:
        await state.update_data(title=message.text)
        await state.set_state(Form.body)
        await message.answer(words.BODY)

    @form.message(Form.body, F.text)
    async def body(message: Message, state: FSMContext) -> None:
        await state.update_data(body=message.text)
        await state.set_state(Form.began)
        await message.answer(words.BEGAN, reply_markup=keyboard("1", "2", "3"))

    @form.message(Form.began, F.text.in_({"1", "2", "3"}))
    async def began(message: Message, state: FSMContext) -> None:
        data = await state.update_data(began=str(words.began(message.text or "")))
        await state.set_state(Form.confirm)
        await message.answer(words.summary(data), reply_markup=keyboard("1", "0"))

    @form.message(Form.confirm, F.text == "1")
    async def confirm(message: Message, state: FSMContext) -> None:
        await records.add(message.chat.id, await state.get_data())
        await state.clear()
        await message.answer(words.receipt(message.message_id), reply_markup=ReplyKeyboardRemove())

    @form.message()
    async def again(message: Message) -> None:
        await message.answer(words.AGAIN)

    return form


class StubSession(BaseSession):
    """aiogram's HTTP layer without HTTP: the form is built and the answer parsed as `AiohttpSession` does."""

    def __init__(self, outlet: Outlet) -> None:
        super().__init__()
        self._outlet = outlet

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 (aiogram's signature)
    ) -> TelegramType:
        form = {}
        for key, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files={})
            if prepared:
                form[key] = prepared
        answer = self._outlet.answer(method.__api_method__, form)
        response = self.check_response(bot=bot, method=method, status_code=200, content=answer.decode())
        return response.result  # type: ignore[return-value]  # typed optional; present when ok, as in aiogram itself

    async def stream_content(self, *_args: Any, **_named: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError("the form downloads nothing")
        yield b""

    async def close(self) -> None:
        """Nothing to close."""


class AiogramForm:
    """The contestant: raw bytes in, as a webhook would hand them on."""

    def __init__(self, storage: BaseStorage, records: Records, outlet: Outlet) -> None:
        self._bot = Bot(TOKEN, session=StubSession(outlet))
        self._dispatcher = Dispatcher(storage=storage, events_isolation=SimpleEventIsolation())
        self._dispatcher.include_router(router(records))
        self._records = records

    async def feed(self, raw: bytes) -> None:
        await self._dispatcher.feed_raw_update(self._bot, json.loads(raw))

    async def records(self) -> list[Record]:
        return await self._records.all()

    async def close(self) -> None:
        await self._dispatcher.fsm.close()
        await self._bot.session.close()
        await self._records.close()


async def in_memory(database: str, outlet: Outlet) -> AiogramForm:
    return AiogramForm(MemoryStorage(), await open_records(database), outlet)


async def in_redis(database: str, outlet: Outlet, redis_url: str) -> AiogramForm:
    """State in a Redis that appends to a file and syncs it every second."""
    pool = BlockingConnectionPool.from_url(redis_url, max_connections=16, timeout=300)
    return AiogramForm(RedisStorage(Redis(connection_pool=pool)), await open_records(database), outlet)
