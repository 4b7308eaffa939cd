"""A process that tries cases under limits of time and memory, and keeps what ended badly."""

import gc
import hashlib
from multiprocessing.queues import Queue
from pathlib import Path
from typing import TypeAlias

from tests.graph.fuzzing.limits import limit_memory
from tests.graph.fuzzing.search import Found, Search

#: Cases tried, what newly ended badly, and at the end everything that was found.
Told: TypeAlias = "Queue[tuple[int, list[str], Found | None]]"

_CHUNK = 250


def work(name: str, cases: int, keep: Path | None, told: Told) -> None:
    """Try so many cases and tell what they came to."""
    limit_memory()
    search = Search(name)
    found, done, known = search.found, 0, 0
    while done < cases:
        step = min(_CHUNK, cases - done)
        gc.collect()
        gc.freeze()  # what was learnt is looked through in no case's time
        search.run(step)
        done += step
        news = list(found.broken.items())[known:]
        known += len(news)
        if keep is not None:
            for _, text in news:
                _write(keep, text)
            if found.slowest:
                file = f"slowest-{name.replace('/', '-')}.txt"
                (keep / file).write_text(found.slowest[0][1])
        lines = [f"{broke}; {len(text) // 2:,} bytes" for broke, text in news]
        told.put((step, lines, found if done >= cases else None))


def _write(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{hashlib.sha256(text.encode()).hexdigest()[:12]}.txt").write_text(text)
