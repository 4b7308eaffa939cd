"""Tasks that the tests give to workers, which must be able to import them."""

import os
import signal
import time
from pathlib import Path
from typing import Any

from py.errors import JoulegraphError
from py.sweep.work.shared import shared


def square(number: int) -> int:
    return number * number


def mixed(number: int) -> tuple[int, str]:
    """Results, errors of ours and of others, by the number."""
    if number % 5 == 3:
        raise JoulegraphError("does-not-fit", f"Layer {number} does not fit.", "Take a larger one.")
    if number % 7 == 4:
        raise ValueError(f"no use for {number}")
    if number % 11 == 6:
        raise SystemExit(number)
    return number, f"{shared('greeting')['text']} {number / 3}"


def process_id(_: int) -> int:
    time.sleep(0.02)
    return os.getpid()


def nap(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def kill_own(number: int) -> int:
    """End its own worker, without a word, for every tenth number."""
    if number % 10 == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def kill_once(argument: tuple[int, str]) -> int:
    """End its own worker the first time, seen by a file; fine when it is tried again."""
    number, mark = argument
    try:
        Path(mark).touch(exist_ok=False)
    except FileExistsError:
        return number
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not reached")


def allocate(size_bytes: int) -> int:
    return len(bytearray(size_bytes))


_kept: list[bytearray] = []


def hoard(size_bytes: int) -> int:
    """Keep what it takes, as a cache does."""
    _kept.append(bytearray(size_bytes))
    return size_bytes


def big(size: int) -> bytes:
    return b"x" * size


def not_sendable(_: int) -> Any:
    return lambda: None


def shared_numbers(number: int) -> int:
    return int(shared("numbers")[number])


def shared_numbers_slowly(number: int) -> int:
    time.sleep(0.02)
    return int(shared("numbers")[number])


def not_shared(_: int) -> Any:
    return shared("nothing")


class Unsendable:
    def __reduce__(self) -> Any:
        raise ValueError("stays here")


def of_anything(argument: object) -> str:
    return type(argument).__name__


def said_and_slept(argument: tuple[str, float]) -> None:
    """Tell a file of its process, then sleep."""
    folder, seconds = argument
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(seconds)


def engine_of_process() -> str:
    """What tells engines apart in the tests: each process may have its own."""
    return os.environ.get("TEST_ENGINE", "this")
