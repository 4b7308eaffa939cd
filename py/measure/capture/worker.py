"""The process that measures: ``python -m py.measure.capture.worker``, started by a capture.

It answers messages (``messages.py``) on standard input and output: first ``open``, then ``measure``
and ``idle``. A shape that kills it takes nothing else along.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from py.measure.capture.bench import Bench
from py.measure.capture.messages import MessageError, received, send

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


def main() -> int:
    """Answer messages until the parent closes its end."""
    answers = _own_channels()
    _end_with_the_parent()
    bench: Bench | None = None
    for message in _messages():
        if "open" in message:
            bench, answer = Bench.opened(message["open"])
        elif bench is None:
            answer = {"refused": ["internal", "open comes first", "Report it."]}
        else:
            answer = bench.answer(message)
        try:
            send(answers, answer)
        except BrokenPipeError:
            return 0
    return 0


def _own_channels() -> int:
    """Return where answers go; whatever else is printed here goes to standard error.

    Runners and their libraries print to standard output and may read standard input.
    """
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _messages() -> Iterator[dict[str, Any]]:
    """Yield messages; the process ends when there can be no more, even amid a measurement."""
    questions = os.dup(sys.stdin.fileno())
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    waiting: SimpleQueue[dict[str, Any]] = SimpleQueue()

    def listen() -> None:
        try:
            for message in received(questions):
                waiting.put(message)
        except (MessageError, OSError) as error:
            sys.stderr.write(f"{error}\n")
        finally:
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        yield waiting.get()


def _end_with_the_parent() -> None:
    """Leave Ctrl-C to the parent, die when it dies, and before it where memory runs out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    except OSError as error:
        sys.stderr.write(f"oom_score_adj: {error}\n")


if __name__ == "__main__":
    sys.exit(main())
