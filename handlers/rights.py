"""Who may do what: one table of acts and roles, asked by every word, card and effect.

The roles are those of a union's campaign: the support team (Tổ hỗ trợ) files and types for others and judges nothing;
an officer (cán bộ) serves a unit with all below it, or a cluster; an admin (quản trị) runs a campaign in its tree; an
owner runs the whole installation. A worker has no role and needs none (conversation.md §6 lists the words of each).
Nobody gives what they do not have: an officer makes officers only of units below their own.

A step asks it with the roles its facts were loaded with, to show what may be done; whatever is done then is asked again
with the roles as they stand in the transaction (`bot.acts.Act.must`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from handlers.facts import Role, Unit

SUPPORT, OFFICER, ADMIN, OWNER = KINDS = ("support", "officer", "admin", "owner")

# How far a role reaches: nowhere; the units below its own; its own with all below; everywhere.
NO, BELOW, DOWN, ALL = "no", "below", "down", "all"

HELP, TYPE, PLACE, ALIAS = "help", "type", "place", "alias"
FIGURES, WHY, MORNING, PAPERS = "figures", "why", "morning", "papers"
BRING, LINE, POST, PREVIEW, GROUP, DRIVE, REMIND = "bring", "line", "post", "preview", "group", "drive", "remind"
ROLES, AUDIT = "roles", "audit"
GIVE: Mapping[str, str] = MappingProxyType({kind: f"give.{kind}" for kind in KINDS})

# fmt: off
TABLE: Mapping[str, tuple[str, str, str, str]] = MappingProxyType({
    #                support officer admin  owner
    HELP:          (DOWN,   DOWN,   DOWN,  ALL),  # take up and answer what people ask for (GIUP)
    TYPE:          (DOWN,   DOWN,   DOWN,  ALL),  # file, type and mend words for somebody else
    PLACE:         (DOWN,   DOWN,   DOWN,  ALL),  # say of which unit a person is who did not find it
    ALIAS:         (NO,     DOWN,   DOWN,  ALL),  # another name for a unit
    FIGURES:       (NO,     DOWN,   DOWN,  ALL),  # boards and notices as officers get them, CHITIET
    WHY:           (NO,     DOWN,   DOWN,  ALL),  # VISAO
    MORNING:       (NO,     DOWN,   DOWN,  ALL),  # TOMTAT
    PAPERS:        (NO,     DOWN,   DOWN,  ALL),  # EXCEL, INMAQR
    BRING:         (NO,     DOWN,   DOWN,  ALL),  # SOCONG: the portal's figures
    LINE:          (NO,     DOWN,   DOWN,  ALL),  # THEMDONG
    POST:          (NO,     DOWN,   DOWN,  ALL),  # DANG
    PREVIEW:       (NO,     DOWN,   DOWN,  ALL),  # DUYET: decide about a notice
    GROUP:         (NO,     DOWN,   DOWN,  ALL),  # GANNHOM, CAIDAT, GIO: link a group and set what it gets
    DRIVE:         (NO,     DOWN,   DOWN,  ALL),  # CAODIEM
    REMIND:        (NO,     DOWN,   DOWN,  ALL),  # NHAC: a broadcast and what becomes of it
    ROLES:         (NO,     DOWN,   DOWN,  ALL),  # CANBO: who has which role
    GIVE[SUPPORT]: (NO,     DOWN,   DOWN,  ALL),  # MOI, and take away again
    GIVE[OFFICER]: (NO,     BELOW,  DOWN,  ALL),
    GIVE[ADMIN]:   (NO,     NO,     NO,    ALL),
    GIVE[OWNER]:   (NO,     NO,     NO,    ALL),
    AUDIT:         (NO,     NO,     DOWN,  ALL),  # NHATKY
})
# fmt: on


def reach(kind: str, act: str) -> str:
    """How far this kind of role reaches for the act: NO, BELOW, DOWN or ALL. Raises KeyError for an unknown act."""
    return TABLE[act][KINDS.index(kind)]


def may(roles: Iterable[Role], act: str, unit: Unit | None, campaign_id: int | None = None) -> bool:
    """Do these roles allow the act in the unit (None: in the whole installation)?

    `campaign_id`: what is done belongs to that campaign, so that a role bound to another one does not reach it.
    """
    return any(_allows(role, act, unit, campaign_id) for role in roles)


def _allows(role: Role, act: str, unit: Unit | None, campaign_id: int | None) -> bool:
    far = reach(role.kind, act)
    if far == ALL:
        return True
    if far == NO or unit is None or (campaign_id and role.campaign_id not in (None, campaign_id)):
        return False
    reached = unit.above if far == BELOW else (unit.id, *unit.above)
    return any(root.id in reached for root in role.roots)


def may_somewhere(roles: Iterable[Role], act: str) -> bool:
    """Is there any unit in which these roles allow the act? What menus and words ask first."""
    return any(reach(role.kind, act) != NO for role in roles)


def units_of(roles: Iterable[Role], act: str) -> tuple[int, ...] | None:
    """The units whose trees the act reaches, in the order the roles were given; None: everywhere."""
    found = [role for role in roles if reach(role.kind, act) != NO]
    if any(reach(role.kind, act) == ALL for role in found):
        return None
    return tuple(dict.fromkeys(root.id for role in found for root in role.roots))


def bindings(roles: Iterable[Role], act: str) -> tuple[tuple[Unit, int | None], ...]:
    """The units whose trees the act reaches, each with the only campaign for which it does (None: for all)."""
    found = [role for role in roles if reach(role.kind, act) != NO]
    return tuple(dict.fromkeys((root, role.campaign_id) for role in found for root in role.roots))


def home(roles: Iterable[Role], act: str) -> Unit | None:
    """The unit in which the act is done where none is named: the first of the roles that allow it."""
    return next((root for role in roles if reach(role.kind, act) != NO for root in role.roots), None)


def bound_to(roles: Sequence[Role], act: str, unit: Unit | None) -> int | None:
    """The campaign to which the right to do this in the unit is bound; None: to none. Who gives a role gives no more
    than that.
    """
    allowing = [role for role in roles if _allows(role, act, unit, None)]
    return None if any(role.campaign_id is None for role in allowing) else next((r.campaign_id for r in allowing), None)


def may_give(roles: Sequence[Role], given: Role) -> bool:
    """May whoever has these roles give this one, or take it away?"""
    act = GIVE[given.kind]
    if any(reach(role.kind, act) == ALL for role in roles):
        return True
    return bool(given.roots) and all(
        may(roles, act, root, given.campaign_id) and bound_to(roles, act, root) in (None, given.campaign_id)
        for root in given.roots
    )


def kinds_for(act: str) -> tuple[str, ...]:
    """The kinds of role that reach a unit for this act."""
    return tuple(kind for kind in KINDS if reach(kind, act) != NO)
