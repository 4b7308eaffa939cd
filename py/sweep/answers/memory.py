"""Answers in memory: where there is no file, or none that can be used."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping


class Memory:
    """Bytes by key, at most ``most_bytes`` of them; those used longest ago go first."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._answers: OrderedDict[str, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        found = {}
        for key in keys:
            value = self._answers.get(key)
            if value is not None:
                self._answers.move_to_end(key)
                found[key] = value
        return found

    def put(self, answers: Mapping[str, bytes]) -> None:
        for key, value in answers.items():
            if key not in self._answers:
                self._answers[key] = value
                self._bytes += _size(key, value)
        while self._bytes > self._most:
            self._bytes -= _size(*self._answers.popitem(last=False))


def _size(key: str, value: bytes) -> int:
    return len(key) + len(value) + 200  # what Python needs for two objects and their place
