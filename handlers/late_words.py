"""What did not reach a person comes first when they next write (conversation.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.fit import LONGEST
from handlers.moments import day_text
from handlers.talk import Reply, Say, State, Words, say
from handlers.texts import Texts
from handlers.untold_facts import Late

MOST = 5  # messages; of more, the newest
_HINTS = {"talk": "talk.hint", "typed": "talk.hint", "request": "request.hint", "cast": "late.hint_cast"}


def said_first(texts: Texts, language: str, late: Sequence[Late], buttons: int) -> tuple[Reply, ...]:
    """Each as it was written, under a line that says since when. `buttons`: how many a message of the channel has;
    where there are too few the word that opens the card is named, for a number answers what comes last.
    """
    if not late:
        return ()
    shown = late[-MOST:]
    head: list[Words] = [say("late.head", n=len(shown), day=day_text(shown[0].day, language))]
    if len(late) > MOST:
        older = len(late) - MOST
        head.append(say("late.older", n=older))
    replies = [_reply(one, buttons) for one in shown]
    first = replace(replies[0], text=(*head, *replies[0].text))
    if sum(len(texts.render(language, line)) + 1 for line in first.text) <= LONGEST:
        return (first, *replies[1:])
    return (Reply(tuple(head)), *replies)


def _reply(one: Late, buttons: int) -> Reply:
    text = (one.text,) if one.text else ()
    if one.card is None or len(one.choices) <= buttons:
        return Reply(text, one.choices, one.card, one.media, numbered=False)
    hint: tuple[Say, ...] = (say(_HINTS[one.card.kind]),) if one.card.kind in _HINTS else ()
    return Reply((*text, *hint), media=one.media)


def without_unseen(state: State, late: Sequence[Late]) -> State:
    """The talk without a card that nobody saw: a number must not answer it."""
    cards = {f"{one.card.kind}:{one.card.record}" for one in late if one.card is not None}
    return replace(state, card="", offered=()) if state.card in cards else state
