"""Effects about roles: a code is made, taken, withdrawn; a role is revoked. Who gives no more than they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import apply_broadcast
from bot.acts import Act, NotAllowed, Results
from bot.replies import Address
from bot.roles import of_row
from handlers import rights, role_words
from handlers.effects import UseInvite
from handlers.facts import Role
from handlers.role_effects import GiveCode, RevokeRole, WithdrawCode, WrongCode
from handlers.talk import Reply, Say, reply, say
from models.queries import invites, outbox, people, roles


def give_code(act: Act, effect: GiveCode) -> Results:
    """Brings about `code`."""
    registry = act.tools.registry
    given = Role(
        kind=effect.kind,
        unit=registry.unit(act.conn, effect.unit_id, act.now),
        cluster=effect.cluster,
        members=registry.cluster(act.conn, effect.cluster, act.now) if effect.cluster else (),
        campaign_id=effect.campaign_id,
    )
    if effect.kind not in rights.KINDS or not (given.roots or effect.kind == rights.OWNER):
        raise NotAllowed
    act.must_give(given)
    code = invites.make(
        act.conn,
        kind=effect.kind,
        unit_id=effect.unit_id,
        cluster=effect.cluster or None,
        campaign_id=effect.campaign_id,
        to_name=effect.to_name,
        made_by=act.known_person(),
        now=act.now,
        life=act.tools.invite_life,
    )
    made = invites.find(act.conn, code, act.now)
    act.note("invite.make", **_about(given), invite=made.id if made else None)
    return {"code": code}


def use_invite(act: Act, effect: UseInvite) -> Results:
    """The code is the right, as long as whoever made it may still give what it gives."""
    person = act.known_person()
    if act.channel in act.tools.guests:
        raise NotAllowed("invite.not_here")
    act.must_have_agreed()
    taken = invites.take(act.conn, effect.code, person, act.now)
    if taken is None or taken.kind == "group":
        raise NotAllowed("invite.bad")
    given = of_row(act.conn, act.tools.registry, taken, act.now)
    if taken.made_by is not None and not act.may_give(given, by=taken.made_by):
        raise NotAllowed("invite.bad")
    what = (taken.kind, taken.unit_id, taken.cluster, taken.campaign_id)
    if any((row.kind, row.unit_id, row.cluster, row.campaign_id) == what for row in people.roles(act.conn, person)):
        raise NotAllowed("invite.have")
    people.give_role(
        act.conn,
        person,
        taken.kind,
        taken.unit_id,
        act.now,
        cluster=taken.cluster,
        campaign_id=taken.campaign_id,
        by=taken.made_by,
    )
    act.menus.add(person)
    act.note("invite.use", **_about(given), invite=taken.id)
    if taken.made_by not in (None, person):
        told = say("invite.taken", name=taken.to_name or act.facts.person.name or "?", role=_in_words(act, given))
        _tell(act, taken.made_by, reply(told), f"invite:{taken.id}:taken", about=person)
    return None


def withdraw_code(act: Act, effect: WithdrawCode) -> Results:
    row = roles.waiting(act.conn, effect.invite_id, act.now)
    if row is None:
        raise NotAllowed("roles.gone")
    given = of_row(act.conn, act.tools.registry, row, act.now)
    act.must_give(given)
    roles.withdraw(act.conn, effect.invite_id, act.now)
    act.note("invite.withdraw", **_about(given), invite=effect.invite_id)
    return None


def revoke_role(act: Act, effect: RevokeRole) -> Results:
    """What was planned by the right of the role goes with it. Raises `NotAllowed` for the last owner: somebody must be
    able to give roles.
    """
    locked, owners = roles.lock(act.conn, effect.role_id, act.known_person())
    row = roles.held(act.conn, effect.role_id) if locked is not None else None
    if row is None or locked is None:
        raise NotAllowed("roles.gone")
    given = of_row(act.conn, act.tools.registry, row, act.now)
    act.must_give(given)
    if row.kind == rights.OWNER and owners == 1:
        raise NotAllowed("role.last_owner")
    roles.revoke(act.conn, effect.role_id, act.person_id, act.now)
    act.menus.add(locked.person_id)
    act.note("role.revoke", **_about(given), role=effect.role_id, of=locked.person_id)
    if dropped := apply_broadcast.cancel_of(act, locked.person_id):
        said = reply(say("role.reminders", number=dropped))
        _tell(act, act.person_id, said, f"role:{effect.role_id}:reminders", about=locked.person_id)
    if locked.person_id != act.person_id:
        told = reply(say("role.revoked", role=_in_words(act, given)))
        _tell(act, locked.person_id, told, f"role:{effect.role_id}:revoked", about=locked.person_id)
    return None


def wrong_code(act: Act, _: WrongCode) -> Results:
    act.note(roles.WRONG)
    return None


def _about(given: Role) -> dict[str, Any]:
    """What the trail keeps of a role. That of a cluster is an act of the nearest unit above all of its units."""
    what = {"kind": given.kind, "campaign_id": given.campaign_id}
    if given.unit or not given.cluster:
        return {"unit_id": given.unit.id if given.unit else None, **what}
    above = (unit.above for unit in given.members)
    shared = [one for one in next(above, ()) if all(one in unit.above for unit in given.members)]
    return {"unit_id": shared[0] if shared else None, **what, "cluster": given.cluster}


def _in_words(act: Act, given: Role) -> Say:
    campaigns = act.tools.registry.current(act.conn, act.now).campaigns
    only = next((one.name for one in campaigns if one.id == given.campaign_id), "")
    return role_words.role(given.kind, given.unit.name if given.unit else "", given.cluster, only)


def _tell(act: Act, person_id: int, told: Reply, key: str, *, about: int) -> None:
    """A message to somebody else, on the account last used; it goes when whom it is about is erased."""
    reached = people.reach(act.conn, person_id)
    for row in reached[:1]:
        payload: Mapping[str, Any] = {"text": act.tools.writer.texts.reply(row.language, told).text}
        to = Address(row.channel, row.chat, person_id=about)
        outbox.put(act.conn, [act.tools.writer.message(payload, to, key=key, now=act.now, leased=False)])
