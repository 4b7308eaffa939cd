"""How many tasks go together to a worker of a cluster, by how long the last ones took."""

from collections import deque
from math import fsum

#: Tasks are sent together until they take so long; with many more, workers would end unevenly. [s]
BUNDLE_S = 0.25
BUNDLE_TASKS = 64
#: So many bundles are remembered.
_REMEMBERED = 16


class Pace:
    """The mean time of a task, over the bundles that came last."""

    def __init__(self) -> None:
        self._bundles: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED)

    def saw(self, tasks: int, seconds: float) -> None:
        """Take in how long some tasks took together."""
        if tasks:
            self._bundles.append((tasks, seconds))

    def bundle_size(self) -> int:
        """Return how many tasks are to be sent together: 1 before anything is known."""
        if not self._bundles:
            return 1
        tasks = sum(tasks for tasks, _ in self._bundles)
        seconds = fsum(seconds for _, seconds in self._bundles)
        if seconds * BUNDLE_TASKS <= BUNDLE_S * tasks:
            return BUNDLE_TASKS
        return max(1, int(BUNDLE_S * tasks / seconds))
