"""The transaction of one update: claimed, its sender known, the talk stepped, its effects and answers stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection

from bot.acts import Act, Tools
from bot.apply import apply
from bot.channels import Incoming
from bot.crossing import People, same_talk
from bot.facts import Desk, Known
from bot.menus import ChatMenu, menus_of
from bot.replies import Address
from bot.tells import tells
from bot.untold_desk import taken
from handlers.effects import ForgetPerson
from handlers.facts import Facts, Query
from handlers.late_words import said_first, without_unseen
from handlers.talk import Event, Joined, Need, Reply, Started, State, Turn, reply, say
from models.queries import chats, conversation, inbound, outbox, people, reach
from models.queries.outbox import Claimed
from models.queries.rows import AnyRow
from models.queries.untold import QUESTION

Route: TypeAlias = Callable[[Event, State, Facts], Turn | Need]
Answers: TypeAlias = Mapping[Query, Any]

MOST_ROUNDS = 8  # of looking up inside one transaction: a step that asks for more than that never ends
SEEN = timedelta(minutes=10)  # how exactly it is kept when an account was last seen
GONE = ("left", "blocked", "withdrawn")


class Wanted(Exception):
    """The step must look something up first. The transaction is undone; it is tried again with the answers."""

    def __init__(self, queries: tuple[Query, ...], person_id: int | None) -> None:
        super().__init__(f"{len(queries)} look-ups")
        self.queries = queries
        self.person_id = person_id


@dataclass(frozen=True, slots=True)
class Played:
    """What is left to do once the transaction is committed."""

    messages: tuple[Claimed, ...] = ()  # leased to this process
    files: tuple[str, ...] = ()  # stored files nobody may keep any longer
    queued: bool = False  # there may be something for any sender to take, too
    menus: tuple[ChatMenu, ...] = ()  # to be shown anew


class Turns:
    """Plays updates. Every method is one transaction's work and must be run as such."""

    def __init__(self, desk: Desk, route: Route, tools: Tools) -> None:
        self._desk = desk
        self._route = route
        self._tools = tools

    def play(
        self, conn: Connection, incoming: Incoming, now: datetime, answers: Answers, inside: bool, ahead: People = ()
    ) -> Played:
        """The whole turn; nothing for an update that is done. With `inside`, what the step needs is looked up here,
        else it raises `Wanted`. Raises `NotAllowed` where the person may not do what the turn would do, `Crossing`
        where talks must be locked first: then play it again with those `ahead`.
        """
        if ahead:
            conversation.of_people(conn, ahead)
        claimed = inbound.claim(conn, incoming.channel, incoming.external_id, incoming.account, now)
        if claimed is None:
            return Played()
        if incoming.moved_to:
            chats.move(conn, incoming.channel, incoming.chat, incoming.moved_to)
            return Played()
        known = self._arrive(conn, incoming, now, answers)
        if known is None:
            return Played()
        same_talk(incoming, known, claimed.person_id, ahead)
        known, late = self._late(conn, incoming, known)
        turn = self._step(conn, incoming.named, known, inside)
        act = self._act(conn, incoming, known, ahead)
        results = apply(act, turn.effects)
        if not incoming.is_group:
            _save(conn, known.facts.person.id, turn.state, now)
        if isinstance(incoming.event, Joined) and incoming.event.standing in GONE:
            return Played(files=tuple(act.files))
        mine, all_mine = self._answer(conn, incoming, known, turn, results, late)
        queued = not all_mine or any(map(tells, turn.effects))
        return Played(mine, tuple(act.files), queued, menus_of(act, started=isinstance(incoming.event, Started)))

    def refuse(self, conn: Connection, incoming: Incoming, now: datetime, key: str) -> Played:
        """In place of a turn that is not allowed: it is said so, and the talk stands where it stood."""
        claimed = inbound.claim(conn, incoming.channel, incoming.external_id, incoming.account, now)
        known = self._arrive(conn, incoming, now, {}) if claimed is not None else None
        if claimed is None or known is None:
            return Played()
        known, late = self._late(conn, incoming, known)
        turn = Turn(known.state, (reply(say(key)),))
        messages, _ = self._answer(conn, incoming, known, turn, {}, late)
        return Played(messages)

    def fail(self, conn: Connection, incoming: Incoming, now: datetime, error: str, most: int) -> Played | None:
        """Count a failure. After `most` of them the update is given up and person and admins are told; None before."""
        counted = inbound.count_failure(
            conn, incoming.channel, incoming.external_id, account_id=incoming.account, error=error, now=now
        )
        if counted is None:
            return Played()
        row_id, attempts = counted
        if attempts < most:
            return None
        inbound.skip(conn, row_id)
        self._tell_admins(conn, incoming, row_id, error, now)
        if incoming.is_group or isinstance(incoming.event, Joined):
            return Played(queued=True)
        language = self._desk.fresh_state(incoming.language).language
        to = Address(incoming.channel, incoming.chat, thread=incoming.thread)
        sorry = self._tools.writer.messages(
            (reply(say("intake.sorry")),), to, language=language, version=0, key=f"{_key(incoming)}:sorry", now=now
        )
        return Played(tuple(outbox.put_leased(conn, sorry)), queued=True)

    # ------------------------------------------------------------ who and where

    def _arrive(self, conn: Connection, incoming: Incoming, now: datetime, answers: Answers) -> Known | None:
        """Chat, account and person: made or brought up to date. None: nobody there to talk to."""
        if incoming.is_group:
            return self._in_group(conn, incoming, now, answers)
        channel, account, event = incoming.channel, incoming.account, incoming.event
        known = self._desk.private(conn, channel, account, now, answers)
        if isinstance(event, Joined):
            people.set_reachable(conn, channel, account, event.standing not in GONE)
            return known
        if known is None or known.account is None or known.account.state is None:
            return self._introduce(conn, incoming, known, now, answers)
        row = known.account
        if not row.reachable or row.chat != incoming.chat or now - row.last_seen > SEEN:
            reach.back(conn, row.account_id, channel, incoming.chat, now)
        return known

    def _introduce(
        self, conn: Connection, incoming: Incoming, known: Known | None, now: datetime, answers: Answers
    ) -> Known:
        """A stranger, or somebody who has an account but has never talked: before consent only ids and language."""
        fresh = self._desk.fresh_state(incoming.language).to_json()
        channel, account = incoming.channel, incoming.account
        if known is None:
            people.introduce(conn, channel, account, chat=incoming.chat, state=fresh, now=now)
        else:
            started = {**fresh, "language": known.state.language}
            people.start_conversation(conn, known.facts.person.id, started, now)
        conversation.lock(conn, channel, account)
        arrived = self._desk.private(conn, channel, account, now, answers)
        if arrived is None:
            raise LookupError("a person who has just come in is not there")
        return arrived

    def _in_group(self, conn: Connection, incoming: Incoming, now: datetime, answers: Answers) -> Known | None:
        event = incoming.event
        if isinstance(event, Joined) and event.standing in GONE:
            row = chats.group(conn, incoming.channel, incoming.chat)
            if row is None:
                return None
        else:
            language = self._desk.fresh_state("").language
            row = chats.ensure(
                conn,
                incoming.channel,
                incoming.chat,
                thread=incoming.thread,
                title=incoming.group_title,
                language=language,
            )
        if isinstance(event, Joined):
            chats.set_standing(conn, row.id, event.standing)
        return self._desk.group(conn, row, incoming.account, now, answers)

    def _late(self, conn: Connection, incoming: Incoming, known: Known) -> tuple[Known, tuple[Reply, ...]]:
        """What could not be said is said first, where nobody else may sit; what it asked has not been seen."""
        if incoming.is_group or isinstance(incoming.event, Joined) or known.account is None:
            return known, ()
        if not known.account.has_untold or not self._tools.writer.capabilities[incoming.channel].vouches:
            return known, ()
        registry, writer, facts = self._tools.registry, self._tools.writer, known.facts
        found = taken(conn, registry, facts.person.id, incoming.channel, known.state.version, facts.now)
        buttons = writer.capabilities[incoming.channel].buttons
        late = said_first(writer.texts, known.state.language, found.late, buttons)
        seen = without_unseen(known.state, found.late)
        return replace(known, state=seen, facts=replace(facts, unseen=found.unseen)), late

    # ------------------------------------------------------------ understood, done, answered

    def _step(self, conn: Connection, event: Event, known: Known, inside: bool) -> Turn:
        facts = known.facts
        for _ in range(MOST_ROUNDS):
            turn = self._route(event, known.state, facts)
            if isinstance(turn, Turn):
                return turn
            person_id = facts.person.id or None
            found = self._desk.at_once(conn, turn.queries, person_id, facts.now)
            missing = tuple(query for query in turn.queries if query not in found)
            if missing and not inside:
                raise Wanted(missing, person_id)
            if missing:
                found |= self._desk.look_up(conn, missing, person_id, facts.now)
            facts = replace(facts, answers={**facts.answers, **found})
        raise RuntimeError("the step asks for more and more")

    def _act(self, conn: Connection, incoming: Incoming, known: Known, ahead: People) -> Act:
        return Act(
            conn=conn,
            now=known.facts.now,
            tools=self._tools,
            channel=incoming.channel,
            chat=incoming.chat,
            thread=incoming.thread,
            facts=known.facts,
            state=known.state,
            account=incoming.account,
            update=incoming.external_id,
            ahead=ahead,
        )

    def _answer(
        self,
        conn: Connection,
        incoming: Incoming,
        known: Known,
        turn: Turn,
        results: Mapping[str, Any],
        late: tuple[Reply, ...],
    ) -> tuple[tuple[Claimed, ...], bool]:
        """What this process is to send now, `late` before the rest, and whether that is all of the answer."""
        forgotten = any(isinstance(effect, ForgetPerson) for effect in turn.effects)
        person_id = None if forgotten or incoming.is_group else known.facts.person.id
        to = Address(incoming.channel, incoming.chat, incoming.is_group, incoming.thread, person_id)
        said = self._tools.writer.messages(
            turn.replies if forgotten else (*late, *turn.replies),
            to,
            language=turn.state.language,
            version=turn.state.version,
            key=_key(incoming),
            now=known.facts.now,
            results=results,
        )
        if turn.replies and turn.state.version != known.state.version and turn.replies[-1].card is None:
            said[-1] = replace(said[-1], payload={**said[-1].payload, QUESTION: turn.state.version})
        mine = outbox.put_leased(conn, said, self._tools.writer.outdated_on(to.channel))
        if not incoming.is_group and any(one.behind is not None for one in mine):
            reach.at_once(conn, to.channel, to.chat, known.facts.now)  # it may have waited for just this
        return tuple(mine), len(mine) == len(said)

    def _tell_admins(self, conn: Connection, incoming: Incoming, row_id: int, error: str, now: datetime) -> None:
        writer, told = self._tools.writer, dict[int, AnyRow]()
        for row in people.admins(conn):
            told.setdefault(row.person_id, row)
        words: Reply = reply(say("admin.skipped", channel=incoming.channel, number=row_id, error=error))
        outbox.put(
            conn,
            [
                writer.message(
                    {"text": writer.texts.reply(row.language, words).text},
                    Address(row.channel, row.chat),
                    key=f"{_key(incoming)}:admin{row.person_id}",
                    now=now,
                    leased=False,
                )
                for row in told.values()
            ],
        )


def _key(incoming: Incoming) -> str:
    """Not the row's id: SQLite gives the ids of deleted rows again."""
    return f"in:{incoming.channel}:{incoming.external_id}"


def _save(conn: Connection, person_id: int, state: State, now: datetime) -> None:
    step = f"{state.form}.{state.asked}".strip(".")
    conversation.save(conn, person_id, state.to_json(), step=step, version=state.version, now=now)
