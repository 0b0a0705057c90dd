"""What officers decide about a notice that waits for them: all is looked at again, and whoever is first decides."""

from __future__ import annotations

from collections.abc import Sequence

from bot.acts import Act, NotAllowed, Results
from bot.replies import Address
from handlers import offer_words as words
from handlers import rights
from handlers.effects import DecideOffer
from handlers.offer_facts import POSTED, SKIPPED, offer_of
from handlers.talk import reply
from models.queries import offers, outbox, people
from models.queries.outbox import NewMessage
from models.queries.rows import AnyRow


def decide(act: Act, effect: DecideOffer) -> Results:
    """Raises `NotAllowed` where somebody has decided meanwhile, its time is over, or the person has not the right."""
    offers.lock(act.conn, effect.lead)
    rows = offers.shown_with(act.conn, effect.lead)
    if not rows:
        raise NotAllowed("preview.gone")
    for row in rows:
        act.must(rights.PREVIEW, row.unit_id, row.campaign_id)
    offer = offer_of(rows)
    if not offer.is_open(act.now) or offer.is_anothers(act.person_id):
        raise NotAllowed("preview.meanwhile")
    if (effect.decision == "posted") != offer.by_hand and effect.decision != "skip":
        raise NotAllowed("preview.gone")
    if effect.decision == "post":
        rows = [row for row in rows if act.tools.previews.bring_out(act.conn, row, act.now)]
        if not rows:
            raise NotAllowed("preview.gone")
    status = SKIPPED if effect.decision == "skip" else POSTED
    offers.decide(act.conn, [row.notice_id for row in rows], status=status, by=act.known_person(), at=act.now)
    for row in rows:
        about = {"unit_id": row.unit_id, "campaign_id": row.campaign_id, "chat": row.chat_id}
        act.note(f"offer.{effect.decision}", **about, notice=row.notice_id)
    _tell_others(act, effect.lead, rows)
    return None


def _tell_others(act: Act, lead: int, rows: Sequence[AnyRow]) -> None:
    """The other officers in charge are told once who decided what."""
    offer = offer_of(offers.shown_with(act.conn, lead))
    writer, told = act.tools.writer, dict[int, NewMessage]()
    for officer in people.officers(act.conn, rows[0].unit_id, rights.kinds_for(rights.PREVIEW), rows[0].campaign_id):
        if officer.person_id in (act.person_id, *told):
            continue
        said = reply(words.line(offer, act.now, officer.language))
        told[officer.person_id] = writer.message(
            {"text": writer.texts.reply(officer.language, said).text},
            Address(officer.channel, officer.chat, person_id=act.person_id),  # it names the person who decided
            key=f"offer:{lead}:{offer.status}:{officer.person_id}",
            now=act.now,
            leased=False,
        )
    outbox.put(act.conn, list(told.values()))
