"""Ending early: Ctrl-C, a request to end or a closed terminal stop a capture between two rows."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class StoppedError(KeyboardInterrupt):
    """The user, or the system, wants the program to end."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.number = number

    @property
    def exit_code(self) -> int:
        return 128 + self.number


class Stop:
    """A context in which signals to end raise ``StoppedError``, though never amid a shielded part.

    The second one always raises. Signals that the program was started to ignore stay ignored.
    """

    def __init__(self) -> None:
        self._asked: int | None = None
        self._shielded = False
        self._before: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> "Stop":
        if threading.current_thread() is threading.main_thread():
            for name in _SIGNALS:
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """Let a part come to its end before a signal stops the program."""
        self._shielded = True
        try:
            yield
        finally:
            self._shielded = False
        if self._asked is not None:
            raise StoppedError(self._asked)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        again, self._asked = self._asked is not None, number
        if again or not self._shielded:
            raise StoppedError(number)
