"""A message to a worker has at most 320 characters: what is longer goes in two, parted between lines."""

from __future__ import annotations

from dataclasses import replace

from handlers.talk import Reply, Turn, Words
from handlers.texts import Texts

LONGEST = 320  # characters of a message in private, its choices included (conversation.md)
_LATER = {"code": "48 27 00 031"}  # for what the turn's effects will bring about
_CHOICE = len("1. ") + len("   ")  # beside its label, where choices are numbered lines


def fitted(turn: Turn, texts: Texts) -> Turn:
    """The turn with each reply that is too long in parts. A single long line (a board, a notice) stays whole."""
    language = turn.state.language
    replies = [part for reply in turn.replies for part in _parts(reply, texts, language)]
    return replace(turn, replies=tuple(replies))


def _parts(reply: Reply, texts: Texts, language: str) -> tuple[Reply, ...]:
    """Everything up to the last line that would not fit any more, then the rest with choices and files."""
    if len(reply.text) < 2:
        return (reply,)
    sizes = [len(texts.render(language, line, _LATER)) + 1 for line in reply.text]
    choices = sum(len(texts.render(language, choice.label)) + _CHOICE for choice in reply.choices)
    if sum(sizes) + choices <= LONGEST:
        return (reply,)
    if reply.settles:  # of what settles only one message is sent; the summary counts the photos itself
        return (replace(reply, text=reply.text[1:]),)
    head: list[Words] = []
    room = LONGEST
    for line, size in zip(reply.text[:-1], sizes, strict=False):
        room -= size
        if room < 0 and head:
            break
        head.append(line)
    rest = replace(reply, text=reply.text[len(head) :])
    return (Reply(tuple(head)), *_parts(rest, texts, language))
