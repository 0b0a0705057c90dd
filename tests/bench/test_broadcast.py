"""The reminder of the bench reaches everybody, whoever sends it."""

from __future__ import annotations

import pytest

from bench.broadcast import measure
from bench.broadcast_ways import WAYS


@pytest.mark.parametrize("name", WAYS)
def test_everybody_is_reached(name: str) -> None:
    found = measure(name, chats=60)
    assert (found.chats, found.missing) == (60, 0)
    assert found.cpu_per_send > 0
    assert found.used > 0
