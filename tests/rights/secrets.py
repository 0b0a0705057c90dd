"""Words and files of May Sao Mai that only some may see, whatever they type or press."""

from __future__ import annotations

from collections.abc import Iterator

from tests.rights import world
from tests.rights.house import Outcome
from tests.rights.world import MAI, THIS, marks

SECRETS = {
    # what                                        snwa sabx oabxic wtox o
    world.TITLE: marks("                          .... .... xx..x. xx.. x"),  # the name of a group of the campaign
    world.WORDS: marks("                          .... .... xx..x. xx.. x"),  # a reminder of the campaign
    world.FROZEN: marks("                         .... .... xxx.x. xx.. x"),  # officers' notices: those below read them
    world.FROZEN_ABOVE: marks("                   .... .... xxxxxx xx.. x"),  # the ward's
    world.HOLDER: marks("                         .... .... xx..x. xxx. x"),  # who has which role
    world.CODE_FOR: marks("                       .... .... xx..x. xxx. x"),  # for whom a code waits
    world.ASKED: marks("                          ...x xx.. xx..x. xxx. x"),  # what the author asked for
    world.MISSED: marks("                         .... xx.. xx..x. xxx. x"),  # who is to be told something in person
    world.UNSAID: marks("                         .... xx.. xx..x. xxx. x"),  # what is to be told
    f"paper:workbook:{MAI}:{THIS}": marks("       .... .... xx..x. xx.. x"),  # all figures
    f"paper:posters:{MAI}:{THIS}": marks("        .... .... xx..x. xx.. x"),
}


def leaks(who: str, how: str, outcome: Outcome) -> Iterator[str]:
    """What the person was shown and may not see."""
    shown = "\n".join((*outcome.said, *outcome.files))
    for secret, may in SECRETS.items():
        if secret in shown and not may[who]:
            yield f"{how}: {who} is shown {secret}"


def seen(outcomes: list[Outcome]) -> set[str]:
    shown = "\n".join(text for one in outcomes for text in (*one.said, *one.files))
    return {secret for secret in SECRETS if secret in shown}
