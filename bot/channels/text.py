"""How a reply looks on a channel: buttons where there are buttons, numbered lines where there are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels import Button, Capabilities, Outgoing
from handlers.talk import Media

LOCAL_FILE = "file:"
"""A `Media.ref` that begins so is a file of ours on this machine; what follows is its path."""

ONE_LINE = 100  # characters: together up to this long, choices share a line (conversation.md §1)
GAP = "   "
ROW_LABELS = 30  # characters of all labels in a row of buttons; more is cut off on a small phone
LONG_LABEL = 16  # a longer label has a row of its own
MOST_IN_ROW = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A choice as the outbox keeps it: `[label, number or null, data]`."""

    label: str
    number: int | None
    data: str


def lay_out(payload: Mapping[str, Any], capabilities: Capabilities, chat: str, edits: str = "") -> Outgoing:
    """One outbox payload as this channel shows it. Words stay plain text: nothing a worker writes can become markup.

    `payload`: text, choices (`[label, number or null, data]`), media (kind, ref, name), thread, numbered, silent.
    Raises ValueError where the channel cannot take it whole: texts are split before they enter the outbox.
    """
    choices = [Shown(_one_line(str(label)), number, str(data)) for label, number, data in payload.get("choices") or ()]
    text = str(payload.get("text") or "")
    media = tuple(_media(item) for item in payload.get("media") or ())
    rows: tuple[tuple[Button, ...], ...] = ()
    if choices and len(choices) <= capabilities.buttons:
        rows = button_rows(choices)
    if choices and (not rows or capabilities.numbers_too):
        text = f"{text}\n{choice_lines(choices, payload.get('numbered', True))}".strip("\n")
    _check_length(text, media, capabilities)
    return Outgoing(
        chat=chat,
        text=text,
        buttons=rows,
        media=media,
        thread=str(payload.get("thread") or ""),
        edits=edits,
        silent=bool(payload.get("silent", False)),
    )


def _check_length(text: str, media: Sequence[Media], capabilities: Capabilities) -> None:
    limit = capabilities.caption_limit if media else capabilities.text_limit
    if len(text) > limit:
        raise ValueError(f"{len(text)} characters; {capabilities.name} takes {limit}")
    if not text.strip() and not media:
        raise ValueError("neither words nor a file to send")


def button_rows(choices: Sequence[Shown]) -> tuple[tuple[Button, ...], ...]:
    """Short labels share a row, in their order; a long one stands alone."""
    rows: list[list[Button]] = []
    for choice in choices:
        button = Button(choice.label, choice.data)
        if rows and _fits(rows[-1], button):
            rows[-1].append(button)
        else:
            rows.append([button])
    return tuple(tuple(row) for row in rows)


def _fits(row: Sequence[Button], button: Button) -> bool:
    labels = [*(other.label for other in row), button.label]
    short = all(len(label) <= LONG_LABEL for label in labels)
    return short and len(labels) <= MOST_IN_ROW and sum(map(len, labels)) <= ROW_LABELS


def choice_lines(choices: Sequence[Shown], numbered: bool = True) -> str:
    """ "1. Đồng ý   0. Không" on one line, or a line each when that would be long. Without numbers: the bare words."""
    counted = [f"{choice.number}. {choice.label}" for choice in choices if numbered and choice.number is not None]
    words = [choice.label for choice in choices if not numbered or choice.number is None]
    return "\n".join(part for part in (_together(counted, ""), _together(words, "• ")) if part)


def _together(items: Sequence[str], bullet: str) -> str:
    line = GAP.join(items)
    return line if len(line) <= ONE_LINE else "\n".join(f"{bullet}{item}" for item in items)


def _media(item: Mapping[str, Any]) -> Media:
    return Media(kind=str(item["kind"]), ref=str(item["ref"]), name=str(item.get("name") or ""))


def _one_line(label: str) -> str:
    return " ".join(label.split())


def without_mention(text: str, names: Iterable[str]) -> str:
    """The text without "@name" of the bot, any case; `names` come without the @. Other words stay as typed."""
    composed = (unicodedata.normalize("NFC", name) for name in names if name)  # as the words are
    wanted = sorted((re.escape(name) for name in composed), key=len, reverse=True)
    if not wanted:
        return text
    mention = re.compile(rf"(?<!\w)@(?:{'|'.join(wanted)})(?!\w)[,:]?[ \t]*", re.IGNORECASE)
    return mention.sub("", text).strip() if mention.search(text) else text
