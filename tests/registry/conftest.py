from __future__ import annotations

import pytest

from handlers.texts import Texts


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()
