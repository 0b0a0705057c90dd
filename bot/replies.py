"""From what is to be said to rows of the outbox: in words, in parts a channel takes, leased to this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.channels import Capabilities
from bot.joining import Part, joined
from handlers.facts import Facts
from handlers.form import Ctx
from handlers.forms import register
from handlers.split import split
from handlers.talk import Media, Reply, State, card_data, question_data
from handlers.texts import Texts
from models.queries.outbox import NewMessage

LEASE = timedelta(seconds=60)
ALBUM = "album"  # key under which a newer message takes the place of one that waits for silence
SILENCE = timedelta(seconds=2)  # an album's photos come one by one; what is said of them is said once
_NUMBERED = len("10. ") + len("   ")  # what a choice takes beside its label where there are no buttons


@dataclass(frozen=True, slots=True)
class Address:
    """Where replies go. `person_id`: whose words they may hold; None in groups and after erasure."""

    channel: str
    chat: str
    is_group: bool = False
    thread: str = ""
    person_id: int | None = None


class Writer:
    """Turns replies into messages. `capabilities` by channel name."""

    def __init__(self, texts: Texts, capabilities: Mapping[str, Capabilities], holder: str) -> None:
        self.texts = texts
        self.capabilities = capabilities
        self._holder = holder

    def messages(
        self,
        replies: Iterable[Reply],
        to: Address,
        *,
        language: str,
        version: int,
        key: str,
        now: datetime,
        results: Mapping[str, Any] | None = None,
    ) -> list[NewMessage]:
        """The messages of a turn, in order. `version` is the state's, for the buttons of questions; `key` begins the
        dedupe keys, so that a turn which is played again says nothing twice.
        """
        parts = [
            Part(payload, reply.settles, reply.alone)
            for reply in replies
            for payload in self._payloads(reply, to, language, version, results)
        ]
        able = self.capabilities[to.channel]
        out: list[NewMessage] = []
        for part in joined(parts, able.text_limit) if able.joins_replies else parts:
            message = self.message(part.payload, to, key=f"{key}:{len(out)}", now=now)
            out.append(replace(message, not_before=now + SILENCE, replaces=ALBUM) if part.settles else message)
        return out

    def outdated_on(self, channel: str) -> str:
        """The key of what need not be said any more once anything newer is, where each message counts; else ""."""
        return ALBUM if self.capabilities[channel].joins_replies else ""

    def message(
        self, payload: Mapping[str, Any], to: Address, *, key: str, now: datetime, leased: bool = True
    ) -> NewMessage:
        """One message that leaves at once: with `leased` this process sends it, else whichever sender looks first."""
        return NewMessage(
            channel=to.channel,
            chat=to.chat,
            payload=payload,
            dedupe=key,
            made_at=now,
            is_group=to.is_group,
            person_id=to.person_id,
            leased_by=self._holder if leased else "",
            lease_until=now + LEASE if leased else None,
        )

    def _payloads(
        self, reply: Reply, to: Address, language: str, version: int, results: Mapping[str, Any] | None
    ) -> Iterator[dict[str, Any]]:
        """Words in parts, choices under the last; files with it where the caption fits, else behind it."""
        shown = self.texts.reply(language, reply, results)
        choices = [
            [label, number, card_data(reply.card, key) if reply.card else question_data(version, key)]
            for key, label, number in shown.choices
        ]
        limits = self.capabilities[to.channel]
        taken = sum(len(label) + _NUMBERED for _, label, _ in shown.choices)
        parts = split(shown.text, max(limits.text_limit - taken, limits.text_limit // 2)) if shown.text.strip() else []
        media = [media_json(item) for item in reply.media]
        together = media and len(parts) == 1 and len(parts[0]) + taken <= limits.caption_limit
        thread = {"thread": to.thread} if to.thread else {}
        for number, part in enumerate(parts, 1):
            payload: dict[str, Any] = {"text": part, **thread}
            if number == len(parts) and choices:
                payload |= {"choices": choices, "numbered": reply.numbered}
            yield payload | ({"media": media} if together else {})
        if media and not together:
            yield {"text": "", "media": media, **thread}


def media_json(media: Media) -> dict[str, Any]:
    return {"kind": media.kind, "ref": media.ref, "name": media.name}


def consent_shown(texts: Texts) -> Callable[[State, Facts], str]:
    """The consent question in the words a person had before him when he agreed."""

    def text(state: State, facts: Facts) -> str:
        asked = register.ask_consent(Ctx(state, facts))
        return texts.reply(state.language, asked).text if isinstance(asked, Reply) else ""

    return text
