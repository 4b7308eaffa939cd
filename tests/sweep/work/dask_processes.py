"""A Dask scheduler and workers as processes of their own, as an existing cluster has them."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


def free_port() -> int:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class ExistingCluster:
    """Processes that a test starts, kills and starts again; none is left at its end."""

    def __init__(self, folder: Path, path: str) -> None:
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._folder = folder
        self._environment = {
            **os.environ,
            "PYTHONPATH": path,
            "DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES": "[]",
            "DASK_TEMPORARY_DIRECTORY": str(folder),
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def set(self, name: str, value: str) -> None:
        """Set a variable in the environment of what is started from now on."""
        self._environment[name] = value

    def scheduler(self) -> "subprocess.Popen[bytes]":
        return self._start(
            "dask_scheduler",
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--no-dashboard", "--dashboard-address", "127.0.0.1:0"),
        )

    def worker(self, *more: str) -> "subprocess.Popen[bytes]":
        return self._start(
            "dask_worker",
            *(self.address, "--nthreads", "1", "--host", "127.0.0.1", "--memory-limit", "0"),
            *("--no-dashboard", *more),
        )

    def kill_all(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()

    def _start(self, command: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{command}", *arguments],
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        self._processes.append(process)
        return process


@contextmanager
def existing_cluster(folder: Path, path: str) -> Iterator[ExistingCluster]:
    """A cluster to be started, whose processes find modules on ``path``."""
    cluster = ExistingCluster(folder, path)
    try:
        yield cluster
    finally:
        cluster.kill_all()
