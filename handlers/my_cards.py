"""Cards of one's own: initiatives, data, language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers import drafts, engine
from handlers.card import CLOSE, DECLINE, close, show
from handlers.codes import spoken
from handlers.effects import ForgetPerson, SetPerson, Withdraw, WithdrawConsent
from handlers.facts import Facts, Initiative, InitiativeByCode
from handlers.fold import shortened
from handlers.forms import details, initiative, register, unit_change
from handlers.talk import Card, Choice, Need, Reply, State, Turn, Words, reply, say

ROWS = 5  # at most so many choices in a message


def mine(state: State, facts: Facts, page: int = 0) -> Turn:
    """XEM: the newest first, with status; a number or a code opens one. Where there are many, `more` turns the page."""
    if not facts.mine:
        return Turn(state, (reply(say("mine.none")),))
    size = ROWS if len(facts.mine) <= ROWS else ROWS - 1
    rows = facts.mine[page * size : (page + 1) * size] or facts.mine[:size]
    choices = tuple(Choice(i.code, _row(i)) for i in rows)
    if len(facts.mine) > ROWS:
        choices = (*choices, Choice("more", say("choice.more")))
    return show(state, reply(say("mine.head"), choices=choices, card=Card("list", str(page))))


def _row(item: Initiative) -> Words:
    return say("mine.row", code=spoken(item.code), title=shortened(item.title, 20), status=say(f"status.{item.status}"))


def open_initiative(code: str, state: State, facts: Facts) -> Turn | Need:
    found = _one(code, facts)
    if isinstance(found, Need):
        return found
    if found is None:
        return Turn(state, (reply(say("mine.unknown", code=spoken(code))),))
    return show(state, _initiative_card(found))


def _one(code: str, facts: Facts) -> Initiative | Need | None:
    query = InitiativeByCode(code)
    if query in facts.answers:
        return facts.answers[query]  # type: ignore[no-any-return] # the answer of this query, by its definition
    recent = next((i for i in facts.mine if i.code == code), None)
    return recent or Need((query,))


def _initiative_card(item: Initiative) -> Reply:
    lines: list[Words] = [
        say("mine.card", code=spoken(item.code), status=say(f"status.{item.status}"), title=shortened(item.title, 80)),
        shortened(item.body, 80) if item.body else say("mine.no_body", effect=shortened(item.effect, 50)),
        say("mine.facts", unit=item.unit.short, photos=item.photos),
    ]
    keys = ["idea"] if item.status == "idea" else []
    if item.open and item.status != "withdrawn":
        keys += ["details", "withdraw", "unit"]
    choices = tuple(Choice(key, say(f"mine.{key}")) for key in keys)
    return reply(*lines, choices=(*choices, CLOSE), card=Card("mine", item.code))


def on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "more":
        return mine(state, facts, int(page) + 1 if page.isdigit() else 0)
    return open_initiative(key, state, facts)


def on_mine(code: str, key: str, state: State, facts: Facts) -> Turn | Need:
    found = _one(code, facts)
    if isinstance(found, Need):
        return found
    if found is None or not found.open:
        return close(state, facts, say("mine.closed", code=spoken(code)))
    match key:
        case "details":
            return show(state, details.menu(code, secret=found.confidential))
        case "withdraw":
            return show(state, _withdraw_card(found))
        case "unit":
            answers = {"of": found.id, "code": code, "from": found.unit.id}
            return engine.start(unit_change.FORM, drafts.park(state), facts, answers)
        case "idea" if found.status == "idea":
            return file_idea(found, state, facts)
    return show(state, _initiative_card(found))


def _withdraw_card(item: Initiative) -> Reply:
    ask = "withdraw.ask_idea" if item.status == "idea" else "withdraw.ask"
    yes = Choice("yes", say("withdraw.yes"))
    return reply(say(ask, code=spoken(item.code)), choices=(yes, DECLINE), card=Card("withdraw", item.code))


def file_idea(idea: Initiative, state: State, facts: Facts) -> Turn | Need:
    """An idea that has been tried now: only when it began is asked."""
    draft = f"idea-{idea.id}"
    if state.draft == draft:  # it is being filed already
        return engine.ask(initiative.FORM, state, facts)
    answers: dict[str, Any] = {
        "title": idea.title,
        "body": idea.effect if idea.confidential else idea.body,
        "confidential": idea.confidential,
        "from_idea": idea.id,
        "unit": register.unit_json(idea.unit),
        "campaign": idea.campaign_id,
    }
    if idea.behalf:
        answers |= {"for_other": True, "behalf": idea.behalf}
    return engine.start(initiative.FORM, drafts.park(state), facts, answers, draft)


def on_withdraw(code: str, key: str, state: State, facts: Facts) -> Turn | Need:
    found = _one(code, facts)
    if isinstance(found, Need):
        return found
    if key != "yes" or found is None or not found.open:
        return close(state, facts, say("mine.closed", code=spoken(code)))
    done = close(state, facts, say("withdraw.done", code=spoken(code)))
    return replace(done, effects=(*done.effects, Withdraw(found.id))) if isinstance(done, Turn) else done


def on_details(code: str, key: str, state: State, facts: Facts) -> Turn | Need:
    found = _one(code, facts)
    if isinstance(found, Need):
        return found
    if found is None or not found.open:
        return close(state, facts, say("mine.closed", code=spoken(code)))
    if key == "more":
        return show(state, details.menu(code, details.MORE, secret=found.confidential))
    form = details.FORMS.get(key)
    if form is None or (found.confidential and key in details.TELLING):
        return show(state, details.menu(code, secret=found.confidential))
    answers = {"of": found.id, "code": code, "campaign": found.campaign_id, "secret_already": found.confidential}
    return engine.start(form, drafts.park(state), facts, answers)


# ---------------------------------------------------------------- my data, my language


def confirm(kind: str, state: State) -> Turn:
    """XOADULIEU, RUTDONGY: said plainly what it means, done only after a yes."""
    yes = Choice("yes", say(f"{kind}.yes"))
    return show(state, reply(say(f"{kind}.ask"), choices=(yes, DECLINE), card=Card(kind, "me")))


def on_erase(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key != "yes":
        return close(state, facts)
    return forgotten(state)


def forgotten(state: State) -> Turn:
    return Turn(
        State(version=state.version + 1, language=state.language), (reply(say("erase.done")),), (ForgetPerson(),)
    )


def on_unconsent(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key != "yes":
        return close(state, facts)
    fresh = State(version=state.version + 1, language=state.language)
    return Turn(fresh, (reply(say("unconsent.done")),), (WithdrawConsent(),))


def languages(state: State) -> Turn:
    choices = (Choice("vi", "Tiếng Việt"), Choice("en", "English"))
    return show(state, reply(say("language.ask"), choices=choices, card=Card("language", "me")))


def on_language(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    return set_language(key, state, facts)


def set_language(language: str, state: State, facts: Facts) -> Turn | Need:
    """Everything from here on is said in it, the present question first."""
    changed = replace(state, language=language)
    done = close(changed, facts, say("language.done"))
    return replace(done, effects=(SetPerson({"language": language}),)) if isinstance(done, Turn) else done
