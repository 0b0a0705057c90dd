"""From effects to rows: one function per effect, in the turn's own transaction (design.md §4, step 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from bot import (
    apply_broadcast,
    apply_cast,
    apply_drive,
    apply_initiative,
    apply_line,
    apply_offer,
    apply_officer,
    apply_portal,
    apply_posters,
    apply_preview,
    apply_role,
    apply_upload,
)
from bot.acts import Act, NotAllowed, Results
from bot.replies import Address, media_json
from handlers import broadcast_effects as reminding
from handlers import effects as e
from handlers import file_effects as files
from handlers import role_effects as given
from handlers.cast import SteerCast
from handlers.facts import Unit
from handlers.talk import reply, say
from models.queries import chats, erasure, outbox, people, requests
from models.queries.initiatives import NotOpen
from models.queries.rows import AnyRow

ASKED_LATELY = timedelta(hours=1)  # whoever asks for help again within it is on the officers' list already


def apply(act: Act, effects: Iterable[e.Effect]) -> dict[str, Any]:
    """Bring about what a turn decided, in the order given, and give the values this brought about.

    Raises `NotAllowed` where the person may not (any more): then nothing of the turn may stay.
    """
    results: dict[str, Any] = {}
    for effect in effects:
        try:
            results |= _DO[type(effect)](act, effect) or {}
        except NotOpen as closed:
            raise NotAllowed("not_open") from closed
    return results


# ---------------------------------------------------------------- the person


def _give_consent(act: Act, effect: e.GiveConsent) -> Results:
    people.give_consent(
        act.conn,
        act.known_person(),
        version=effect.version,
        text=act.tools.consent_text(act.state, act.facts),
        channel=act.channel,
        at=act.now,
    )
    return None


def _set_person(act: Act, effect: e.SetPerson) -> Results:
    people.set_person(act.conn, act.known_person(), effect.values)
    return None


def _forget(act: Act, _: e.ForgetPerson) -> Results:
    act.files.extend(erasure.forget(act.conn, act.known_person(), act.now))
    act.note("person.forget")
    return None


def _withdraw_consent(act: Act, _: e.WithdrawConsent) -> Results:
    people.withdraw_consent(act.conn, act.known_person(), act.now)
    act.note("consent.withdraw")
    return None


def _standing(act: Act, effect: e.ChatStanding) -> Results:
    if act.facts.chat.is_group:
        chats.set_standing(act.conn, act.facts.chat.id, effect.standing)
    else:
        here = effect.standing not in ("left", "blocked")
        people.set_reachable(act.conn, act.channel, act.account, here)
    return None


# ---------------------------------------------------------------- asking for a person


def _ask_for_help(act: Act, effect: e.AskForHelp) -> Results:
    person, unit = act.facts.person, act.facts.person.unit
    since = act.now - ASKED_LATELY
    if effect.kind == "help" and requests.asked_since(act.conn, act.known_person(), "help", since):
        return None
    media = media_json(effect.media) if effect.media else None
    asked = requests.add(
        act.conn,
        person_id=act.known_person(),
        unit_id=unit.id if unit else None,
        kind=effect.kind,
        at=act.now,
        media={**media, "channel": act.channel} if media else None,
    )
    line = say(
        f"officer.{effect.kind}_asked",
        name=person.name or "?",
        unit=unit.short if unit else "?",
        phone=person.phone or "–",
    )
    _tell_caretakers(act, asked, _where(act, unit), line, media)
    return None


def _ask_for_unit(act: Act, effect: e.AskForUnit) -> Results:
    person = act.known_person()
    people.set_person(act.conn, person, {"unit_words": effect.words[:200]})
    unit_id = _where(act, None)
    asked = requests.add(act.conn, person_id=person, unit_id=unit_id, kind="unit", at=act.now, words=effect.words)
    line = say("officer.unit_asked", name=act.facts.person.name or "?", words=effect.words[:200])
    _tell_caretakers(act, asked, unit_id, line, None)
    return None


def _where(act: Act, unit: Unit | None) -> int | None:
    """Whose officers are asked: those of the person's unit, else those who run the only campaign there is."""
    if unit is not None:
        return unit.id
    return act.facts.campaigns[0].unit_id if len(act.facts.campaigns) == 1 else None


def _tell_caretakers(
    act: Act, request_id: int, unit_id: int | None, line: Any, media: Mapping[str, Any] | None
) -> None:
    """A message to each officer in charge, in his language; a file goes along on the channel that knows it."""
    chosen: dict[int, AnyRow] = {}
    for row in people.caretakers(act.conn, unit_id):
        if row.person_id not in chosen or row.channel == act.channel != chosen[row.person_id].channel:
            chosen[row.person_id] = row
    writer, out = act.tools.writer, []
    for row in chosen.values():
        if row.person_id == act.person_id:
            continue  # an officer who asks for help need not be told that he did
        to = Address(row.channel, row.chat, person_id=act.person_id)  # it tells of the person who asked
        payload: dict[str, Any] = {"text": writer.texts.reply(row.language, reply(line)).text}
        if media and row.channel == act.channel:
            payload["media"] = [media]
        out.append(writer.message(payload, to, key=f"request:{request_id}:{row.person_id}", now=act.now, leased=False))
    outbox.put(act.conn, out)


_DO: Mapping[type[e.Effect], Callable[[Act, Any], Results]] = MappingProxyType(
    {
        e.GiveConsent: _give_consent,
        e.SetPerson: _set_person,
        e.AskForUnit: _ask_for_unit,
        e.AskForHelp: _ask_for_help,
        e.FileInitiative: apply_initiative.file_initiative,
        e.Complete: apply_initiative.complete,
        e.MakeConfidential: apply_initiative.make_confidential,
        e.Withdraw: apply_initiative.withdraw,
        e.MoveToUnit: apply_initiative.move_to_unit,
        e.UseInvite: apply_role.use_invite,
        given.GiveCode: apply_role.give_code,
        given.WithdrawCode: apply_role.withdraw_code,
        given.RevokeRole: apply_role.revoke_role,
        given.WrongCode: apply_role.wrong_code,
        e.MakeInvite: apply_officer.make_invite,
        e.LinkGroup: apply_officer.link_group,
        e.SetGroup: apply_officer.set_group,
        e.UnlinkGroup: apply_officer.unlink_group,
        e.LinkByHand: apply_officer.link_by_hand,
        e.PostNotice: apply_officer.post_notice,
        e.RenewPreview: apply_preview.renew,
        e.DecidePreview: apply_preview.decide,
        e.DecideOffer: apply_offer.decide,
        files.SetLine: apply_line.set_line,
        files.DropLine: apply_line.drop_line,
        e.StartDrive: apply_drive.start_drive,
        e.EndDrive: apply_drive.end_drive,
        e.AimDrive: apply_drive.aim_drive,
        files.ReadFigures: apply_upload.read_figures,
        files.MakeUploadLink: apply_upload.make_link,
        files.MakePosters: apply_posters.make_posters,
        e.StoreFigures: apply_portal.store_figures,
        e.ExplainFigure: apply_portal.explain_figure,
        SteerCast: apply_cast.steer,
        reminding.SendBroadcast: apply_broadcast.send,
        reminding.TryBroadcast: apply_broadcast.attempt,
        reminding.CancelBroadcast: apply_broadcast.cancel,
        reminding.SetReminders: apply_broadcast.set_reminders,
        e.ForgetPerson: _forget,
        e.WithdrawConsent: _withdraw_consent,
        e.ChatStanding: _standing,
    }
)

__all__ = ["Act", "NotAllowed", "apply"]
