"""Effects about reminders. Each right is checked again, each act leaves an audit row."""

from __future__ import annotations

from typing import Any

from bot.acts import Act, NotAllowed, Results
from bot.broadcast_desk import Asks, audience, audience_now, terms
from bot.replies import media_json
from bot.roles import held
from handlers import rights
from handlers.broadcast_effects import CancelBroadcast, SendBroadcast, SetReminders, TryBroadcast
from handlers.broadcast_facts import AudienceOf
from handlers.figures import groups
from handlers.talk import say
from models.queries import broadcasts, outbox, people
from models.queries.audiences import GROUPS
from models.queries.broadcasts import NewBroadcast
from models.queries.outbox import NewMessage


def send(act: Act, effect: SendBroadcast) -> Results:
    """One that starts at once is written down with all who get it; one for later chooses them when its time comes."""
    act.must(rights.REMIND, effect.unit_id, effect.campaign_id)
    meant = audience(effect.unit_id, effect.campaign_id, effect.rule)
    new = NewBroadcast(
        audience=meant,
        text=effect.text,
        starts_at=effect.starts_at or act.now,
        made_by=act.known_person(),
        made_at=act.now,
        channel=act.channel,
        chat=act.chat,
        media=media_json(effect.media) | {"channel": effect.media.channel or act.channel} if effect.media else None,
        confirmed=effect.confirmed,
    )
    if effect.starts_at is not None:
        broadcast_id, number = broadcasts.put(act.conn, new), effect.confirmed
    else:
        zone = act.tools.registry.zone(act.conn, effect.campaign_id, act.now)
        broadcast_id, number = broadcasts.begin(act.conn, new, terms(act.now, zone, act.tools.reach))
    if not number:
        raise NotAllowed("broadcast.nobody")
    about: dict[str, Any] = {"broadcast": broadcast_id, "rule": effect.rule.name, "number": number}
    where = {"unit_id": effect.unit_id, "campaign_id": effect.campaign_id}
    act.note("broadcast.send", **where, **about, starts_at=new.starts_at.isoformat())
    whom = say(
        f"broadcast.{'groups' if effect.rule.name == GROUPS else 'people'}",
        n=number,
        number=groups(number, act.state.language),
    )
    return {"whom": act.tools.writer.texts.render(act.state.language, whom)}


def attempt(act: Act, effect: TryBroadcast) -> Results:
    """To whoever composes it: as a recipient sees it, with the figures of one of their units and one's own name."""
    act.must(rights.REMIND, effect.unit_id, effect.campaign_id)
    zone = act.tools.registry.zone(act.conn, effect.campaign_id, act.now)
    query = AudienceOf(
        effect.unit_id, effect.campaign_id, effect.rule, effect.at, effect.text, language=act.state.language
    )
    asks = Asks(act.tools.writer.texts, act.tools.reach, act.tools.registry, act.person_id)
    found = audience_now(act.conn, asks, query, zone)
    if not found.number:
        raise NotAllowed("broadcast.nobody")
    text, media, writer = found.example, [media_json(effect.media)] if effect.media else [], act.tools.writer
    here = not effect.media or effect.media.channel in ("", act.channel)
    if media and not (here and writer.capabilities[act.channel].files_out):
        as_link = writer.texts.render(act.state.language, say("broadcast.picture_as_link"))
        text, media = f"{text}\n{as_link}", []
    copy = NewMessage(
        channel=act.channel,
        chat=act.chat,
        payload={"text": text, "media": media},
        dedupe=f"broadcast:try:{act.channel}:{act.update}",
        made_at=act.now,
        person_id=act.person_id,
        priority=outbox.NOTICE,  # behind the answer of the turn
    )
    outbox.put(act.conn, [copy])
    act.note("broadcast.try", unit_id=effect.unit_id, campaign_id=effect.campaign_id, rule=effect.rule.name)
    return None


def cancel(act: Act, effect: CancelBroadcast) -> Results:
    row = broadcasts.by_id(act.conn, effect.broadcast_id)
    if row is None:
        raise NotAllowed("broadcast.gone")
    act.must(rights.REMIND, row.unit_id, row.campaign_id)
    if not broadcasts.cancel_planned(act.conn, row.id, act.now):
        raise NotAllowed("broadcast.gone")
    act.note("broadcast.cancel", unit_id=row.unit_id, campaign_id=row.campaign_id, broadcast=row.id)
    return None


def cancel_of(act: Act, person_id: int) -> int:
    """Drop what this person planned and may not send any more; how many that were."""
    roles, dropped = held(act.conn, act.tools.registry, person_id, act.now), 0
    for row in broadcasts.planned_by(act.conn, person_id):
        unit = act.tools.registry.unit(act.conn, row.unit_id, act.now)
        allowed = unit is not None and rights.may(roles, rights.REMIND, unit, row.campaign_id)
        if not allowed and broadcasts.cancel_planned(act.conn, row.id, act.now):
            act.note("broadcast.cancel", unit_id=row.unit_id, campaign_id=row.campaign_id, broadcast=row.id)
            dropped += 1
    return dropped


def set_reminders(act: Act, effect: SetReminders) -> Results:
    """One's own wish; what was to come to one is left out at once."""
    person = act.known_person()
    people.set_person(act.conn, person, {"reminders": effect.wanted})
    if not effect.wanted:
        broadcasts.leave_out(act.conn, person, act.now)
    return None
