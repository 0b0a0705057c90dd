"""Officers decide about a day's notice before it is posted: at its hour, now, corrected, not today; DUYET shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import portal_words, rights
from handlers import preview_words as words
from handlers.card import CLOSE, close, show
from handlers.effects import DecidePreview, RenewPreview
from handlers.facts import Facts
from handlers.group_facts import GroupSettings, LinkedGroups
from handlers.preview_facts import SHOWN, Preview, PreviewsOf, Undecided, read_record
from handlers.settings_cards import paged
from handlers.talk import Card, Choice, Need, Reply, State, Turn, Words, reply, say

DECISIONS = {"time": "approve", "now": "post", "posted": "posted", "skip": "skip", "leave": "skip"}


# ---------------------------------------------------------------- a choice of a card


def on_decided(record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """A choice of a card that DUYET showed for one group: about this group alone."""
    return on_preview(record, key, state, facts, alone=True)


def on_preview(record: str, key: str, state: State, facts: Facts, *, alone: bool = False) -> Turn | Need:
    """Everything is looked at again: the role, the version, whether the day is open and nobody else has decided."""
    known = read_record(record)
    if known is None:
        return close(state, facts, say("not_allowed"))
    query, version = known
    if query not in facts.answers:
        return Need((query,))
    found: Preview | None = facts.answers[query]
    if found is None:
        return close(state, facts, say("preview.gone"))
    found = replace(found, also=()) if alone else found
    if not found.is_open(facts.now) or found.is_anothers(facts.person.id):
        return close(state, facts, words.standing(found, state.language, facts.now))
    if found.version != version:
        newer = (words.card(found, state.language, words.NEWER), Reply((found.text,), alone=True))
        return Turn(state, newer)
    if key == "again":
        return _renewed(found, state)
    if key == "fix":
        return _fix(found, state, facts)
    return _decided(found, key, state, facts) if key in DECISIONS else show(state, words.card(found, state.language))


def _decided(p: Preview, key: str, state: State, facts: Facts) -> Turn | Need:
    query = Undecided(rights.units_of(facts.person.roles, rights.PREVIEW))
    if query not in facts.answers:
        return Need((query,))
    decision = DECISIONS[key]
    if decision == "approve" and facts.now >= p.at:  # its hour has passed: at once
        decision = "post"
    until = words.until(p, state.language)
    said = say(f"preview.do_{decision}", hour=words.hour(p, state.language), name=words.names(p), until=until)
    also = tuple((other.chat_id, other.version) for other in p.also)
    effect = DecidePreview(p.campaign_id, p.chat_id, p.day, p.version, decision, also)
    done = {p.record, *(other.record for other in p.also)}
    others = [other for other in facts.answers[query] if other.record not in done and other.is_open(facts.now)]
    return _then(said, others, state, facts, effect)


def _then(said: Words, others: Sequence[Preview], state: State, facts: Facts, effect: DecidePreview) -> Turn | Need:
    """What was done; then the next notice that waits, so that a number answers it."""
    if state.form or not others:
        done = close(state, facts, said)
        return replace(done, effects=(*done.effects, effect)) if isinstance(done, Turn) else done
    below = replace(state, card="", offered=())
    return Turn(below, (reply(said), words.card(others[0], state.language, words.WAITING)), (effect,))


def _fix(p: Preview, state: State, facts: Facts) -> Turn | Need:
    """The portal's numbers are asked for at once, and a new preview comes when they are in. How the bot's own counts
    are corrected is told; the card stays, and the preview is made anew when asked for.
    """
    if p.portal:
        return portal_words.bring("", state, facts)
    return show(state, replace(words.card(p, state.language), text=(say("preview.fix_bot"),)))


# ---------------------------------------------------------------- DUYET


def previews(state: State, facts: Facts) -> Turn | Need:
    """DUYET: today's notice as it would be now, to be decided about. Of which group?"""
    return _groups(0, state, facts)


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "more":
        return _groups(int(page) + 1 if page.isdecimal() else 0, state, facts)
    chat, _, campaign = key[1:].partition(".")
    if key[:1] != "g" or not chat.isdecimal():
        return close(state, facts)
    return of_group(int(chat), state, facts, int(campaign) if campaign.isdecimal() else None)


def _groups(page: int, state: State, facts: Facts) -> Turn | Need:
    query = LinkedGroups(rights.units_of(facts.person.roles, rights.PREVIEW))
    if query not in facts.answers:
        return Need((query,))
    rows: Sequence[GroupSettings] = facts.answers[query]
    if not rows:
        return Turn(state, (reply(say("post.no_group")),))
    if len(rows) == 1:
        return of_group(rows[0].chat_id, state, facts)
    choices, page = paged(rows, page)
    return show(state, reply(say("preview.which"), choices=choices, card=Card("previews", str(page))))


def of_group(chat_id: int, state: State, facts: Facts, campaign_id: int | None = None) -> Turn | Need:
    """Today's preview of the group, made anew unless somebody has decided about it."""
    query = PreviewsOf(chat_id)
    if query not in facts.answers:
        return Need((query,))
    rows: Sequence[Preview] = facts.answers[query]
    found = [row for row in rows if campaign_id in (None, row.campaign_id)]
    if not found:
        return close(state, facts, say("preview.none_today"))
    if len(found) > 1:
        choices = tuple(Choice(f"g{chat_id}.{row.campaign_id}", row.campaign) for row in found[:5])
        return show(state, reply(say("preview.which_campaign"), choices=(*choices, CLOSE), card=Card("previews", "0")))
    return _shown(found[0], state, facts)


def _shown(p: Preview, state: State, facts: Facts) -> Turn | Need:
    if not p.is_open(facts.now):
        return close(state, facts, words.standing(p, state.language, facts.now))
    if p.status == SHOWN:
        return _renewed(p, state)
    return Turn(
        state, (Reply((p.text,), alone=True), words.decided_card(p, facts.person.id, state.language, facts.now))
    )


def _renewed(p: Preview, state: State) -> Turn:
    """The card and, below it, the notice of this moment, which is known only when it has been made."""
    following = replace(p, version=p.version + 1, also=())
    shown: tuple[Reply, ...] = (words.card(following, state.language), Reply((say("preview.notice"),), alone=True))
    return Turn(state, shown, (RenewPreview(p.campaign_id, p.chat_id, p.day, p.version),))
