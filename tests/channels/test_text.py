"""What layout promises on every channel: buttons or numbered lines, no markup, lengths. A new channel is a row."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from bot.channels import Button, Capabilities
from bot.channels.telegram_api import capabilities
from bot.channels.text import lay_out, without_mention
from bot.channels.webchat import WebChat

TELEGRAM = capabilities(per_second=25, chat_interval=1, group_interval=3)
NO_BUTTONS = replace(TELEGRAM, name="plain", text_limit=2000, caption_limit=2000, buttons=0, edits=False)
CHANNELS = [TELEGRAM, WebChat.capabilities, NO_BUTTONS]
WITH_BUTTONS = [channel for channel in CHANNELS if channel.buttons]

CONSENT = [["Đồng ý", 1, "q:3:yes"], ["Không", 0, "q:3:no"]]
BEGAN = [
    ["Tuần này", 1, "q:4:week"],
    ["Tháng này", 2, "q:4:month"],
    ["Tháng trước", 3, "q:4:last"],
    ["Lâu hơn (gõ tháng, vd 9/2026)", 4, "q:4:older"],
    ["Chưa làm thử, để làm rồi nộp", 5, "q:4:idea"],
]


def payload(text: str = "Đồng ý chứ?", choices: Any = (), **more: Any) -> dict[str, Any]:
    return {"text": text, "choices": choices, "media": [], "thread": "", "numbered": True} | more


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
class TestEveryChannel:
    def test_refuses_a_text_over_its_limit(self, channel: Capabilities) -> None:
        with pytest.raises(ValueError, match=str(channel.text_limit)):
            lay_out(payload("ạ" * (channel.text_limit + 1)), channel, "1")

    def test_refuses_a_caption_over_its_limit(self, channel: Capabilities) -> None:
        photo = {"kind": "photo", "ref": "AgAC", "name": ""}
        with pytest.raises(ValueError, match=str(channel.caption_limit)):
            lay_out(payload("ạ" * (channel.caption_limit + 1), media=[photo]), channel, "1")

    def test_refuses_nothing_at_all(self, channel: Capabilities) -> None:
        with pytest.raises(ValueError, match="neither"):
            lay_out(payload(" \n"), channel, "1")

    def test_takes_a_text_of_exactly_its_limit(self, channel: Capabilities) -> None:
        assert len(lay_out(payload("ạ" * channel.text_limit), channel, "1").text) == channel.text_limit

    def test_words_of_a_worker_pass_as_they_are(self, channel: Capabilities) -> None:
        words = "<b>*đậm* _nghiêng_ [x](http://a) `mã` & </b> {{ x }} @all /sk"
        assert lay_out(payload(words), channel, "1").text == words

    def test_carries_chat_thread_edit_and_files(self, channel: Capabilities) -> None:
        photo = {"kind": "photo", "ref": "AgAC", "name": "gá.jpg"}
        sent = lay_out(payload(thread="7", media=[photo]), channel, "-100", edits="55")
        assert (sent.chat, sent.thread, sent.edits, sent.media[0].name) == ("-100", "7", "55", "gá.jpg")

    def test_each_choice_is_offered_once_and_can_be_taken(self, channel: Capabilities) -> None:
        sent = lay_out(payload(choices=BEGAN), channel, "1")
        labels = [button.label for row in sent.buttons for button in row]
        shown = labels if channel.buttons else sent.text.splitlines()[1:]
        assert len(shown) == len(BEGAN)
        assert all(str(label) in line for (label, *_), line in zip(BEGAN, shown, strict=True))


@pytest.mark.parametrize("channel", WITH_BUTTONS, ids=lambda channel: channel.name)
def test_buttons_short_ones_share_a_row_long_ones_stand_alone(channel: Capabilities) -> None:
    sent = lay_out(payload(choices=BEGAN), channel, "1")
    assert sent.text == "Đồng ý chứ?"
    assert [[button.label for button in row] for row in sent.buttons] == [
        ["Tuần này", "Tháng này", "Tháng trước"],
        ["Lâu hơn (gõ tháng, vd 9/2026)"],
        ["Chưa làm thử, để làm rồi nộp"],
    ]
    assert sent.buttons[0][0] == Button("Tuần này", "q:4:week")


NUMBERED = [
    ("short ones on one line", CONSENT, True, "1. Đồng ý   0. Không"),
    (
        "long ones a line each",
        BEGAN,
        True,
        "1. Tuần này\n2. Tháng này\n3. Tháng trước\n4. Lâu hơn (gõ tháng, vd 9/2026)\n5. Chưa làm thử, để làm rồi nộp",
    ),
    ("the answer is itself a number", [["Chưa rõ", 1, "a"], ["Không tính bằng tiền", 2, "b"]], False,
     "Chưa rõ   Không tính bằng tiền"),
    ("one without a number", [["Nộp", 1, "a"], ["Bỏ", None, "b"]], True, "1. Nộp\nBỏ"),
    ("a label of two lines", [["May Sao Mai\n(P. Từ Liêm)", 1, "a"]], True, "1. May Sao Mai (P. Từ Liêm)"),
    ("a hundred characters", [["x" * 45, 1, "a"], ["y" * 46, 2, "b"]], True, f"1. {'x' * 45}   2. {'y' * 46}"),
    ("one more", [["x" * 46, 1, "a"], ["y" * 46, 2, "b"]], True, f"1. {'x' * 46}\n2. {'y' * 46}"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "choices", "numbered", "lines"), NUMBERED, ids=[row[0] for row in NUMBERED])
def test_numbered_lines_where_there_are_no_buttons(label: str, choices: Any, numbered: bool, lines: str) -> None:
    sent = lay_out(payload("Hỏi?", choices, numbered=numbered), NO_BUTTONS, "1")
    assert (sent.text, sent.buttons) == (f"Hỏi?\n{lines}", ())


def test_more_choices_than_buttons_become_lines() -> None:
    few = replace(TELEGRAM, buttons=4)
    assert lay_out(payload("Từ khi nào?", BEGAN), few, "1").text.endswith("5. Chưa làm thử, để làm rồi nộp")


MENTIONS = [
    ("in front", "@SangKienBot ketqua", "ketqua"),
    ("behind, another case", "ketqua @sangkienbot", "ketqua"),
    ("with a comma", "@SangKienBot, ketqua", "ketqua"),
    ("a name with blanks", "@Bot Sáng kiến ketqua", "ketqua"),
    ("somebody else", "@SangKienBot2 ketqua", "@SangKienBot2 ketqua"),
    ("an address", "lan@sangkienbot.vn", "lan@sangkienbot.vn"),
    ("lines and tabs stay", "@SangKienBot so cong\nMay Sao Mai\t118", "so cong\nMay Sao Mai\t118"),
    ("nothing else", "@SangKienBot", ""),
]


@pytest.mark.parametrize(("label", "text", "left"), MENTIONS, ids=[row[0] for row in MENTIONS])
def test_the_bot_is_addressed(label: str, text: str, left: str) -> None:
    assert without_mention(text, ["SangKienBot", "Bot Sáng kiến"]) == left


def test_no_names_leave_the_text_alone() -> None:
    assert without_mention(" @a b ", []) == " @a b "


def test_a_name_told_decomposed_is_the_same_name() -> None:
    told = unicodedata.normalize("NFD", "Bot Sáng kiến")
    assert without_mention("@Bot Sáng kiến KETQUA", [told]) == "KETQUA"


@pytest.mark.parametrize(
    ("module", "foreign"),
    [
        ("bot.channels.text", ("aiogram", "telegram", "aiohttp")),
        ("bot.channels.telegram_webhook", ("telegram",)),
        ("bot.channels.telegram_out", ("aiogram",)),
    ],
)
def test_a_half_loads_only_its_own_library(module: str, foreign: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([name for name in {foreign!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
