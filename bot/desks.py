"""Who answers which kind of query: each desk looks at the asker's roles itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot import (
    audit_desk,
    cast_desk,
    drive_desk,
    group_desk,
    help_desk,
    join_desk,
    line_desk,
    portal_desk,
    role_desk,
    untold_desk,
    why_desk,
)
from handlers.audit_facts import AuditQuery
from handlers.cast import CastQuery
from handlers.desk_facts import DeskQuery
from handlers.drive import DriveQuery
from handlers.join_facts import JoinQuery
from handlers.lines import LineOf
from handlers.portal_facts import PortalQuery
from handlers.role_facts import RoleQuery
from handlers.untold_facts import UntoldQuery
from handlers.why_facts import WhyQuery

DESKS: tuple[tuple[Any, Callable[..., Any]], ...] = (
    (group_desk.GroupQuery, group_desk.answer),
    (DeskQuery, help_desk.answer),
    (UntoldQuery, untold_desk.answer),
    (PortalQuery, portal_desk.answer),
    (RoleQuery, role_desk.answer),
    (AuditQuery, audit_desk.answer),
    (JoinQuery, join_desk.answer),
    (CastQuery, cast_desk.answer),
    (DriveQuery, drive_desk.answer),
    (LineOf, line_desk.answer),
    (WhyQuery, why_desk.answer),
)
"""`answer(conn, registry, query, person_id, now)`"""
