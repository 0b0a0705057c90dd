"""Effects of NOITK: two people become one, and part again. Talks are locked in the order of the people's ids."""

from __future__ import annotations

from bot.acts import Act, NotAllowed, Results
from bot.crossing import Crossing
from bot.replies import Address
from handlers.join_cards import channel_name, merged
from handlers.join_facts import JoinAccounts, MakeJoinCode, PartAccounts
from handlers.talk import Say, State, say
from models.queries import conversation, joining, outbox, people


def make_code(act: Act, _: MakeJoinCode) -> Results:
    """Brings about `code`, in two groups."""
    _must_vouch(act, act.channel, act.known_person())
    code = joining.make_code(act.conn, act.known_person(), act.channel, act.chat, act.now)
    act.note("account.code")
    return {"code": f"{code[:4]} {code[4:]}"}


def join(act: Act, effect: JoinAccounts) -> Results:
    """Whoever made the code stays; who types it comes along."""
    gone, row = act.known_person(), joining.find_code(act.conn, effect.code, act.now)
    if row is None:
        raise NotAllowed("join.bad")
    kept = int(row.person_id)
    if kept == gone:
        raise NotAllowed("join.same")
    if kept < gone and kept not in act.ahead:
        raise Crossing((kept, gone))
    _must_vouch(act, act.channel, gone)
    _must_vouch(act, row.channel, kept)
    talk = conversation.of_people(act.conn, (kept,)).get(kept)
    if talk is None or joining.take_code(act.conn, effect.code, act.now) is None:  # somebody else was quicker
        raise NotAllowed("join.bad")
    after = merged(State.from_json(talk.state), act.state)
    act.note("account.join", into=kept)
    number = joining.join(act.conn, kept, gone, act.now)
    _save(act, kept, after)
    act.menus.add(kept)
    _tell(act, kept, (row.channel, row.chat), say("join.told", channel=channel_name(act.channel)), f"join:{number}")
    return None


def _must_vouch(act: Act, channel: str, person_id: int) -> None:
    """Where an account is not surely the person's, nobody takes its roles along to a channel where they count. Raises
    NotAllowed.
    """
    if channel in act.tools.guests and people.roles(act.conn, person_id):
        raise NotAllowed("join.not_here")


def part(act: Act, effect: PartAccounts) -> Results:
    """The other side is told; whoever goes begins a talk of their own."""
    kept = act.known_person()
    gone = joining.part(act.conn, effect.join_id, kept, act.now)
    if gone is None:
        raise NotAllowed("join.gone")
    _save(act, gone, State(version=act.state.version + 1, language=act.state.language))
    act.note("account.part", of=gone)
    act.menus.update((kept, gone))
    goes = any((row.channel, row.chat) == (act.channel, act.chat) for row in people.reach(act.conn, gone))
    other, told = kept if goes else gone, say("join.parted_told", channel=channel_name(act.channel))
    _tell(act, other, ("", ""), told, f"part:{effect.join_id}")
    return None


def _save(act: Act, person_id: int, state: State) -> None:
    step = f"{state.form}.{state.asked}".strip(".")
    conversation.save(act.conn, person_id, state.to_json(), step=step, version=state.version, now=act.now)


def _tell(act: Act, person_id: int, where: tuple[str, str], words: Say, key: str) -> None:
    to = act.tools.messenger.address(act.conn, person_id, *where)
    if to is not None:
        payload = {"text": act.tools.writer.texts.render(to.language, words)}
        address = Address(to.channel, to.chat, person_id=person_id)
        outbox.put(act.conn, [act.tools.writer.message(payload, address, key=key, now=act.now, leased=False)])
