"""A sweep on a Dask cluster that is there gives the same files, whatever of it dies meanwhile."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from py.terminal import BAD_INPUT, PARTIAL
from tests.sweep.made import (
    KILLED,
    PATIENCE_S,
    arguments,
    files_in,
    models_in,
    resumed,
    struck,
    swept,
)
from tests.sweep.work.dask_processes import ExistingCluster, existing_cluster
from tests.sweep.work.ways import eventually

NO_NANNY = "--no-nanny"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    models_in(folder)
    swept(folder, arguments("output", "--workers", "1"))
    return folder


@pytest.fixture
def folder(undisturbed: Path, tmp_path: Path) -> Path:
    shutil.copytree(undisturbed / "models", tmp_path / "models")
    return tmp_path


@pytest.fixture
def existing(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExistingCluster]:
    """A cluster that works in a folder of its own, where none of the models are."""
    with existing_cluster(tmp_path_factory.mktemp("cluster"), str(root)) as cluster:
        # A scheduler looks for a result on a worker that dies at that moment for half a minute.
        cluster.set("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "3s")
        yield cluster


def test_the_same_files_on_a_cluster_that_works_elsewhere(
    existing: ExistingCluster, folder: Path, undisturbed: Path
) -> None:
    existing.scheduler()
    existing.worker(NO_NANNY)
    existing.worker(NO_NANNY)
    for output in ("first", "again"):  # a cluster that has done the like gives no old result
        swept(folder, arguments(output, "--scheduler", existing.address))
        assert files_in(folder / output) == files_in(undisturbed / "output")


MAPPING = ("mapping distinct layers", 10)
PRICING = ("pricing", 30)


@contextmanager
def held(
    existing: ExistingCluster, folder: Path, moment: str, number: int
) -> Iterator[Callable[[], str]]:
    """The sweep on a cluster, stopped at a moment; what is given lets it go on and end."""
    given = arguments("output", "--scheduler", existing.address)
    with struck(moment, number, "STOP", given, folder) as started:
        program = psutil.Process(started.process.pid)
        assert eventually(lambda: program.status() == psutil.STATUS_STOPPED, PATIENCE_S)

        def ended() -> str:
            program.resume()
            code, _, told = started.ended()
            assert code == PARTIAL, told
            assert "Traceback" not in told, told
            return told

        yield ended


def test_a_worker_that_is_killed_costs_nothing(
    existing: ExistingCluster, folder: Path, undisturbed: Path
) -> None:
    existing.scheduler()
    first = existing.worker(NO_NANNY)
    existing.worker(NO_NANNY)
    with held(existing, folder, *MAPPING) as ended:
        first.kill()
        ended()
    assert files_in(folder / "output") == files_in(undisturbed / "output")


@pytest.mark.parametrize("moment", [MAPPING, PRICING], ids=["mapping", "pricing"])
def test_a_scheduler_that_is_killed_and_starts_again_costs_nothing(
    existing: ExistingCluster, folder: Path, undisturbed: Path, moment: tuple[str, int]
) -> None:
    existing.scheduler()
    existing.worker(NO_NANNY)
    with held(existing, folder, *moment) as ended:
        existing.kill_all()
        existing.scheduler()
        existing.worker(NO_NANNY)
        existing.worker(NO_NANNY)
        ended()
    assert files_in(folder / "output") == files_in(undisturbed / "output")


def test_without_a_scheduler_it_says_so_and_later_goes_on(
    existing: ExistingCluster, folder: Path, undisturbed: Path
) -> None:
    given = arguments("output", "--scheduler", existing.address)
    existing.scheduler()
    existing.worker(NO_NANNY)
    with struck(*PRICING, "KILL", given, folder) as started:
        assert started.ended()[0] == KILLED
    existing.kill_all()
    told = swept(folder, given, BAD_INPUT)
    assert told.count("error:") == 1
    assert "[scheduler-unreachable]" in told
    assert existing.address in told
    told = swept(folder, arguments("output", "--workers", "1"))
    assert resumed(told) >= PRICING[1]
    assert files_in(folder / "output") == files_in(undisturbed / "output")


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1", "http://127.0.0.1:8786"])
def test_what_is_no_address_is_said(folder: Path, address: str) -> None:
    told = swept(folder, arguments("output", "--scheduler", address), BAD_INPUT)
    assert told.count("error:") == 1
    assert "[scheduler-address]" in told
