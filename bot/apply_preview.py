"""What officers decide about a notice before it is posted: all is looked at again, and whoever is first decides."""

from __future__ import annotations

from collections.abc import Sequence

from bot.acts import Act, NotAllowed, Results
from bot.replies import Address
from handlers import preview_words as words
from handlers import rights
from handlers.effects import DecidePreview, RenewPreview
from handlers.preview_facts import APPROVED, POSTED, SKIPPED, Preview, preview_of
from handlers.talk import reply, say
from models.queries import chats, outbox, people, previews
from models.queries.outbox import NewMessage
from models.queries.previews import About
from models.queries.rows import AnyRow

_STATUS = {"approve": APPROVED, "skip": SKIPPED, "post": POSTED, "posted": POSTED}


def renew(act: Act, effect: RenewPreview) -> Results:
    """Brings about `notice`: the words of the preview. Its picture follows on channels that have pictures."""
    about = About(effect.campaign_id, effect.chat_id, effect.day)
    unit_id = _unit(act, about)
    previews.lock(act.conn, about)
    row = previews.find(act.conn, about)
    if row is not None and not _may_decide(act, preview_of(row, effect.day), effect.version):
        raise NotAllowed("preview.meanwhile")
    made = act.tools.previews.renew(act.conn, about, effect.version, act.now, act.channel)
    if made is None:
        raise NotAllowed("preview.meanwhile")
    text, pictures = made
    key = f"preview:{effect.chat_id}:{effect.campaign_id}:{act.now.isoformat()}:{act.person_id}"
    behind = [_message(act, {"text": "", "media": media}, f"{key}:{at}") for at, media in enumerate(pictures)]
    outbox.put(act.conn, behind)
    where = {"unit_id": unit_id, "campaign_id": effect.campaign_id, "chat": effect.chat_id}
    act.note("preview.make", **where, version=effect.version + 1)
    return {"notice": text}


def _message(act: Act, payload: dict[str, object], key: str) -> NewMessage:
    """Behind the answer of the turn, which leaves before notices do."""
    return NewMessage(
        channel=act.channel,
        chat=act.chat,
        payload=payload,
        dedupe=key,
        made_at=act.now,
        person_id=act.person_id,
        priority=outbox.NOTICE,
    )


def decide(act: Act, effect: DecidePreview) -> Results:
    """About all that the card stands for, or (`NotAllowed`) about none of them."""
    changed: list[About] = []
    for chat_id, version in ((effect.chat_id, effect.version), *effect.also):
        about = About(effect.campaign_id, chat_id, effect.day)
        unit_id = _unit(act, about)
        changed += [about] if _decide(act, about, version, effect.decision) else []
        where = {"unit_id": unit_id, "campaign_id": effect.campaign_id, "chat": chat_id}
        act.note(f"preview.{effect.decision}", **where, day=effect.day.isoformat())
    if changed:
        _tell_others(act, changed)
    return None


def _decide(act: Act, about: About, version: int, decision: str) -> bool:
    """Is it another decision than before?"""
    previews.lock(act.conn, about)
    row = previews.find(act.conn, about)
    if row is None:
        raise NotAllowed("preview.gone")
    if not _may_decide(act, preview_of(row, about.day), version):
        raise NotAllowed("preview.meanwhile")
    posts = decision in ("post", "posted")
    if posts and not act.tools.previews.post(act.conn, about, act.now, act.person_id):
        raise NotAllowed("preview.meanwhile")
    status = _STATUS[decision]
    if row.status == status:
        return False
    previews.decide(act.conn, about, status=status, by=act.known_person(), at=act.now)
    return True


def _may_decide(act: Act, shown: Preview, version: int) -> bool:
    return shown.is_open(act.now) and shown.version == version and not shown.is_anothers(act.person_id)


def _unit(act: Act, about: About) -> int:
    """The group's unit, where the person may decide about its notices."""
    row = chats.by_id(act.conn, about.chat_id)
    if row is None or row.unit_id is None:
        raise NotAllowed("preview.gone")
    act.must(rights.PREVIEW, row.unit_id, about.campaign_id)
    return int(row.unit_id)


def _tell_others(act: Act, decided: Sequence[About]) -> None:
    """The other officers in charge are told once who decided what."""
    found = [row for about in decided if (row := previews.find(act.conn, about)) is not None]
    if not found:
        return
    row, day = found[0], decided[0].day
    shown = preview_of(row, day, found[1:])
    told: dict[int, NewMessage] = {}
    for officer in people.officers(act.conn, row.unit_id, rights.kinds_for(rights.PREVIEW), row.campaign_id):
        if officer.person_id not in (act.person_id, *told):
            told[officer.person_id] = _told(act, shown, row, officer)
    outbox.put(act.conn, list(told.values()))


def _told(act: Act, shown: Preview, row: AnyRow, officer: AnyRow) -> NewMessage:
    writer = act.tools.writer
    said = reply(words.standing(shown, officer.language, act.now), say("preview.group", name=words.names(shown)))
    return writer.message(
        {"text": writer.texts.reply(officer.language, said).text},
        Address(officer.channel, officer.chat, person_id=act.person_id),  # it names the person who decided
        key=f"preview:{row.id}:{row.version}:{row.status}:{officer.person_id}",
        now=act.now,
        leased=False,
    )
