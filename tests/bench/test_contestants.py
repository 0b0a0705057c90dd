"""The bench compares like with like: every contestant files what Lan and four others type, field by field."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.contestant import WrongRecords, check, measure
from bench.contestants import ENTRIES, Place
from bench.people import UPDATES, Person, expected
from bench.servers import redis_server

FIVE = [Person(number) for number in range(5)]
REDIS = shutil.which("redis-server")  # where there is none, the bench's table says who did not take part
BOTS = [entry.name for entry in ENTRIES.values() if entry.open and (REDIS or not entry.needs_redis)]


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


def test_a_missing_a_double_and_a_wrong_filing_are_noticed() -> None:
    filed = [expected(person) for person in FIVE]
    with pytest.raises(WrongRecords, match="4 filings stored, 5 expected"):
        check(filed[:4], FIVE)
    with pytest.raises(WrongRecords, match="6 filings stored, 5 expected"):
        check([*filed, filed[0]], FIVE)
    with pytest.raises(WrongRecords, match="Lam cu ga"):
        check([replace(filed[0], title="Lam cu ga"), *filed[1:]], FIVE)
    check(filed, FIVE)


def test_everybody_types_something_of_their_own() -> None:
    updates = [raw for person in FIVE for raw in person.updates()]
    assert len(set(updates)) == len(FIVE) * UPDATES
    assert len({person.title for person in map(Person, range(500))}) > 450


@pytest.mark.parametrize("name", BOTS)
async def test_five_people_at_once_file_five_records(name: str, tmp_path: Path, redis: str) -> None:
    place = Place(f"sqlite:///{tmp_path / 'bench.db'}", tmp_path, redis)
    figures = await measure(name, place, people=5, filings=5)
    assert figures.filings == 5
    assert 0 < figures.p50 <= figures.p99 <= figures.worst
