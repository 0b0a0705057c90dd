"""The channel of the filing page: nothing is pushed; what is said stands in the outbox until the page is looked at.

Beside it, the plain values that the page is made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.channels import Button, Capabilities, Outgoing, Rejected, Sent
from handlers.talk import Media

NAME = "web"


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as the page names it."""

    code: str
    name: str
    above: str = ""  # short name of the unit above


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the bot."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """What a browser sees. `known`: it has said something before."""

    known: bool = False
    language: str = ""
    consented: bool = False
    earlier: tuple[Told, ...] = ()  # before the newest turn
    newest: tuple[Told, ...] = ()
    receipt: str = ""  # a code that is shown this once


@dataclass(frozen=True, slots=True)
class Filed:
    """One initiative or idea as a receipt code shows it."""

    code: str  # grouped for reading
    title: str
    status: str
    unit: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Trace:
    """What a receipt code leads to. `draft`: the first words of what is not filed yet."""

    filed: tuple[Filed, ...] = ()
    draft: str = ""
    unit: str = ""  # code of the unit whose page goes on


class WebChannel:
    """The sending half: a message is out as soon as it can be looked at."""

    capabilities = Capabilities(
        name=NAME,
        text_limit=4096,
        caption_limit=4096,
        buttons=8,
        edits=False,
        files_out=False,
        groups=False,
        per_second=1000,
        chat_interval=0,
        group_interval=0,
        calls=False,
        vouches=False,
        voices=False,
    )

    async def send(self, message: Outgoing) -> Sent:
        """Raises `Rejected` for what the page would not show: files go as links, put into the words before."""
        if message.media:
            raise Rejected("a page shows no files")
        if len(message.text) > self.capabilities.text_limit:
            raise Rejected("text too long")
        return Sent("looked at")

    async def acknowledge(self, callback: str) -> None:
        """A page needs no answer to a press."""

    async def fetch(self, media: Media) -> bytes:
        """Photos are kept as they come (`bot.came`): there is nothing else."""
        raise Rejected(f"no {media.kind} of this channel")

    async def close(self) -> None:
        """Nothing is held."""
