"""Answers in memory are bounded."""

from py.sweep.answers.memory import Memory


def test_what_is_put_is_got_and_the_first_stays() -> None:
    memory = Memory(10_000)
    memory.put({"a": b"1", "b": b"2"})
    memory.put({"a": b"3"})
    assert memory.get(["a", "b", "c"]) == {"a": b"1", "b": b"2"}


def test_those_used_longest_ago_go_first() -> None:
    memory = Memory(10_000)
    for number in range(100):
        memory.put({str(number): bytes(100)})
        assert memory.get(["0"]) == {"0": bytes(100)}
    assert 20 <= len(memory) <= 100
    assert "99" in memory.get(["99"])
    assert not memory.get(["1"])


def test_what_is_larger_than_all_room_is_not_kept() -> None:
    memory = Memory(1000)
    memory.put({"a": bytes(2000)})
    assert len(memory) == 0
    memory.put({"b": b"1"})
    assert memory.get(["b"]) == {"b": b"1"}
