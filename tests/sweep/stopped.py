"""``python -m tests.sweep.stopped MOMENT NUMBER BLOW ARGUMENTS``: the program, struck at a moment.

MOMENT and NUMBER are a phase with how much of it is done, as the program tells it; or ``placing``
with how many files of the sweep have taken their places; or ``summing``. BLOW is a signal: KILL or
STOP hit the program, INT all its processes as a terminal does; WORKER kills one worker, and only
once. ``size`` lets no file be larger than NUMBER bytes, from the beginning.
"""

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

STRUCK = "a worker was killed"


def main(moment: str, number: int, blow: str, arguments: list[str]) -> int:
    import py.sweep.__main__ as program
    import py.sweep.ending as ending
    from py.terminal import run

    if moment == "size":
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))

    def at(phase: str, done: int) -> None:
        nonlocal blow
        if phase == moment and done >= number and blow:
            blow = _struck(blow)

    own_run: Any = vars(program)["run"]
    own_summarise: Any = vars(ending)["summarise"]
    replace: Any = os.replace

    def run_told(*given: Any) -> Any:
        before, told, after = given[:5], given[5], given[6:]

        def heard(phase: str, done: int, total: int) -> None:
            told(phase, done, total)
            at(phase, done)

        return own_run(*before, heard, *after)

    def summarise(*given: Any) -> Any:
        at("summing", 0)
        return own_summarise(*given)

    placed = 0

    def place(source: Path, target: Path) -> None:
        nonlocal placed
        at("placing", placed)
        replace(source, target)
        placed += 1

    vars(program)["run"], vars(ending)["summarise"] = run_told, summarise
    vars(os)["replace"] = place
    return run(program.main, arguments)


def _struck(blow: str) -> str:
    """Strike; return the blow that is left for later: a worker may not be there yet."""
    if blow == "WORKER":
        workers = _workers()
        if not workers:
            return blow
        os.kill(workers[0], signal.SIGKILL)
        sys.stderr.write(f"{STRUCK}\n")
    elif blow == "INT":
        os.killpg(0, signal.SIGINT)
    else:
        os.kill(os.getpid(), getattr(signal, f"SIG{blow}"))
    return ""


def _workers() -> list[int]:
    """The processes that have imported the engine."""
    import psutil  # type: ignore[import-untyped]

    return [
        one.pid
        for one in psutil.Process().children(recursive=True)
        if "spawn_main" in " ".join(one.cmdline()) and one.num_threads() > 1
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]))
