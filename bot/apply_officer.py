"""Effects of officers and admins: codes, groups, notices. Each right is checked again, each act leaves an audit row."""

from __future__ import annotations

from typing import Any

from bot.acts import Act, NotAllowed, Results
from handlers import rights
from handlers.effects import LinkByHand, LinkGroup, MakeInvite, PostNotice, SetGroup, UnlinkGroup
from models.queries import chats, invites
from models.queries.rows import AnyRow


def make_invite(act: Act, effect: MakeInvite) -> Results:
    """Brings about `code`."""
    act.must(rights.GROUP, effect.unit_id)
    code = invites.make(
        act.conn,
        kind="group",
        unit_id=effect.unit_id,
        group_kind=effect.group_kind,
        made_by=act.person_id,
        now=act.now,
        life=act.tools.invite_life,
    )
    act.note("invite.make", unit_id=effect.unit_id, kind="group")
    return {"code": code}


def link_group(act: Act, effect: LinkGroup) -> Results:
    """Whoever types the code in the group links it: the code is the right, as long as its maker still has the unit."""
    taken = invites.take(act.conn, effect.code, act.person_id or None, act.now)
    if taken is None or taken.kind != "group" or not act.facts.chat.is_group:
        raise NotAllowed("link.bad")
    if taken.made_by is not None and not act.may(rights.GROUP, taken.unit_id, by=taken.made_by):
        raise NotAllowed("link.bad")
    before = chats.by_id(act.conn, act.facts.chat.id)
    if taken.made_by is not None and before is not None and not _may_take_over(act, before, taken.made_by):
        raise NotAllowed("link.anothers")
    chats.link(
        act.conn,
        act.facts.chat.id,
        unit_id=taken.unit_id,
        kind=taken.group_kind or "officers",
        by=act.person_id or taken.made_by,
        at=act.now,
        thread=act.thread,
    )
    act.note("group.link", unit_id=taken.unit_id, chat=act.facts.chat.id, invite=taken.id)
    return None


def _may_take_over(act: Act, group: AnyRow, by: int) -> bool:
    """A group that is linked already is its officers' to give away."""
    return group.unit_id is None or act.may(rights.GROUP, group.unit_id, group.campaign_id, by=by)


def set_group(act: Act, effect: SetGroup) -> Results:
    row = _group(act, effect.chat_id)
    before = {name: getattr(row, name) for name in sorted(effect.values)}
    chats.set_group(act.conn, row.id, effect.values)
    after = {name: effect.values[name] for name in before}
    act.note("group.set", **_about(row), names=list(before), before=before, after=after)
    return None


def unlink_group(act: Act, effect: UnlinkGroup) -> Results:
    row = _group(act, effect.chat_id)
    chats.unlink(act.conn, row.id)
    act.note("group.unlink", **_about(row))
    return None


def link_by_hand(act: Act, effect: LinkByHand) -> Results:
    act.must(rights.GROUP, effect.unit_id)
    chat_id = chats.link_by_hand(
        act.conn,
        unit_id=effect.unit_id,
        kind=effect.group_kind,
        title=effect.title,
        by=act.known_person(),
        at=act.now,
        language=act.state.language,
    )
    act.note("group.link", unit_id=effect.unit_id, chat=chat_id)
    return None


def post_notice(act: Act, effect: PostNotice) -> Results:
    row = _group(act, effect.chat_id, rights.POST)
    if row.unit_id is None:
        raise NotAllowed("group.not_linked")
    results = act.tools.post_notice(act.conn, row.id, act.now, act.person_id)
    act.note("notice.post", **_about(row))
    return results


def _group(act: Act, chat_id: int, what: str = rights.GROUP) -> AnyRow:
    """The group, where the person may do this in its unit and, if it has chosen one, its campaign; one without a unit
    is any officer's who is in it.
    """
    row = chats.by_id(act.conn, chat_id)
    if row is None:
        raise NotAllowed
    if row.unit_id is None and act.facts.chat.id == row.id and act.may_somewhere(what):
        return row
    act.must(what, row.unit_id, row.campaign_id)
    return row


def _about(row: AnyRow) -> dict[str, Any]:
    return {"unit_id": row.unit_id, "campaign_id": row.campaign_id, "chat": row.id}
