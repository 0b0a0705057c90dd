"""Effects on initiatives and ideas."""

from __future__ import annotations

from datetime import date

from bot import apply_desk
from bot.acts import Act, NotAllowed, Results
from handlers.codes import spoken
from handlers.effects import Complete, FileInitiative, MakeConfidential, MoveToUnit, Withdraw
from handlers.fold import fold
from handlers.talk import Media
from models.queries import completing, initiatives
from models.queries.completing import Proof, Share
from models.queries.initiatives import Filing


def file_initiative(act: Act, effect: FileInitiative) -> Results:
    """Brings about `code`, grouped for reading aloud."""
    act.must_have_agreed()
    _must_take_part(act, effect.unit_id, effect.campaign_id)
    typed = effect.answers.get("typed")  # the request whose helper typed it
    by = apply_desk.typed_by(act, int(typed)) if typed else None
    filed = initiatives.file(act.conn, _filing(act, effect, by))
    completing.add_evidence(act.conn, filed.id, _proofs(act, effect.media), act.now)
    about = {"unit_id": effect.unit_id, "campaign_id": effect.campaign_id, "initiative": filed.id}
    if typed and by is not None:
        apply_desk.agreed(act, int(typed), spoken(filed.code))
        act.note("initiative.typed", **about, by=by)
    elif effect.answers.get("behalf"):
        act.note("initiative.behalf", **about)
    return {"code": spoken(filed.code)}


def _must_take_part(act: Act, unit_id: int, campaign_id: int) -> None:
    if not act.takes_part(unit_id, campaign_id):
        raise NotAllowed("unit.not_in_campaign")


def _filing(act: Act, effect: FileInitiative, typed_by: int | None) -> Filing:
    answers, person = effect.answers, act.known_person()
    began, secret, behalf = answers.get("began") or {}, bool(answers.get("confidential")), answers.get("behalf") or None
    return Filing(
        draft=effect.draft,
        campaign_id=effect.campaign_id,
        unit_id=effect.unit_id,
        title=answers["title"],
        folded=fold(answers["title"])[:200],
        filed_by_id=typed_by or person,
        filed_at=act.now,
        filed_day=act.tools.registry.day(act.conn, effect.campaign_id, act.now),
        author_id=None if behalf else person,
        on_behalf_of=behalf,
        author_group=answers.get("author_group"),
        body=None if secret else answers.get("body"),
        effect=answers.get("body") if secret else None,  # of a confidential one only the effect is asked (domain.md §3)
        confidential=secret,
        began_on=date.fromisoformat(began["date"]) if began.get("date") else None,
        began=began,
        similar_to=answers.get("similar_to"),
        idea=effect.idea,
        from_idea=effect.from_idea,
    )


def _proofs(act: Act, media: tuple[Media, ...]) -> list[Proof]:
    return [Proof(item.kind, item.channel or act.channel, item.ref[:500], item.name[:200]) for item in media]


def complete(act: Act, effect: Complete) -> Results:
    """`values`: benefit_kind and benefit_vnd, coauthors as [name, share, unit id, author group], details by name."""
    values = dict(effect.values)
    shares = values.pop("coauthors", None)
    completing.complete(act.conn, effect.initiative_id, act.known_person(), values, act.now)
    if shares is not None:
        rows = [Share(*row) for row in shares]
        completing.replace_coauthors(act.conn, effect.initiative_id, act.person_id, rows)
    completing.add_evidence(act.conn, effect.initiative_id, _proofs(act, effect.media), act.now)
    return None


def make_confidential(act: Act, effect: MakeConfidential) -> Results:
    person = act.known_person()
    act.files.extend(completing.make_confidential(act.conn, effect.initiative_id, person, effect.effect, act.now))
    act.note("initiative.confidential", unit_id=_unit(act, effect.initiative_id), initiative=effect.initiative_id)
    return None


def withdraw(act: Act, effect: Withdraw) -> Results:
    completing.withdraw(act.conn, effect.initiative_id, act.known_person(), act.now)
    act.note("initiative.withdraw", unit_id=_unit(act, effect.initiative_id), initiative=effect.initiative_id)
    return None


def move_to_unit(act: Act, effect: MoveToUnit) -> Results:
    row = initiatives.open_one(act.conn, effect.initiative_id, act.known_person())
    _must_take_part(act, effect.unit_id, row.campaign_id)
    completing.move_to_unit(
        act.conn, effect.initiative_id, act.known_person(), effect.unit_id, day=act.facts.today, at=act.now
    )
    act.note("initiative.move", unit_id=effect.unit_id, initiative=effect.initiative_id)
    return None


def _unit(act: Act, initiative_id: int) -> int | None:
    """Of one of the person's own."""
    return next((one.unit.id for one in act.facts.mine if one.id == initiative_id), None)
