"""People, their accounts, roles and consents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from models.initiative import initiative
from models.person import CALLED, account, audit, consent, conversation, person, role
from models.queries.rows import AnyRow
from models.queries.upsert import insert as upsert
from models.unit import unit
from models.untold import untold

_WHO = (
    select(
        account.c.id.label("account_id"),
        account.c.chat,
        account.c.reachable,
        account.c.last_seen,
        person.c.id.label("person_id"),
        person.c.name,
        person.c.phone,
        person.c.position,
        person.c.education,
        person.c.language,
        conversation.c.state,
        conversation.c.updated_at,
        person.c.unit_id,
        exists()
        .where(
            consent.c.person_id == person.c.id,
            consent.c.version == bindparam("b_version"),
            consent.c.withdrawn_at.is_(None),
        )
        .label("consented"),
        exists().where(role.c.person_id == person.c.id, role.c.revoked_at.is_(None)).label("has_role"),
        exists().where(untold.c.person_id == person.c.id).label("has_untold"),
        or_(  # one look into each index
            exists().where(initiative.c.author_id == person.c.id),
            exists().where(initiative.c.author_id.is_(None), initiative.c.filed_by_id == person.c.id),
        ).label("has_filed"),
    )
    .select_from(
        account.join(person, person.c.id == account.c.person_id).outerjoin(
            conversation, conversation.c.person_id == person.c.id
        )
    )
    .where(account.c.channel == bindparam("b_channel"), account.c.external_id == bindparam("b_account"))
)
_ROLES = (
    select(role.c.id, role.c.kind, role.c.unit_id, role.c.cluster, role.c.campaign_id)
    .where(role.c.person_id == bindparam("b_person"), role.c.revoked_at.is_(None))
    .order_by(role.c.id)
)
_ROLES_FIRMLY = _ROLES.with_for_update(read=True)  # whoever revokes one waits until what it allowed is done
_NEW_PERSON = insert(person).returning(person.c.id)
_DROP_PERSON = delete(person).where(person.c.id == bindparam("b_person"))
_NEW_ACCOUNT = upsert(account).on_conflict_do_nothing().returning(account.c.id)
_NEW_CONVERSATION = upsert(conversation).on_conflict_do_nothing()
_SEEN = (
    update(account)
    .where(account.c.id == bindparam("b_id"))
    .values(chat=bindparam("b_chat"), reachable=True, last_seen=bindparam("b_now"))
)
_REACHABLE = (
    update(account)
    .where(account.c.channel == bindparam("b_channel"), account.c.external_id == bindparam("b_account"))
    .values(reachable=bindparam("b_reachable"))
)
_SET_PERSON = update(person).where(person.c.id == bindparam("b_id"))
_NAME = select(person.c.name).where(person.c.id == bindparam("b_person"))
_LANGUAGE = select(person.c.language).where(person.c.id == bindparam("b_person"))
_CONSENT = insert(consent)
_WITHDRAW = (
    update(consent)
    .where(consent.c.person_id == bindparam("b_person"), consent.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("b_at"))
)
_GIVE_ROLE = insert(role)
_AUDIT = insert(audit)

PERSON_FIELDS = frozenset(
    {"name", "unit_id", "unit_words", "phone", "position", "education", "language", "morning", "reminders"}
)


def who(conn: Connection, channel: str, account_id: str, consent_version: str) -> AnyRow | None:
    """Everything cheap about the person behind an account: person, unit, conversation, whether there is a role, a
    filing, something untold and a consent to the text of this version. None for a stranger.
    """
    return conn.execute(_WHO, {"b_channel": channel, "b_account": account_id, "b_version": consent_version}).first()


def roles(conn: Connection, person_id: int, *, firmly: bool = False) -> list[AnyRow]:
    """`id`, `kind`, `unit_id`, `cluster` and `campaign_id` of the person's roles; `firmly`: they are not revoked before
    this transaction is over.
    """
    return list(conn.execute(_ROLES_FIRMLY if firmly else _ROLES, {"b_person": person_id}))


def introduce(
    conn: Connection, channel: str, account_id: str, *, chat: str, state: Mapping[str, Any], now: datetime
) -> None:
    """A stranger's first update: a person without a name, an account, a conversation. Safe when two processes do it."""
    language = state["language"]
    person_id = conn.execute(_NEW_PERSON, {"language": language, "created_at": now}).scalar_one()
    values = {"channel": channel, "external_id": account_id, "chat": chat, "person_id": person_id, "last_seen": now}
    if conn.execute(_NEW_ACCOUNT, values).scalar() is None:
        conn.execute(_DROP_PERSON, {"b_person": person_id})
    else:
        start_conversation(conn, person_id, state, now)


