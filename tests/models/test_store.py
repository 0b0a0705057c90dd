from models.store import Store


async def test_smoke(store: Store) -> None:
    from models.chat import mark
    from sqlalchemy import select, func
    assert await store.read(lambda c: c.scalar(select(func.count()).select_from(mark))) == 0
