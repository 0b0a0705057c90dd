"""Every act that is kept can be told in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import apply_preview
from handlers import audit_words, cast
from handlers.audit_facts import Logged
from handlers.texts import LANGUAGES, Texts

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
DECISIONS = {  # what may stand behind the beginning of an action's name
    "broadcast.": (cast.PAUSE, cast.RESUME, cast.CANCEL),
    "offer.": ("post", "posted", "skip"),
    "preview.": tuple(apply_preview._STATUS),
}


def called(tree: ast.AST) -> Iterator[ast.expr]:
    """The actions named in `act.note(…)` and `people.note(conn, who, …)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "note":
            place = {"act": 0, "people": 2}.get(getattr(node.func.value, "id", ""))
            if place is not None:
                yield node.args[place]


def actions() -> list[str]:
    """All there are: of a name with a beginning only, one for each decision."""
    found = {"registry.import"}  # `registry.note_change`
    for path in sorted(ROOT.joinpath("bot").rglob("*.py")):
        for action in called(ast.parse(path.read_text(encoding="utf-8"))):
            match action:
                case ast.Constant(value=str(name)):
                    found.add(name)
                case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), _]):
                    found |= {beginning + decision for decision in DECISIONS[beginning]}
                case ast.Attribute(attr="WRONG"):
                    found.add("code.wrong")
                case ast.Name(id="action"):  # `Act.note` itself
                    pass
                case _:
                    pytest.fail(f"{path.name}: the name of an act must be read from the code: {ast.unparse(action)}")
    return sorted(found)


def test_the_code_is_read() -> None:
    assert len(actions()) > 40


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", actions())
def test_every_act_has_words(action: str, language: str, texts: Texts) -> None:
    """With all its details, and with none, as rows of long ago may have."""
    full = {"kind": "officer", "number": 3, "before": 2, "lines": 4, "day": "2026-11-20", "reason": "typing"}
    for details in (full | {"starts_at": "2026-11-20T05:00:00+00:00"}, {}):
        row = Logged(
            1, AT, action, "An", unit="May Sao Mai", other="Minh", group="Nhóm", drive="35 ngày", details=details
        )
        told = texts.render(language, audit_words.line(row, language, AT.date()))
        assert told.startswith(("5h00 20/11, An: ", "05:00 20 Nov, An: "))
        assert "{" not in told


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()
