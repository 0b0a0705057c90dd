"""The form in python-telegram-bot: ConversationHandler; state in memory or in a pickle."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from telegram import ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    ExtBot,
    MessageHandler,
    PicklePersistence,
    filters,
)

from bench.peers import words
from bench.peers.records import Records, open_records
from bench.people import Record
from bench.ptb_transport import BenchRequest
from bench.transport import TOKEN, Outlet

CONSENT, NAME, UNIT, TITLE, BODY, BEGAN, CONFIRM = range(7)
Context = ContextTypes.DEFAULT_TYPE


def keyboard(*labels: str) -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup([list(labels)], resize_keyboard=True)


class Form:
    """The handlers, in the order of the form."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def start(self, update: Update, context: Context) -> int:
        _answers(context).clear()
        return await _say(update, words.CONSENT, CONSENT, keyboard("1", "0"))

    async def consent(self, update: Update, _context: Context) -> int:
        return await _say(update, words.NAME, NAME, ReplyKeyboardRemove())

    async def name(self, update: Update, context: Context) -> int:
        _answers(context)["name"] = _text(update)
        return await _say(update, words.UNIT, UNIT)

    async def unit(self, update: Update, context: Context) -> int:
        if _text(update) not in words.UNITS:
            return await _say(update, words.AGAIN, UNIT)
        _answers(context)["unit"] = _text(update)
        return await _say(update, words.TITLE, TITLE)

    async def title(self, update: Update, context: Context) -> int:
        _answers(context)["title"] = _text(update)
        return await _say(update, words.BODY, BODY)

    async def body(self, update: Update, context: Context) -> int:
        _answers(context)["body"] = _text(update)
        return await _say(update, words.BEGAN, BEGAN, keyboard("1", "2", "3"))

    async def began(self, update: Update, context: Context) -> int:
        answers = _answers(context)
        answers["began"] = str(words.began(_text(update)))
        return await _say(update, words.summary(answers), CONFIRM, keyboard("1", "0"))

    async def confirm(self, update: Update, context: Context) -> int:
        message = update.message
        assert message is not None
        await self._records.add(message.chat_id, _answers(context))
        _answers(context).clear()
        return await _say(update, words.receipt(message.id), ConversationHandler.END, ReplyKeyboardRemove())

    async def leave(self, update: Update, _context: Context) -> int:
        return await _say(update, words.LEFT, ConversationHandler.END, ReplyKeyboardRemove())

    async def again(self, update: Update, _context: Context) -> None:
        await _say(update, words.AGAIN, 0)


def conversation(form: Form, *, persistent: bool) -> ConversationHandler[Context]:
    """The conversation with its states; a persistent one has a name, by which its states are kept."""
    text = filters.TEXT & ~filters.COMMAND & ~filters.Text(["0"])
    one = filters.Text(["1"])
    return ConversationHandler(
        entry_points=[CommandHandler("sk", form.start)],
        states={
            CONSENT: [MessageHandler(one, form.consent)],
            NAME: [MessageHandler(text, form.name)],
            UNIT: [MessageHandler(text, form.unit)],
            TITLE: [MessageHandler(text, form.title)],
            BODY: [MessageHandler(text, form.body)],
            BEGAN: [MessageHandler(filters.Text(["1", "2", "3"]), form.began)],
            CONFIRM: [MessageHandler(one, form.confirm)],
        },
        fallbacks=[
            CommandHandler("sk", form.start),
            MessageHandler(filters.Text(["0"]), form.leave),
            MessageHandler(filters.ALL, form.again),
        ],
        name="filing" if persistent else None,
        persistent=persistent,
    )


class PtbForm:
    """The contestant. Updates go through one at a time: ConversationHandler asks for that, and it is the default."""

    def __init__(self, records: Records, outlet: Outlet, pickle: Path | None, *, every_update: bool) -> None:
        bot = ExtBot(TOKEN, request=BenchRequest(outlet), get_updates_request=BenchRequest(outlet))
        builder = Application.builder().bot(bot).updater(None).job_queue(None)
        if pickle:
            builder.persistence(PicklePersistence(pickle))
        self._app: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        self._app.add_handler(conversation(Form(records), persistent=pickle is not None))
        self._records = records
        self._every_update = every_update
        self._one_at_a_time = asyncio.Lock()

    async def open(self) -> PtbForm:
        await self._app.initialize()
        await self._app.start()
        return self

    async def feed(self, raw: bytes) -> None:
        async with self._one_at_a_time:
            await self._app.process_update(Update.de_json(json.loads(raw), self._app.bot))
            if self._every_update:
                await self._app.update_persistence()

    async def records(self) -> list[Record]:
        return await self._records.all()

    async def close(self) -> None:
        await self._app.stop()
        await self._app.shutdown()
        await self._records.close()


async def in_memory(database: str, outlet: Outlet) -> PtbForm:
    return await PtbForm(await open_records(database), outlet, None, every_update=False).open()


async def pickled(database: str, outlet: Outlet, pickle: Path, *, every_update: bool) -> PtbForm:
    """With PicklePersistence: at its default interval (60 s), or written after every update."""
    return await PtbForm(await open_records(database), outlet, pickle, every_update=every_update).open()


async def _say(update: Update, text: str, then: int, markup: Any = None) -> int:
    assert update.message is not None
    await update.message.reply_text(text, reply_markup=markup)
    return then


def _text(update: Update) -> str:
    assert update.message is not None
    return update.message.text or ""


def _answers(context: Context) -> dict[str, Any]:
    assert context.user_data is not None
    return context.user_data
