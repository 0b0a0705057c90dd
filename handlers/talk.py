"""What every part of the bot speaks: what a person did (Event), what is said (Reply), where the talk stands (State).

All are plain values. Nothing here knows a platform, a database or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# ---------------------------------------------------------------- what a person did


@dataclass(frozen=True, slots=True)
class Media:
    """One file a person sent, as its channel names it; `caption` is what was written under it."""

    kind: str  # photo | file | voice
    ref: str  # how the channel finds the file again (a Telegram file_id, a URL, an upload's name)
    caption: str = ""
    name: str = ""
    size: int = 0  # bytes, 0 when the platform does not say
    channel: str = ""  # by which it came: a draft may be filed from another one


@dataclass(frozen=True, slots=True)
class Said:
    """A text message."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button. `data` is what Choice buttons carry: see `question_data` and `card_data`."""

    data: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A photo, a file or a voice message, perhaps with words under it."""

    media: Media


@dataclass(frozen=True, slots=True)
class Edited:
    """A person edited an earlier message. Nothing is taken from it; the person is told how to change an answer."""

    text: str


LOST = "lost"
UNSUPPORTED = "unsupported"  # the platform tells nothing of it


@dataclass(frozen=True, slots=True)
class Odd:
    """Something a form cannot take: sticker, contact, location, unknown kinds; a file that could not be fetched
    (`LOST`), with the words that came with it.
    """

    kind: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """The person opened the chat by a link; `payload` is what the link carried ("" without one)."""

    payload: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot's own standing in a chat changed: member, admin, left (removed), blocked (private), or withdrawn: the
    platform says that this person takes back everything that is known of them.
    """

    standing: str  # member | admin | left | blocked | withdrawn


Event = Said | Pressed | Sent | Edited | Odd | Started | Joined

# ---------------------------------------------------------------- what the bot says


@dataclass(frozen=True, slots=True)
class Say:
    """A text of the catalogue by its key, with what is put into it. Values may be texts (`Say`) themselves.

    The words are looked up last (`texts.Texts.render`), when the effects of the turn have been applied: what they
    brought about (an initiative's code, say) can be put into the text by its name.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def say(key: str, **values: Any) -> Say:
    """`say("title.ask")`: the usual way to write a `Say`. Message extraction looks for this name."""
    return Say(key, values)


Words = Say | str  # a str is said as it stands (a person's own words, a unit's name)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. `key` is what the code calls it: short ASCII, it travels in button data."""

    key: str
    label: Words
    number: int | None = None  # None: counted from 1 in order of the reply; 0 is kept for leaving


@dataclass(frozen=True, slots=True)
class Card:
    """What buttons of a card belong to: they carry record and version, and work for ever."""

    kind: str
    record: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of the bot to the chat the event came from (or, with `to_person`, to that person in private)."""

    text: tuple[Words, ...]  # lines
    choices: tuple[Choice, ...] = ()
    card: Card | None = None  # choices belong to this card; without one, to the question of the state's version
    media: tuple[Media, ...] = ()
    numbered: bool = True  # False: the answer is itself a number, so choices are shown without numbers
    settles: bool = False  # said after two seconds of silence, once for all the photos of an album
    alone: bool = False  # to be copied or forwarded as it is: nothing else stands in its message


def reply(
    *lines: Words, choices: tuple[Choice, ...] = (), card: Card | None = None, media: tuple[Media, ...] = ()
) -> Reply:
    return Reply(lines, choices, card, media)


QUESTION, CARD = "q", "c"


def question_data(version: int, key: str) -> str:
    """Button data of a question: `q:{version}:{key}`. A stale version is told "câu này đã qua"."""
    return f"{QUESTION}:{version}:{key}"


def card_data(card: Card, key: str) -> str:
    """Button data of a card: `c:{kind}:{record}:{version}:{key}`, at most 64 bytes on Telegram."""
    return f"{CARD}:{card.kind}:{card.record}:{card.version}:{key}"


# ---------------------------------------------------------------- where the talk stands


@dataclass(frozen=True, slots=True)
class Offered:
    """A choice as it was last shown, so that a number, a label or a button can be matched to it later."""

    key: str
    number: int | None
    folded: str  # the label without accents or case; "" where two labels fold alike


@dataclass(frozen=True, slots=True)
class State:
    """A person's conversation between two messages. Everything in it is JSON (`to_json`, `from_json`)."""

    version: int = 0  # rises with each turn that asks something; question buttons carry it
    form: str = ""  # name of the form under way, "" when none
    answers: Mapping[str, Any] = field(default_factory=dict)  # field name -> answer (JSON values)
    skipped: tuple[str, ...] = ()
    given: tuple[str, ...] = ()  # fields the person was asked and answered, in that order: where going back leads
    revisiting: str = ""  # the field being answered anew; its old answer stands until replaced
    asked: str = ""  # the field that was asked last; "left": a draft was left; "offer": see `drafts.offer`
    card: str = ""  # "kind:record" of a card shown after that question: numbers answer the card, words the question
    offered: tuple[Offered, ...] = ()
    pending: Mapping[str, Any] = field(
        default_factory=dict
    )  # what a field keeps between a question and its confirmation
    misses: int = 0  # how often in a row nothing was understood
    draft: str = ""  # key of the draft under way: a filing carries it, so that it is filed once
    language: str = "vi"
    parked: Mapping[str, Any] = field(default_factory=dict)  # the draft (as JSON) that waits till another form is over

    def to_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "form": self.form,
            "answers": dict(self.answers),
            "skipped": list(self.skipped),
            "given": list(self.given),
            "revisiting": self.revisiting,
            "asked": self.asked,
            "card": self.card,
            "offered": [[o.key, o.number, o.folded] for o in self.offered],
            "pending": dict(self.pending),
            "misses": self.misses,
            "draft": self.draft,
            "language": self.language,
            "parked": dict(self.parked),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> State:
        """Unknown names are ignored, missing ones take their defaults: an older or newer state still loads."""
        known = {name: data[name] for name in State.__slots__ if name in data}
        known["skipped"] = tuple(known.get("skipped", ()))
        known["given"] = tuple(known.get("given", ()))
        known["offered"] = tuple(Offered(*row) for row in known.get("offered", ()))
        return State(**known)


# ---------------------------------------------------------------- one step


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event leads to: the new state, what is said, what is to be done (see `effects`)."""

    state: State
    replies: tuple[Reply, ...] = ()
    effects: tuple[Any, ...] = ()  # effects.Effect


@dataclass(frozen=True, slots=True)
class Need:
    """The step cannot go on without looking these up: step again with the answers in `Facts.answers`."""

    queries: tuple[Any, ...]  # facts.Query
