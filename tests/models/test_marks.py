"""A secret of the installation: made once, the same for everybody who asks on the same database."""

from __future__ import annotations

from models.queries import marks
from models.store import Store


def test_it_is_made_once_and_is_another_under_another_name(store: Store) -> None:
    first = store.write_now(marks.secret, marks.LINK_KEY)
    assert len(bytes.fromhex(first)) == 32
    assert store.write_now(marks.secret, marks.LINK_KEY) == first
    assert store.write_now(marks.secret, "another") != first
