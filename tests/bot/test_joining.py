"""All of a turn as one message, where each message counts."""

from __future__ import annotations

from typing import Any

from bot.joining import Part, joined

YES = ["Đồng ý", 1, "q:1:yes"]


def texts(*parts: Part, limit: int = 2000) -> list[str]:
    return [part.payload["text"] for part in joined(parts, limit)]


def part(text: str, *, settles: bool = False, alone: bool = False, **more: Any) -> Part:
    return Part({"text": text, **more}, settles, alone)


def test_notes_and_the_question_are_one_message_with_the_questions_choices() -> None:
    (one,) = joined([part("Đã nhận."), part("Mã 48 27 031."), part("Tiếp?", choices=[YES])], 2000)
    assert one.payload == {"text": "Đã nhận.\n\nMã 48 27 031.\n\nTiếp?", "choices": [YES]}


def test_what_is_said_after_a_question_stands_above_its_choices() -> None:
    (one,) = joined([part("Tiếp?", choices=[YES], numbered=True), part("Nhắn 0 để dừng.")], 2000)
    assert one.payload == {"text": "Tiếp?\n\nNhắn 0 để dừng.", "choices": [YES], "numbered": True}


def test_of_two_questions_a_number_would_mean_two_things() -> None:
    assert texts(part("A?", choices=[YES]), part("B?", choices=[YES])) == ["A?", "B?"]


def test_words_to_be_copied_stand_alone() -> None:
    assert texts(part("a"), part("BẢN TIN", alone=True), part("b"), part("c")) == ["a", "BẢN TIN", "b\n\nc"]


def test_files_and_what_waits_for_silence_stay_by_themselves() -> None:
    photo = part("", media=[{"kind": "photo"}])
    assert texts(part("a"), photo, part("b", settles=True), part("c", settles=True)) == ["a", "", "b\n\nc"]


def test_never_longer_than_the_channel_takes_choices_counted() -> None:
    assert texts(part("a" * 10), part("b" * 10), limit=21) == ["a" * 10, "b" * 10]
    assert len(texts(part("a" * 10), part("b" * 10), limit=22)) == 1
    assert len(texts(part("a" * 10), part("b" * 10, choices=[YES]), limit=22)) == 2


def test_one_message_stays_as_it_is() -> None:
    one = part("a", choices=[YES], thread="7")
    assert joined([one], 2000) == [one]
    assert joined([], 2000) == []
