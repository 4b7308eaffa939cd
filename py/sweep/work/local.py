"""A Dask cluster of this machine: a scheduler in this process, and worker processes."""

import logging
import os
import signal
from contextlib import ExitStack, suppress

import dask.config
from distributed import LocalCluster, Nanny
from distributed.utils import LoopRunner, sync

from py.errors import JoulegraphError
from py.sweep.work.interrupts import interrupts_held_back
from py.sweep.work.limit import worker_count

#: A Dask worker's own needs come on top of a task's.
LEAST_BYTES = 256_000_000
#: Nobody looks at Dask's profile of a worker; to sample it takes a tenth of the time of a task.
NO_PROFILE = {"distributed": {"worker": {"profile": {"enabled": False}}}}
#: Dask gives up a worker for good that is away so long after a loss, even if it was back meanwhile
#: and is being restarted again. Whether enough are there is looked at by the link.
NEVER_LOST = {"distributed.deploy.lost-worker-timeout": "365 days"}
#: How long workers get to end. [s]
FAREWELL_S = 5.0


class OwnCluster:
    """Scheduler and workers, reached from this machine only, and ended with this process.

    Each worker runs one task at a time. Its memory is limited as that of a worker process, by the
    system, and not by Dask, which would kill it: the same task fails in the same way.
    """

    def __init__(self, count: int | None, memory_bytes: int | None) -> None:
        self.count = worker_count(count, memory_bytes, LEAST_BYTES)
        self.limit_bytes = None if memory_bytes is None else memory_bytes // self.count
        # Threads and processes that Dask starts later have the mask of its loop's thread.
        self._runner = LoopRunner()
        with interrupts_held_back():
            self._runner.start()  # type: ignore[no-untyped-call]
        self._cluster: LocalCluster | None = None
        self._settings = ExitStack()

    def start(self) -> str:
        """Start it; return the scheduler's address.

        Raises JoulegraphError ``workers-do-not-start``.
        """
        # Dask reads it when a worker goes, of this process and not of the cluster.
        self._settings.enter_context(dask.config.set(NEVER_LOST))
        try:
            sync(self._runner.loop, self._start)
        except (OSError, RuntimeError) as error:
            raise JoulegraphError(
                "workers-do-not-start",
                f"The workers of the local cluster did not start: {error}",
                "More memory for each may help, or processes instead of a cluster.",
            ) from error
        assert self._cluster is not None
        return str(self._cluster.scheduler_address)

    async def _start(self) -> None:
        # Made and started in two steps: what is half started can be ended.
        self._cluster = LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=self.count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
            scheduler_kwargs={
                # Each death is told at once: whose fault it is, is found out here.
                "allowed_failures": 0,
                # Without a dashboard Dask still opens a port, 8787, and warns if that is taken.
                "dashboard_address": "127.0.0.1:0",
            },
            config=dask.config.merge(dask.config.config, NO_PROFILE),
            silence_logs=logging.CRITICAL,
            asynchronous=True,
        )
        await self._cluster

    async def _end(self) -> None:
        ended = None if self._cluster is None else self._cluster.close()
        if ended is not None:
            await ended

    def stop(self) -> None:
        """End all of it."""
        if self._cluster is not None:
            with suppress(Exception):
                sync(self._runner.loop, self._end, callback_timeout=FAREWELL_S)
            self.kill()
        self._settings.close()
        self._runner.stop()  # type: ignore[no-untyped-call]

    def kill(self) -> None:
        """End the workers at once, whatever they do: nobody waits for it any more."""
        if self._cluster is None:
            return
        for nanny in self._cluster.workers.values():
            if isinstance(nanny, Nanny):
                nanny.close_gracefully("joulegraph-end")  # or it would start another
                with suppress(ProcessLookupError, TypeError):
                    os.kill(nanny.pid, signal.SIGKILL)
