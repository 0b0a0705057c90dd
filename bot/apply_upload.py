"""Effects of figures that come as a file: the file is put down to be read, or a one-time page for it is made."""

from __future__ import annotations

from bot.acts import Act, NotAllowed, Results
from bot.replies import media_json
from handlers import rights
from handlers.file_effects import MakeUploadLink, ReadFigures
from models.queries import uploads


def read_figures(act: Act, effect: ReadFigures) -> Results:
    act.must(rights.BRING, effect.unit_id, effect.campaign_id)
    uploads.add_file(act.conn, _sender(act, effect), media_json(effect.media), act.now)
    act.note("upload.file", unit_id=effect.unit_id, campaign_id=effect.campaign_id)
    return None


def make_link(act: Act, effect: MakeUploadLink) -> Results:
    """Brings about `link`. Raises `NotAllowed` where people cannot reach this server."""
    act.must(rights.BRING, effect.unit_id, effect.campaign_id)
    if not act.facts.house.public_url:
        raise NotAllowed("upload.no_address")
    code = uploads.make_link(act.conn, _sender(act, effect), act.now)
    act.note("upload.link", unit_id=effect.unit_id, campaign_id=effect.campaign_id)
    return {"link": f"{act.facts.house.public_url}/nap/{code}"}


def way(act: Act) -> str:
    """How the figures of this turn came: pasted | file | link."""
    bare = act.update.removeprefix(uploads.UPDATE)
    return uploads.way(act.conn, int(bare)) if bare != act.update and bare.isdecimal() else "pasted"


def _sender(act: Act, effect: ReadFigures | MakeUploadLink) -> uploads.Sender:
    about = (act.known_person(), effect.unit_id, effect.campaign_id)
    return uploads.Sender(*about, channel=act.channel, account=act.account, chat=act.chat, words=effect.words[:40])
