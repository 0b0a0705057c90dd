"""A start builds the models of what comes in and no others; who needs others, the library's client say, has them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json
from bot.channels.telegram_parse import Update
import aiogram, aiogram.methods, aiogram.types

types = {name: one for name, one in vars(aiogram.types).items() if isinstance(one, type)}

def built():
    return sorted(name for name, one in types.items() if vars(one).get("__pydantic_complete__"))

started = built()
update = Update.model_validate(
    {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "sk 4827"}}
)
button = aiogram.types.InlineKeyboardButton(text="Có", callback_data="q:1:yes")
markup = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
sent = aiogram.methods.SendMessage(chat_id=5, text="Có không?", reply_markup=markup)
print(json.dumps([started, update.message.text, type(sent.reply_markup).__name__, built()]))
"""


def test_models_are_built_when_they_are_used() -> None:
    told = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    started, text, markup, later = json.loads(told.stdout)
    assert started == ["Update"]
    assert (text, markup) == ("sk 4827", "InlineKeyboardMarkup")
    assert later == ["InlineKeyboardButton", "InlineKeyboardMarkup", "Update"]