def start_conversation(conn: Connection, person_id: int, state: Mapping[str, Any], now: datetime) -> None:
    """The conversation row of a person who has none yet."""
    conn.execute(_NEW_CONVERSATION, {"person_id": person_id, "state": dict(state), "updated_at": now})


def seen(conn: Connection, account_row: int, chat: str, now: datetime) -> None:
    """The person wrote from this account: it is reachable (again), in this chat."""
    conn.execute(_SEEN, {"b_id": account_row, "b_chat": chat, "b_now": now})


def set_reachable(conn: Connection, channel: str, account_id: str, reachable: bool) -> None:
    """The person blocked the bot, or let it in again."""
    conn.execute(_REACHABLE, {"b_channel": channel, "b_account": account_id, "b_reachable": reachable})


def set_person(conn: Connection, person_id: int, values: Mapping[str, Any]) -> None:
    """Change what is given, nothing else. Raises `ValueError` for a name that is no field of a person."""
    strange = sorted(set(values) - PERSON_FIELDS)
    if strange:
        raise ValueError(f"no such field of a person: {', '.join(strange)}")
    if values:
        conn.execute(_SET_PERSON, {**values, "b_id": person_id})


def name(conn: Connection, person_id: int) -> str:
    """ "" where none was given."""
    return str(conn.execute(_NAME, {"b_person": person_id}).scalar() or "")


def language(conn: Connection, person_id: int) -> str:
    return str(conn.execute(_LANGUAGE, {"b_person": person_id}).scalar_one())


def give_consent(conn: Connection, person_id: int, *, version: str, text: str, channel: str, at: datetime) -> None:
    """Keep that the person agreed: to which text, as it was shown, when and where (Luật 91/2025/QH15)."""
    values = {"person_id": person_id, "version": version, "text": text[:2000], "channel": channel, "given_at": at}
    conn.execute(_CONSENT, values)


def withdraw_consent(conn: Connection, person_id: int, at: datetime) -> None:
    """No further use of the person's data; the record that consent was given stays."""
    conn.execute(_WITHDRAW, {"b_person": person_id, "b_at": at})


def give_role(
    conn: Connection,
    person_id: int,
    kind: str,
    unit_id: int | None,
    at: datetime,
    *,
    cluster: str | None = None,
    campaign_id: int | None = None,
    by: int | None = None,
) -> None:
    """Give a person a role of a unit, of a cluster, or (kind owner) of the whole installation; `campaign_id`: for that
    campaign only.
    """
    values = {"person_id": person_id, "kind": kind, "unit_id": unit_id, "given_at": at}
    conn.execute(_GIVE_ROLE, {**values, "cluster": cluster, "campaign_id": campaign_id, "given_by": by})


def note(
    conn: Connection,
    person_id: int | None,
    action: str,
    at: datetime,
    *,
    unit_id: int | None = None,
    campaign_id: int | None = None,
    **details: Any,
) -> None:
    """An audit row: who did what when, in which unit, about which campaign alone. `details` hold ids and figures, never
    anybody's words.
    """
    what = {"at": at, "person_id": person_id, "action": action, "unit_id": unit_id, "campaign_id": campaign_id}
    conn.execute(_AUDIT, {**what, "details": details})


# ---------------------------------------------------------------- who looks after a unit

