"""What the administrators are told when the Official Account needs them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.channels.zalo_oa_api import NAME
from bot.directory import ZONE
from handlers.talk import Say, reply, say
from handlers.texts import Texts
from models.queries import outbox, people
from models.queries.outbox import NewMessage
from models.queries.rows import AnyRow
from models.queries.secrets import REFUSED


@dataclass(frozen=True, slots=True)
class Alarm:
    """`channels`: those this installation serves."""

    texts: Texts
    channels: Collection[str]

    def tell_of_tokens(self, conn: Connection, problem: str, about: str, now: datetime) -> None:
        """`problem`: see `secrets.PROBLEMS`. One that was refused leaves the account its old access token for hours."""
        self.tell(conn, say(f"zalo_oa.{problem}"), about, now, by_account=problem == REFUSED)

    def tell_of_waiting(self, conn: Connection, code: int, way: str, now: datetime) -> None:
        """Messages wait until a person mends what Zalo's error number says. `way`: group, template or person. Once a
        day: the account itself still reaches people.
        """
        words = say(f"zalo_oa.waits_{way}", problem=say(f"zalo_error.{-code}"))
        self.tell(conn, words, f"{code}:{now.astimezone(ZONE).date()}", now, by_account=True)

    def tell_of_signatures(self, conn: Connection, now: datetime) -> None:
        """No event was signed as the settings say. Once a day."""
        self.tell(conn, say("zalo_oa.unsigned"), str(now.astimezone(ZONE).date()), now, by_account=True)

    def tell(self, conn: Connection, words: Say, about: str, now: datetime, *, by_account: bool = False) -> None:
        """To each administrator, once for the same text and `about`; `by_account`: by the account itself where nothing
        else reaches them.
        """
        told: dict[int, AnyRow] = {}
        for row in sorted(people.admins(conn), key=lambda row: row.channel == NAME):
            if row.channel in self.channels and (by_account or row.channel != NAME):
                told.setdefault(row.person_id, row)
        outbox.put(
            conn,
            [
                NewMessage(
                    channel=row.channel,
                    chat=row.chat,
                    payload={"text": self.texts.reply(row.language, reply(words)).text},
                    dedupe=f"{words.key}:{about}:{row.person_id}",
                    made_at=now,
                    person_id=row.person_id,
                )
                for row in told.values()
            ],
        )
