"""Effect of INMAQR for a large district: the file is promised in the turn's transaction, made beside it."""

from __future__ import annotations

from datetime import timedelta

from bot.acts import Act, NotAllowed, Results
from bot.replies import media_json
from handlers import papers, rights
from handlers.file_effects import MakePosters
from handlers.talk import reply, say
from models.queries import outbox, poster_jobs

PROMISED = timedelta(minutes=1)  # then the sender makes the file itself, without progress


def make_posters(act: Act, effect: MakePosters) -> Results:
    paper = papers.read_ref(effect.media.ref)
    if paper is None:
        raise NotAllowed
    act.must(rights.PAPERS, paper.unit_id, paper.campaign_id)
    words = act.tools.writer.texts.reply(paper.language, reply(say("posters.done", code=effect.code))).text
    message = outbox.NewMessage(
        channel=act.channel,
        chat=act.chat,
        payload={"text": words, "media": [media_json(effect.media)]},
        dedupe=f"{poster_jobs.KEY}in:{act.channel}:{act.update}"[:120],
        made_at=act.now,
        person_id=act.known_person(),
        priority=outbox.BULK,  # what is said meanwhile does not wait for it
        not_before=act.now + PROMISED,
    )
    outbox.put(act.conn, [message])
    act.note("posters.make", unit_id=paper.unit_id, campaign_id=paper.campaign_id)
    return None
