"""Writes answers in a process of its own: ``python -m tests.sweep.answers.writer PATH …``.

What lies under a key follows from the key, so whoever reads can tell a wrong answer.
"""

import hashlib
import json
import resource
import sys
from collections.abc import Iterable
from pathlib import Path

from py.sweep.answers.store import AnswerStore

PER_BATCH = 40


def value_of(key: str) -> bytes:
    """Return what any writer writes under a key: 100 to 355 bytes."""
    digest = hashlib.sha256(key.encode()).digest()
    return (digest * 12)[: 100 + digest[0]]


def batch(name: str, number: int) -> dict[str, bytes]:
    return values(f"{name} {number} {place}" for place in range(PER_BATCH))


def values(keys: Iterable[str]) -> dict[str, bytes]:
    return {key: value_of(key) for key in keys}


def main(path: str, name: str, batches: int, most_bytes: int | None) -> None:
    """Write batches, telling each that is done; with a limit on the size of every file."""
    if most_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    with AnswerStore(Path(path), engine="any") as store:
        asked: dict[str, bytes] = {}
        for number in range(batches):
            own = batch(name, number)
            store.put(own)
            asked |= own
            print(f"done {number}", flush=True)
        told = {"right": store.get(list(asked)) == asked, "notes": store.notes}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    most = int(sys.argv[4]) if len(sys.argv) > 4 else None
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), most)
