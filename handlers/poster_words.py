"""INMAQR: QR posters for all units below an officer's, in one PDF."""

from __future__ import annotations

from handlers import board_words, papers, rights
from handlers.facts import Facts
from handlers.file_effects import MakePosters
from handlers.papers import MANY_POSTERS, MOST_POSTERS, POSTERS, PostersOf
from handlers.talk import Media, Need, Reply, State, Turn, reply, say


def posters(state: State, facts: Facts) -> Turn | Need:
    """Says at once how many are made: a large district takes some seconds. More than a chat should wait for is the
    command line's.
    """
    chosen, unit = board_words.own_board(facts, rights.PAPERS), board_words.unit_for(facts, rights.PAPERS)
    if isinstance(chosen, Reply) or unit is None:
        return Turn(state, (chosen,) if isinstance(chosen, Reply) else ())
    if not (facts.house.bot_link or facts.house.public_url):
        return Turn(state, (reply(say("posters.no_link", code=unit.code)),))
    query = PostersOf(unit.id)
    if query not in facts.answers:
        return Need((query,))
    count = int(facts.answers[query])
    if count > MOST_POSTERS:
        return Turn(state, (reply(say("posters.too_many", n=count, most=MOST_POSTERS, code=unit.code)),))
    made = papers.Paper(POSTERS, *chosen, facts.now, state.language)
    file = Media("file", made.ref, name=made.file_name(unit.code))
    if count > MANY_POSTERS:
        return Turn(state, (reply(say("posters.making", n=count)),), (MakePosters(file, unit.code),))
    done = reply(say("posters.done", code=unit.code), media=(file,))
    return Turn(state, (reply(say("posters.making", n=count)), done) if count > 1 else (done,))
