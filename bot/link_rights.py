"""For whom a link to a file is good: only as long as that person's role lets them see it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot import audit_desk
from bot.directory import Directory
from handlers import audit_facts, papers, rights, voices
from handlers.forms.register import CONSENT_VERSION
from models.queries import people, requests


def may_open(conn: Connection, ref: str, now: datetime) -> bool:
    """True for what everybody may see."""
    paper, voice, trail = papers.read_ref(ref), voices.read_ref(ref), audit_facts.read_sheet(ref)
    if trail is not None:
        return audit_desk.within_reach(conn, Directory(), trail.narrowed, trail.person_id, now) is not None
    if paper is not None and paper.kind == papers.WORKBOOK:
        kinds = rights.kinds_for(rights.PAPERS)
        return people.may_run(conn, paper.reader, paper.unit_id, kinds, paper.campaign_id)
    if voice is not None:
        request_id, _, reader = voice
        row = requests.find(conn, request_id, CONSENT_VERSION)
        return row is not None and people.may_run(conn, reader, row.unit_id, rights.kinds_for(rights.HELP))
    return True
