"""For whom a link to a file is good: only as long as that person's role lets them see it."""

from __future__ import annotations

from sqlalchemy import Connection

from handlers import papers, rights, voices
from handlers.forms.register import CONSENT_VERSION
from models.queries import people, requests


def may_open(conn: Connection, ref: str) -> bool:
    """True for what everybody may see, and for what its own maker looks at (the trail of acts)."""
    paper, voice = papers.read_ref(ref), voices.read_ref(ref)
    if paper is not None and paper.kind == papers.WORKBOOK:
        kinds = rights.kinds_for(rights.PAPERS)
        return people.may_run(conn, paper.reader, paper.unit_id, kinds, paper.campaign_id)
    if voice is not None:
        request_id, _, reader = voice
        row = requests.find(conn, request_id, CONSENT_VERSION)
        return row is not None and people.may_run(conn, reader, row.unit_id, rights.kinds_for(rights.HELP))
    return True
