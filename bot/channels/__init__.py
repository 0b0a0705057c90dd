"""What every channel is to the rest of the bot: how a message comes in, how one goes out, what may go wrong.

A channel's differences stand in its `Capabilities` row, never in `if channel == …`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from handlers import talk
from handlers.talk import Event, Media


@dataclass(frozen=True, slots=True)
class Quota:
    """What a plan allows; 0: as much as one likes. Percents are of the month's messages."""

    plan: str  # its name
    messages: int  # a month, in both directions
    people: int
    groups: int
    keep_replies: int = 10  # percent: so much is left when notices stop
    keep_notices: int = 20  # so much is left when bulk stops


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do. Lengths are characters after NFC."""

    name: str
    text_limit: int
    caption_limit: int
    buttons: int  # most buttons of a message; 0: choices are shown as numbered lines
    edits: bool
    files_out: bool
    groups: bool
    per_second: float  # messages a second for the whole bot
    chat_interval: float  # seconds between two messages to one private chat
    group_interval: float  # seconds between two messages to one group
    closed_hours: int | None = None  # after a person was last seen: then it takes no message to him; None: never
    free_hours: int | None = None  # after which one costs `price`; None: never
    price: int = 0  # đồng
    dear_hours: int | None = None  # after which one costs `dear_price` instead; None: never
    dear_price: int = 0
    quota: Quota | None = None  # what is counted and kept back; None: nothing
    joins_replies: bool = False  # each message counts: all that a turn says is one message
    pictures_by_url: bool = False  # a picture goes out as an address the platform fetches; other files as links
    mentions: bool = False  # in a group only what mentions the bot, or answers it, is heard
    send_seconds: float = 30.0  # how long a send may take, with all that belongs to it
    media_seconds: float = 30.0  # with a picture or file
    calls: bool = True  # does it bring a message to a person? False: who wants to know comes and looks
    vouches: bool = True  # is an account one person's? False: who has a code may sit there, and no role is used
    voices: bool = True  # can people send voice messages?
    numbers_too: bool = False  # buttons may not be shown everywhere: choices are numbered lines as well
    file_suffixes: tuple[str, ...] = ()  # other files than these and pictures go out as links; empty: all go out


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update, the same for every channel. Ids are the platform's, as text."""

    channel: str
    external_id: str  # of the update: a repeat has the same one
    account: str  # who did it
    chat: str  # where; in private often equal to `account`
    is_group: bool
    event: Event
    thread: str = ""  # Telegram topic to answer in
    language: str = ""  # the client's language code, if the platform tells
    callback: str = ""  # the press that wants its empty answer after commit
    moved_to: str = ""  # the chat has this id from now on (group -> supergroup)
    admin: bool | None = None  # is the sender known to be an admin of this group
    group_title: str = ""

    @property
    def named(self) -> Event:
        """The event, a file in it with the channel it came by: a draft may be filed from another one."""
        event = self.event
        return talk.Sent(replace(event.media, channel=self.channel)) if isinstance(event, talk.Sent) else event


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as the sender hands it to a channel; without buttons, choices are numbered lines of the text."""

    chat: str
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()  # rows
    media: tuple[Media, ...] = ()
    thread: str = ""
    edits: str = ""  # external id of the message this one replaces in place
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    external_id: str
    messages: int = 1  # how many the platform counts


class SendError(Exception):
    """Why a message did not go out. The sender knows these and no others."""


class RateLimited(SendError):
    """Come back after `after` seconds; the whole bot must wait (HTTP 429). `because`: as in `NotNow`."""

    def __init__(self, after: float, because: str = "") -> None:
        super().__init__(f"rate limited for {after:g} s")
        self.after = after
        self.because = because


class Temporary(SendError):
    """The platform is away, and most likely took nothing (no connection, 502, 503): try again until it is back.

    `perhaps`: it may be out all the same; False where the request never left.
    """

    def __init__(self, reason: str = "", *, perhaps: bool = True) -> None:
        super().__init__(reason)
        self.perhaps = perhaps


class Unsure(Temporary):
    """As likely sent as not: the request went out and no answer came, or one nobody knows. Each further try may be a
    repeat, so there are few.
    """


class Moved(SendError):
    """The chat has another id now: store it and send again."""

    def __init__(self, new_chat: str) -> None:
        super().__init__("chat moved")
        self.new_chat = new_chat


class Gone(SendError):
    """Blocked, kicked, deleted, never started: this chat cannot be reached."""


class NotNow(SendError):
    """Not before `until` (night window, free-reply window). `because`: the key of the words for administrators, where
    it is something they should know of (a quota).
    """

    def __init__(self, until: datetime, because: str = "") -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until
        self.because = because


class Rejected(SendError):
    """This message will never be taken (too long, malformed): our fault."""


class Unauthorized(SendError):
    """The token is not good: nothing can be sent until it is mended, mostly by an administrator."""


Deliver = Callable[[Incoming], Awaitable[None]]
"""The intake's door: returns when the update is done for good (then confirm it), raises when it must come again."""


class Channel(Protocol):
    """The sending half of a channel."""

    capabilities: Capabilities

    async def send(self, message: Outgoing) -> Sent:
        """Send one message. Raises a `SendError` and nothing else."""

    async def acknowledge(self, callback: str) -> None:
        """Give a button press its empty answer. Never raises: a late answer is no fault."""

    async def fetch(self, media: Media) -> bytes:
        """The bytes of a file a person sent. Raises `SendError`."""

    async def close(self) -> None: ...


@runtime_checkable
class HasMenus(Protocol):
    """A channel that shows beside the text field what can be typed, in each private chat a list of its own."""

    async def set_menu(self, chat: str, lines: Sequence[tuple[str, str]]) -> None:
        """Show these (word, description) lines in the chat from now on; none: what everybody is shown. Never raises:
        a menu helps to type, it allows and forbids nothing.
        """


class Receiver(Protocol):
    """The receiving half of a channel: runs until cancelled."""

    async def run(self, deliver: Deliver) -> None: ...


RawUpdate = Mapping[str, Any]
