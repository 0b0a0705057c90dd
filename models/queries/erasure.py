"""Erasing what was said: irrecoverably, and so that the counts stay (domain.md §10)."""

from __future__ import annotations

import json
import re
from datetime import datetime

from sqlalchemy import BindParameter, Connection, String, bindparam, cast, delete, exists, literal, null, select, update

from models.broadcast import broadcast, recipient
from models.chat import chat, inbound, notice_line, outbox
from models.initiative import coauthor, evidence, initiative
from models.joining import join_code, joined
from models.person import account, consent, conversation, invite, person, request, role
from models.portal import upload
from models.queries import joining
from models.queries.chats import HAND
from models.queries.evidence import KEPT
from models.untold import untold
from models.web import web_receipt

UNNAMED = literal("-").concat(cast(recipient.c.id, String))  # in the place of a recipient's chat
_COUNTED_DETAILS = ("type", "field")  # what statistics need and nobody can be known by

_P: BindParameter[int] = bindparam("b_person")
_BLANK_OUTBOX = update(outbox).where(outbox.c.person_id == _P).values(payload={"text": ""})
_DROP_UNSENT = (
    update(outbox)
    .where(outbox.c.person_id == _P, outbox.c.status.in_(("queued", "sending")))
    .values(status="expired", outcome="erased")
)
_DROP_UNTOLD = delete(untold).where((untold.c.person_id == _P) | (untold.c.about_id == _P))
_BLANK_RAW = update(inbound).where(inbound.c.person_id == _P).values(raw=null())

_INITIATIVES = select(initiative.c.id, initiative.c.details).where(
    (initiative.c.author_id == _P) | (initiative.c.author_id.is_(None) & (initiative.c.filed_by_id == _P))
)
_ANONYMOUS = (  # `changed_at` stays: it says since when the status holds, which counts
    update(initiative)
    .where(initiative.c.id == bindparam("b_id"))
    .values(
        author_id=None,
        filed_by_id=None,
        on_behalf_of=None,
        title="",
        folded="",
        body=None,
        effect=None,
        began={},
        details=bindparam("b_details", type_=initiative.c.details.type),
    )
)
_THEIRS: BindParameter[list[int]] = bindparam("b_ids", expanding=True)
_STORED = select(evidence.c.stored).where(evidence.c.initiative_id.in_(_THEIRS), evidence.c.stored != "")
_REFS = select(evidence.c.ref).where(evidence.c.initiative_id.in_(_THEIRS), evidence.c.stored.is_(None))
_TALK = select(conversation.c.state).where(conversation.c.person_id == _P)
_CAME = re.compile(rf"{KEPT}([A-Za-z0-9_-]{{32}}\.[a-z0-9]{{1,5}})")
_DROP_EVIDENCE = delete(evidence).where(evidence.c.initiative_id.in_(_THEIRS))
_DROP_COAUTHORS = delete(coauthor).where(coauthor.c.initiative_id.in_(_THEIRS))
_UNNAME_COAUTHOR = update(coauthor).where(coauthor.c.person_id == _P).values(name="", person_id=None)
_FILED_FOR_OTHERS = (
    update(initiative)
    .where(initiative.c.filed_by_id == _P, initiative.c.author_id.is_not(None))
    .values(filed_by_id=None)
)
_UNNAME_RECIPIENT = (  # counted still, but nobody can be known by the row
    update(recipient)
    .where(recipient.c.person_id == _P, recipient.c.status.in_(("waiting", "queued")))
    .values(status="skipped", reason="erased"),
    update(recipient).where(recipient.c.person_id == _P).values(person_id=None, chat=UNNAMED),
)
_RELAYED = (  # what this person, helping, wrote to others
    delete(outbox).where(
        outbox.c.dedupe.like("talk:%"),
        exists().where(
            request.c.taken_by == _P, request.c.channel == outbox.c.channel, request.c.chat == outbox.c.chat
        ),
    )
)
_VOICES = select(request.c.media).where(request.c.person_id == _P, request.c.media.is_not(None))
_FORGET = (
    delete(join_code).where(join_code.c.person_id == _P),
    delete(joined).where((joined.c.kept_id == _P) | (joined.c.gone_id == _P)),
    delete(web_receipt).where(web_receipt.c.person_id == _P),
    _RELAYED,
    _DROP_UNTOLD,
    update(untold).where(untold.c.told_by == _P).values(told_by=None),
    delete(outbox).where(outbox.c.person_id == _P),
    update(inbound).where(inbound.c.person_id == _P).values(raw=null(), person_id=None),
    delete(conversation).where(conversation.c.person_id == _P),
    delete(account).where(account.c.person_id == _P),
    update(request)
    .where(request.c.person_id == _P)
    .values(words="", media=null(), proposal=null(), channel="", chat="", done_at=bindparam("b_at")),
    update(request)
    .where(request.c.taken_by == _P)
    .values(taken_by=null(), taken_at=null(), told_again_at=null(), told_up_at=null(), unreached_at=null()),
    update(role).where(role.c.person_id == _P, role.c.revoked_at.is_(None)).values(revoked_at=bindparam("b_at")),
    update(consent)
    .where(consent.c.person_id == _P, consent.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("b_at")),
    update(person)
    .where(person.c.id == _P)
    .values(name=None, unit_id=None, unit_words=None, phone=None, position=None, education=None),
    update(invite).where(invite.c.used_by == _P).values(to_name=""),
    update(notice_line).where(notice_line.c.set_by == _P).values(set_by=None),
    delete(upload).where(upload.c.person_id == _P),
    *_UNNAME_RECIPIENT,
    update(broadcast).where(broadcast.c.made_by == _P).values(made_by=None, chat=""),
    update(chat).where(chat.c.linked_by == _P, chat.c.channel == HAND).values(title=""),  # called so by this person
    _UNNAME_COAUTHOR,
    _FILED_FOR_OTHERS,
)


