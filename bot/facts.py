"""What a step may know: the cheap facts of every turn, and the answers to what a step asks for (`Need`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import broadcast_desk, directory, in_detail
from bot.boards import board_of, last_notice
from bot.broadcast_desk import Asks
from bot.desks import DESKS
from bot.directory import Directory
from bot.morning import morning_now
from bot.roles import held, of_row
from bot.similar import Titles
from handlers import facts as f
from handlers import loudspeaker
from handlers.broadcast_facts import AudienceOf, BroadcastOf, BroadcastsOf, Reach
from handlers.desk_facts import RequestOf, TalkOf
from handlers.forms.register import CONSENT_VERSION
from handlers.in_detail import render as words_in_detail
from handlers.morning_facts import MorningOf
from handlers.notice import FULL, board_text
from handlers.papers import PostersOf
from handlers.role_facts import WrongCodes
from handlers.talk import State
from handlers.texts import Texts
from models.queries import behind, invites, own, people, registry
from models.queries.rows import AnyRow

MINE = 10  # of a person's own initiatives, the newest
OPEN = frozenset({"idea", "waiting", "more"})


@dataclass(frozen=True, slots=True)
class Known:
    """Facts of this turn and where the talk stands. `account`: the row of whoever wrote, None for a stranger."""

    facts: f.Facts
    state: State
    account: AnyRow | None = None


class Desk:
    """Gathers facts. Cheap ones come from one or two statements and from memory."""

    def __init__(
        self,
        registry: Directory,
        house_on: Callable[[str], f.House],
        texts: Texts,
        *,
        language: str,
        consent: str = CONSENT_VERSION,
        reach: tuple[Reach, ...] = (),
        guests: frozenset[str] = frozenset(),
    ) -> None:
        """`guests`: channels from which no role is used."""
        self._registry = registry
        self._house_on = house_on
        self._texts = texts
        self._language = language
        self._consent = consent
        self._reach = reach
        self._guests = guests
        self._titles = Titles()
        self._looking = False

    # ------------------------------------------------------------ every turn

    def private(
        self, conn: Connection, channel: str, account: str, now: datetime, answers: Mapping[f.Query, Any]
    ) -> Known | None:
        """Facts and state of a talk in private; None for a stranger."""
        row = people.who(conn, channel, account, self._consent)
        if row is None:
            return None
        state = State.from_json(row.state) if row.state is not None else State(language=row.language)
        person = self._person(conn, row, now, roles=channel not in self._guests)
        facts = f.Facts(
            now=now,
            today=self._registry.day(conn, None, now),
            person=person,
            chat=f.Chat(0, language=state.language),
            channel=channel,
            edits=any(one.edits for one in self._reach if one.name == channel),
            house=self._house_on(channel),
            campaigns=self._registry.current(conn, now).campaigns,
            mine=self._mine(conn, person.id, now) if row.has_filed else (),
            idle_minutes=int((now - row.updated_at).total_seconds() // 60) if row.updated_at else 0,
            answers=answers,
        )
        return Known(facts, state, row)

    def group(
        self, conn: Connection, row: AnyRow, account: str, now: datetime, answers: Mapping[f.Query, Any]
    ) -> Known:
        """Facts for a group: whoever spoke may be a stranger, of whom nothing is kept."""
        who = people.who(conn, row.channel, account, self._consent) if account else None
        chat = f.Chat(
            id=row.id,
            is_group=True,
            unit=self._registry.unit(conn, row.unit_id, now),
            kind=row.kind or "",
            language=row.language,
            hour=row.hour,
            campaign_id=row.campaign_id,
        )
        facts = f.Facts(
            now=now,
            today=self._registry.day(conn, row.campaign_id, now),
            person=self._person(conn, who, now) if who is not None else f.Person(0),
            chat=chat,
            channel=row.channel,
            house=self._house_on(row.channel),
            campaigns=self._registry.current(conn, now).campaigns,
            answers=answers,
        )
        return Known(facts, State(language=row.language), who)

    def fresh_state(self, language: str) -> State:
        """Where a stranger's talk begins: in the language of the client if the bot speaks it."""
        spoken = language.split("-", maxsplit=1)[0].lower()
        return State(language=spoken if spoken in ("vi", "en") else self._language)

    def _person(self, conn: Connection, row: AnyRow, now: datetime, *, roles: bool = True) -> f.Person:
        return f.Person(
            id=row.person_id,
            name=row.name or "",
            unit=self._registry.unit(conn, row.unit_id, now),
            consented=row.consented,
            roles=held(conn, self._registry, row.person_id, now) if row.has_role and roles else (),
            phone=row.phone or "",
            position=row.position or "",
            education=row.education or "",
        )

    def _mine(self, conn: Connection, person_id: int, now: datetime) -> tuple[f.Initiative, ...]:
        return tuple(self._initiative(conn, item, now) for item in own.mine(conn, person_id, MINE))

    def _initiative(self, conn: Connection, item: own.Own, now: datetime) -> f.Initiative:
        row = item.row
        unit = self._registry.unit(conn, row.unit_id, now)
        if unit is None:
            raise LookupError(f"initiative {row.id} has no unit")
        return f.Initiative(
            id=row.id,
            code=row.code,
            title=row.title,
            status=row.status,
            filed_on=row.filed_day or self._registry.day(conn, row.campaign_id, row.kept_at),
            unit=unit,
            campaign_id=row.campaign_id,
            body=row.body or "",
            began=row.began,
            benefit_vnd=row.benefit_vnd,
            benefit_kind=row.benefit_kind or "",
            photos=row.photos,
            coauthors=item.coauthors,
            confidential=row.confidential,
            effect=row.effect or "",
            behalf=row.on_behalf_of or "",
            open=row.status in OPEN,
            details=row.details,
        )

    # ------------------------------------------------------------ what a step asks for

    async def refresh(self, read: Callable[..., Any], now: datetime) -> None:
        """See that the registry in memory is of today; `read` is `Store.read`. While one looks, nobody else does."""
        if self._looking or self._registry.is_fresh(now):
            return
        self._looking = True
        try:
            await read(self._registry.refresh, now)
        finally:
            self._looking = False

    def at_once(
        self, conn: Connection, queries: Iterable[f.Query], person_id: int | None, now: datetime
    ) -> dict[f.Query, Any]:
        """Those answers that memory or one row can give: not worth a second transaction."""
        found: dict[f.Query, Any] = {}
        for query in queries:
            match query:
                case f.UnitByCode(code):
                    unit = directory.by_code(self._registry.current(conn, now), code)
                    if unit is not None:
                        found[query] = unit
                case f.TitlesLike():
                    told, answer = self._titles.at_once(conn, query, now)
                    found |= {query: answer} if told else {}
                case f.InitiativeByCode() | f.InviteByCode() | WrongCodes() | RequestOf() | TalkOf():
                    found[query] = self._answer(conn, query, person_id, now)
        return found

    def look_up(
        self, conn: Connection, queries: Iterable[f.Query], person_id: int | None, now: datetime
    ) -> dict[f.Query, Any]:
        """The answers by query. Searches take milliseconds: they run on a read connection, before the transaction."""
        self._registry.refresh(conn, now)
        return {query: self._answer(conn, query, person_id, now) for query in queries}

    def _answer(self, conn: Connection, query: f.Query, person_id: int | None, now: datetime) -> Any:
        snapshot = self._registry.current(conn, now)
        match query:
            case f.UnitByCode(code):
                return directory.by_code(snapshot, code)
            case f.UnitsLike(text):
                return directory.like(snapshot, text)
            case f.TitlesLike():
                return self._titles.most_alike(conn, query, now)
            case f.InitiativeByCode(code):
                found = own.by_code(conn, person_id, code) if person_id is not None else None
                return self._initiative(conn, found, now) if found else None
            case f.BoardOf():
                return self._board(conn, query, now)
            case f.Loudspeaker():
                return self._script(conn, query, now)
            case f.LastNotice(unit_id, kind, campaign_id):
                return last_notice(conn, self._registry.unit(conn, unit_id, now), kind, campaign_id)
            case f.InviteByCode(code):
                row = invites.find(conn, code, now)
                return self._invite(conn, row, now) if row is not None else None
            case _:
                return self._officers(conn, query, person_id, now)

    def _officers(self, conn: Connection, query: f.Query, person_id: int | None, now: datetime) -> Any:
        """What officers ask for: of its desk, or what is put into words here."""
        for kinds, answer in DESKS:
            if isinstance(query, kinds):
                return answer(conn, self._registry, query, person_id, now)
        match query:
            case f.DetailOf():
                return self._detail(conn, query, now)
            case MorningOf():
                return morning_now(conn, self._texts, query, person_id, now)
            case PostersOf(unit_id):
                return max(1, behind.count_below(conn, unit_id, self._registry.day(conn, None, now)))
            case AudienceOf() | BroadcastOf() | BroadcastsOf():
                asks = Asks(self._texts, self._reach, self._registry, person_id)
                return broadcast_desk.answer(conn, asks, query, now)

    def _invite(self, conn: Connection, row: AnyRow, now: datetime) -> f.Invite:
        given, campaigns = of_row(conn, self._registry, row, now), self._registry.current(conn, now).campaigns
        only = next((one.name for one in campaigns if one.id == row.campaign_id), "")
        return f.Invite(row.kind, given.unit, row.group_kind or "", given.cluster, only, row.to_name)

    def _board(self, conn: Connection, query: f.BoardOf, now: datetime) -> str | None:
        """The unit's own board, or (for a unit with none below it) the one it is a row of, with what changed since its
        newest notice.
        """
        unit = self._registry.unit(conn, query.unit_id, now)
        if unit is None:
            return None
        local = now.astimezone(self._registry.zone(conn, query.campaign_id, now))
        whose = unit.above[0] if unit.above and not registry.children(conn, unit.id, local.date()) else unit.id
        composed = board_of(conn, whose, query.campaign_id, local, counters=query.kind == FULL)
        return board_text(self._texts, query.language, composed, self._house_on(""), query.kind)

    def _script(self, conn: Connection, query: f.Loudspeaker, now: datetime) -> str | None:
        """Of the unit's own board, whether or not units stand below it."""
        if self._registry.unit(conn, query.unit_id, now) is None:
            return None
        local = now.astimezone(self._registry.zone(conn, query.campaign_id, now))
        composed = board_of(conn, query.unit_id, query.campaign_id, local)
        return loudspeaker.script(self._texts, query.language, composed, self._house_on(""))

    def _detail(self, conn: Connection, query: f.DetailOf, now: datetime) -> str | None:
        if self._registry.unit(conn, query.unit_id, now) is None:
            return None
        local = now.astimezone(self._registry.zone(conn, query.campaign_id, now))
        detail = in_detail.gather(conn, query.unit_id, query.campaign_id, local, local.date())
        return words_in_detail(self._texts, query.language, detail)
