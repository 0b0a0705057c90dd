from __future__ import annotations

from pathlib import Path

import pytest

from handlers import texts as texts_module
from handlers.texts import LANGUAGES, LOCALES, Texts

PART = "registry.po-part"


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    """The catalogues; where the registry's part still stands beside them, with it."""
    folder = tmp_path_factory.mktemp("locales")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts_module, "LOCALES", _with_part(folder))
        return Texts.load()


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for commands, which load their catalogues themselves."""
    monkeypatch.setattr(texts_module, "LOCALES", _with_part(tmp_path / "locales"))


def _with_part(folder: Path) -> Path:
    for language in LANGUAGES:
        words = (LOCALES / language / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
        part = LOCALES / language / "parts" / PART
        if 'msgid "registry.in_cell"' not in words:
            words += "\n" + part.read_text(encoding="utf-8")
        target = folder / language / "LC_MESSAGES" / "messages.po"
        target.parent.mkdir(parents=True)
        target.write_text(words, encoding="utf-8")
    return folder
