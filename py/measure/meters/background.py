"""One action, again and again, in a thread of its own, until it is told to stop."""

import threading
from collections.abc import Callable
from types import TracebackType


class Background:
    """Calls ``action`` every ``period_s`` seconds until it is closed or the action raises.

    What the action raises is kept in ``error`` and ends the thread: whoever owns the results looks
    there before using them. The thread never keeps the process alive.
    """

    def __init__(self, action: Callable[[], None], period_s: float, name: str) -> None:
        if not period_s > 0:
            raise ValueError(f"Background: period_s is above 0, got {period_s}")
        self._action = action
        self._period_s = period_s
        self._stop = threading.Event()
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._repeat, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        """Stop and wait until the action that may be under way has ended; again does nothing."""
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> "Background":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _repeat(self) -> None:
        while not self._stop.wait(self._period_s):
            try:
                self._action()
            except Exception as error:
                self.error = error
                return