_start: Select[Any] = select(unit.c.id, unit.c.parent_id, unit.c.cluster, literal(0).label("depth")).where(
    unit.c.id == bindparam("b_unit")
)
_up = _start.cte("up", recursive=True)
_up = _up.union_all(
    select(unit.c.id, unit.c.parent_id, unit.c.cluster, _up.c.depth + 1).where(unit.c.id == _up.c.parent_id)
)
_reached = or_(role.c.unit_id == _up.c.id, role.c.cluster == _up.c.cluster)
_KINDS: BindParameter[list[str]] = bindparam("b_kinds", expanding=True)
_CAMPAIGN: BindParameter[int | None] = bindparam("b_campaign", type_=BigInteger)
_OF_CAMPAIGN = or_(_CAMPAIGN.is_(None), role.c.campaign_id.is_(None), role.c.campaign_id == _CAMPAIGN)
_REACH = (account.c.channel, account.c.chat, account.c.last_seen, role.c.person_id, person.c.language)
_HOLDERS = role.join(account, account.c.person_id == role.c.person_id).join(person, person.c.id == role.c.person_id)
_OFFICERS = (
    select(_up.c.depth, *_REACH)
    .select_from(_HOLDERS.join(_up, _reached))
    .where(role.c.kind.in_(_KINDS), role.c.revoked_at.is_(None), account.c.reachable.is_(True), CALLED, _OF_CAMPAIGN)
    .order_by(_up.c.depth, role.c.person_id, account.c.last_seen.desc())
)
_ADMINS = (
    select(*_REACH)
    .select_from(_HOLDERS)
    .where(role.c.kind == bindparam("b_kind"), role.c.revoked_at.is_(None), account.c.reachable.is_(True), CALLED)
    .order_by(role.c.person_id, account.c.last_seen.desc())
)
_OF_PERSON = (
    select(account.c.channel, account.c.chat, account.c.last_seen, account.c.person_id, person.c.language)
    .join(person, person.c.id == account.c.person_id)
    .where(account.c.person_id == bindparam("b_person"), account.c.reachable.is_(True))
    .order_by(CALLED.desc(), account.c.last_seen.desc())  # a page that nobody may look at again comes last
)
_RIGHTS = (
    select(role.c.kind)
    .select_from(role.outerjoin(_up, _reached))
    .where(
        role.c.person_id == bindparam("b_person"),
        role.c.revoked_at.is_(None),
        or_(_up.c.id.is_not(None) & role.c.kind.in_(_KINDS) & _OF_CAMPAIGN, role.c.kind == "owner"),
    )
    .limit(1)
)


IN_CHARGE = ("officer", "admin")  # of what is posted
HELPING = ("support", *IN_CHARGE)


def caretakers(conn: Connection, unit_id: int | None) -> list[AnyRow]:
    """The support team and officers of the unit or of its nearest ancestor that has reachable ones, else the owners.

    One row per reachable account: `channel`, `chat`, `person_id`, `language`; each person's latest account first.
    """
    return officers(conn, unit_id, HELPING) or admins(conn)


def officers(
    conn: Connection, unit_id: int | None, kinds: Sequence[str] = IN_CHARGE, campaign_id: int | None = None
) -> list[AnyRow]:
    """As `caretakers`, of these kinds of role; none where neither the unit nor its cluster nor any above it has anybody
    who can be reached. `campaign_id`: without those whose role holds for another campaign only.
    """
    asked = {"b_unit": unit_id, "b_kinds": list(kinds), "b_campaign": campaign_id}
    rows = list(conn.execute(_OFFICERS, asked)) if unit_id is not None else []
    return [row for row in rows if row.depth == rows[0].depth]


def reach(conn: Connection, person_id: int) -> list[AnyRow]:
    """The person's reachable accounts, as `caretakers` gives them."""
    return list(conn.execute(_OF_PERSON, {"b_person": person_id}))


def admins(conn: Connection) -> list[AnyRow]:
    """Reachable accounts of the owners, each person's latest first; where there is none, of all admins."""
    return list(conn.execute(_ADMINS, {"b_kind": "owner"})) or list(conn.execute(_ADMINS, {"b_kind": "admin"}))


def may_run(
    conn: Connection,
    person_id: int,
    unit_id: int | None,
    kinds: Sequence[str] = IN_CHARGE,
    campaign_id: int | None = None,
) -> bool:
    """Has the person one of these kinds of role in the unit, its cluster or above it (and not for another campaign than
    this only), or is an owner?
    """
    asked = {"b_person": person_id, "b_unit": unit_id, "b_kinds": list(kinds), "b_campaign": campaign_id}
    return conn.execute(_RIGHTS, asked).first() is not None
