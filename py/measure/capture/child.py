"""The parent's side of the process that measures: it starts it, asks, waits, and sees it die."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from py.measure.capture.messages import MessageError, received, send

_ROOT = Path(__file__).resolve().parents[3]
_LAST_WORDS = 20
_MOST_WORD = 500
_PATIENCE_S = 5.0


class ChildDiedError(Exception):
    """The process ended, or was ended, before it answered; the phrase says how."""


class Child:
    """A running ``python -m py.measure.capture.worker``."""

    def __init__(self) -> None:
        """Start it.

        Raises:
            ChildDiedError: the system starts no process.
        """
        try:
            self._process = self._started()
        except OSError as error:
            raise ChildDiedError(f"no process could be started: {error.strerror}") from None
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._to, answers, words = (0 if pipe is None else pipe.fileno() for pipe in pipes)
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._said: deque[str] = deque(maxlen=_LAST_WORDS)
        self._readers = [
            threading.Thread(target=target, args=[descriptor], daemon=True)
            for target, descriptor in ((self._listen, answers), (self._overhear, words))
        ]
        for reader in self._readers:
            reader.start()

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def last_words(self) -> tuple[str, ...]:
        """The last lines that the process wrote to standard error."""
        return tuple(self._said)

    def ask(self, message: Mapping[str, Any], limit_s: float) -> dict[str, Any]:
        """Send a message and return the answer.

        Raises:
            ChildDiedError: it ended, sent nonsense, or did not answer in time (and was killed).
        """
        try:
            send(self._to, message)
            answer = self._answers.get(timeout=limit_s)
        except OSError:
            answer = None
        except queue.Empty:
            self.kill()
            raise ChildDiedError(f"no answer within {limit_s:.0f} s") from None
        if answer is None:
            raise ChildDiedError(self._end())
        return answer

    def close(self) -> None:
        """Let the process end by itself; kill it if it takes long."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(OSError):
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):  # a driver may hold it in the kernel
            self._process.wait(_PATIENCE_S)
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        for pipe, reader in zip(pipes, (None, *self._readers), strict=True):
            if reader is not None:
                reader.join(_PATIENCE_S)
            if pipe is not None and not (reader is not None and reader.is_alive()):
                with contextlib.suppress(OSError):
                    pipe.close()

    def _started(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "py.measure.capture.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=_ROOT,  # where the package py lies, whatever this folder has by that name
            bufsize=0,
        )

    def _listen(self, descriptor: int) -> None:
        """Pass on answers; None once there will be no more."""
        try:
            for message in received(descriptor):
                self._answers.put(message)
        except (MessageError, OSError):
            pass
        finally:
            self._answers.put(None)

    def _overhear(self, descriptor: int) -> None:
        """Keep the last lines of what the process says, and let it never wait for a reader."""
        rest = b""
        with contextlib.suppress(OSError):
            while data := os.read(descriptor, 1 << 16):
                *lines, rest = (rest[-_MOST_WORD:] + data).split(b"\n")
                self._said.extend(
                    line[-_MOST_WORD:].decode("utf-8", "replace") for line in lines if line.strip()
                )
        if rest.strip():
            self._said.append(rest[-_MOST_WORD:].decode("utf-8", "replace"))

    def _end(self) -> str:
        """Return how the process ended; one that goes on without answering is killed."""
        try:
            status = self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return "the process sent what is no answer"
        self.kill()
        if status >= 0:
            return f"the process ended with exit code {status}"
        try:
            name = f" ({signal.Signals(-status).name})"
        except ValueError:
            name = ""
        return f"the process ended with signal {-status}{name}"
