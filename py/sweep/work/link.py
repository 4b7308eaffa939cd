"""The connection to the scheduler of a Dask cluster: made, checked, lost, and made again."""

import asyncio
import concurrent.futures
import platform
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import cloudpickle  # type: ignore[import-untyped]
from distributed import Client
from distributed.client import ClosedClientError
from distributed.diagnostics.plugin import WorkerPlugin
from distributed.utils import LoopRunner

from py.errors import JoulegraphError
from py.sweep.work import engine_files
from py.sweep.work.address import no_address
from py.sweep.work.agreement import check_same, minor, refuse
from py.sweep.work.remote import SharedValues, digest_by

#: How long one attempt to reach a scheduler takes at most. [s]
ATTEMPT_S = 5.0
#: How often a cluster without workers is looked at. [s]
LOOK_S = 0.2
#: A cluster may be without workers for so long, as they are restarted, before that is told. [s]
TELL_S = 3.0
PYTHON = platform.python_version()
#: What is raised by a call on a connection that is lost.
LOST = (
    OSError,
    ClosedClientError,
    asyncio.CancelledError,
    concurrent.futures.CancelledError,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed on with a cluster: the engine, whom to tell, how long to wait.

    ``same`` gives a text that is equal where the engine is; ``told`` hears of what is waited for;
    ``patience_s`` is how long a scheduler, or the first worker, may be gone.
    """

    same: Callable[[], str]
    told: Callable[[str], None]
    patience_s: float


class Link:
    """One client after the other, each with the same plugins on its workers.

    ``owned`` if the cluster is of this process: it needs no sources, and may be restarted.
    """

    def __init__(self, address: str, owned: bool, terms: Terms) -> None:
        self.owned = owned
        self.terms = terms
        self.digest = terms.same()
        self._address = address
        self._values: SharedValues | None = None
        self._client: Any = None  # Dask's methods have no types
        self._loop: LoopRunner | None = None

    @property
    def client(self) -> Any:
        """The client of now."""
        if self._client is None:
            raise ClosedClientError("no connection")
        return self._client

    def open(self) -> None:
        """Connect for the first time.

        Raises JoulegraphError ``scheduler-unreachable``, ``no-workers`` or ``cluster-differs``.
        """
        try:
            self._client = self._connected()
        except LOST as error:
            raise self._unreachable(ATTEMPT_S) from error
        except ValueError as error:  # a protocol that Dask doesn't have
            raise no_address(self._address) from error
        try:
            self._set_up(monotonic() + self.terms.patience_s)
        except LOST:
            self.again(0)

    def again(self, waiting: int) -> None:
        """Connect again after the connection was lost, within the patience.

        ``waiting`` is the number of tasks to be submitted again, to be told. Raises as ``open``.
        """
        deadline = monotonic() + self.terms.patience_s
        self.terms.told(
            f"The connection to the scheduler at {self._address} is lost; "
            f"trying for up to {self.terms.patience_s:.0f} s to get it back."
        )
        while True:
            self._leave()
            try:
                self._client = self._connected()
                self._set_up(deadline)
            except LOST as error:
                if monotonic() > deadline:
                    raise self._unreachable(self.terms.patience_s) from error
                sleep(LOOK_S)
                continue
            self.terms.told(f"Connected again; {waiting} tasks under way are submitted again.")
            return

    def bring(self, values: SharedValues) -> None:
        """Give all workers the shared values, now if connected, and whenever they come back."""
        self._values = values
        self.bring_again()

    def bring_again(self) -> None:
        """Give the shared values to workers of which one has none."""
        if self._client is not None and self._values is not None:
            # One that dies meanwhile cuts it off for others. Each says if it has none.
            with suppress(*LOST):
                self._client.register_plugin(self._values)

    def renew(self) -> None:
        """Check the workers again, and bring them all that they need. Raises as ``open``."""
        self._set_up(monotonic() + self.terms.patience_s)

    def lost(self) -> bool:
        """Whether the client has noticed that its scheduler is gone."""
        return self._client is None or self._client.status != "running"

    def threads(self) -> int:
        """Return how many tasks the cluster runs at once."""
        if self.lost():
            # Dask would say it by whatever happens to fail first.
            raise ClosedClientError("the client has lost its scheduler")
        return sum(self.client.nthreads().values())

    def await_workers(self, deadline: float | None = None) -> int:
        """Return how many tasks run at once, as soon as there is a worker."""
        threads = self.threads()
        if threads:
            return threads
        deadline = deadline or monotonic() + self.terms.patience_s
        tell_at = monotonic() + min(TELL_S, self.terms.patience_s / 2)
        while not threads:
            if monotonic() > tell_at:
                tell_at = float("inf")
                self.terms.told(
                    f"The scheduler at {self._address} has no workers; "
                    f"waiting for up to {self.terms.patience_s:.0f} s for the first."
                )
            if monotonic() > deadline:
                raise JoulegraphError(
                    "no-workers",
                    f"The scheduler at {self._address} had no workers for "
                    f"{self.terms.patience_s:.0f} s.",
                    f"Start some with: dask worker {self._address}",
                )
            sleep(LOOK_S)
            threads = self.threads()
        return threads

    def restart(self, worker: str) -> None:
        """Restart a worker, which is to be one of our own."""
        with suppress(Exception):
            self.client.restart_workers([worker], raise_for_error=False)

    def close(self) -> None:
        """Leave the cluster as it was, as far as it can be reached."""
        if not (self.owned or self.lost()) and self._values is not None:
            with suppress(Exception):
                self._client.unregister_worker_plugin(self._values.name)
        self._leave()
        if self._loop is not None:
            loop, self._loop = self._loop, None
            loop.stop()  # type: ignore[no-untyped-call]

    def _connected(self) -> Client:
        # One loop for all clients: Dask starts one under a lock that a client which is collected
        # meanwhile, as one that could not connect, waits for in that very loop's thread.
        if self._loop is None:
            self._loop = LoopRunner()
            self._loop.start()  # type: ignore[no-untyped-call]
        try:
            return Client(  # type: ignore[no-untyped-call]
                self._address, timeout=ATTEMPT_S, set_as_default=False, loop=self._loop.loop
            )
        except ImportError as error:  # how Dask says that two of its versions don't go together
            raise JoulegraphError(
                "cluster-differs",
                f"The versions of Dask here and at {self._address} don't go together: {error}.",
                "Install the same version on both.",
            ) from error

    def _leave(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            with suppress(Exception, asyncio.CancelledError):
                client.close(timeout=2)

    def _set_up(self, deadline: float) -> None:
        """Check the workers, and bring them what tasks need."""
        self.await_workers(deadline)
        # Asked with the standard library alone: nothing of ours can be there by now.
        versions = self._ask(platform.python_version)
        check_same("Python", minor(PYTHON), versions, minor)
        if not self.owned:
            self._bring_engine()
        if self._values is not None:
            self.client.register_plugin(self._values)
        check_same("engine", self.digest, self._ask(digest_by, self.terms.same))

    def _bring_engine(self) -> None:
        cloudpickle.register_pickle_by_value(engine_files)
        try:
            plugin: WorkerPlugin = engine_files.EngineFiles(engine_files.engine_zip())
            self.client.register_plugin(plugin)
        except LOST:
            raise
        except Exception as refused:
            refuse("engine", self.digest, "that was to load it", refused)
        finally:
            cloudpickle.unregister_pickle_by_value(engine_files)

    def _ask(self, question: Callable[..., str], *arguments: object) -> dict[str, Any]:
        answers: dict[str, Any] = self.client.run(question, *arguments, on_error="return")
        return answers

    def _unreachable(self, waited_s: float) -> JoulegraphError:
        return JoulegraphError(
            "scheduler-unreachable",
            f"No scheduler answered at {self._address} within {waited_s:.0f} s.",
            "Start one with: dask scheduler. What is finished is kept: the same command goes on.",
        )
