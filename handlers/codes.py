"""The codes of initiatives, as people say and type them."""

from __future__ import annotations

_PARTING = str.maketrans("", "", " .-\u00a0")


def spoken(code: str) -> str:
    """A code in groups for reading aloud: `4827031` -> `48 27 031` (the last three are the number in the unit)."""
    head, tail = code[:-3], code[-3:]
    pairs = [head[at : at + 2] for at in range(0, len(head), 2)]
    if len(pairs) > 1 and len(pairs[-1]) == 1:
        pairs[-2:] = ["".join(pairs[-2:])]
    return " ".join([*pairs, tail])


def digits(text: str) -> str:
    """The code that a text is, however it was grouped: `48 27-031` -> `4827031`; "" when it is anything else."""
    bare = text.translate(_PARTING)
    return bare if bare.isascii() and bare.isdigit() else ""