def erase_messages(conn: Connection, person_id: int) -> None:
    """Blank every message to or about this person, sent or not, and every raw update; what is unsent stays unsent."""
    for statement in (_BLANK_OUTBOX, _DROP_UNSENT, _DROP_UNTOLD, _BLANK_RAW):
        conn.execute(statement, {"b_person": person_id})


def forget(conn: Connection, person_id: int, at: datetime) -> tuple[str, ...]:
    """Erase a person, with whoever is joined to them: initiatives stay as unit, dates, field and counts without a
    name, a title or words.

    Consents stay as a record, withdrawn; accounts and conversation are gone, so that whoever writes from there again is
    new. Gives the names under which files were stored, for their owner to delete.
    """
    both = [*joining.shells(conn, person_id), person_id]
    return tuple(name for one in both for name in _forget_one(conn, one, at))


def _forget_one(conn: Connection, person_id: int, at: datetime) -> tuple[str, ...]:
    rows = conn.execute(_INITIATIVES, {"b_person": person_id}).all()
    for row in rows:
        kept = {name: row.details[name] for name in _COUNTED_DETAILS if name in row.details}
        conn.execute(_ANONYMOUS, {"b_id": row.id, "b_details": kept, "b_at": at})
    ids = {"b_ids": [row.id for row in rows]}
    stored = [*conn.execute(_STORED, ids).scalars()]
    voices = conn.execute(_VOICES, {"b_person": person_id}).scalars().all()
    stored += [str(media["stored"]) for media in voices if media and media.get("stored")]
    refs, talk = conn.scalars(_REFS, ids).all(), conn.scalar(_TALK, {"b_person": person_id})
    stored += _CAME.findall(json.dumps([*refs, *voices, talk]))  # of drafts, and not yet with the evidence
    for statement in (_DROP_EVIDENCE, _DROP_COAUTHORS):
        conn.execute(statement, ids)
    for change in _FORGET:
        conn.execute(change, {"b_person": person_id, "b_at": at})
    return tuple(stored)
