"""A sweep that was killed, interrupted or out of space goes on; its files are as if it had not.

The program itself is run, and struck from inside at given moments, from outside at random ones.
"""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from py.terminal import BAD_INPUT, PARTIAL
from tests.sweep.made import (
    FAILED,
    JOURNAL,
    KILLED,
    ROWS,
    Started,
    arguments,
    files_in,
    models_in,
    resumed,
    struck,
    swept,
)
from tests.sweep.stopped import STRUCK
from tests.sweep.work.ways import eventually

INLINE = ("--workers", "1")
APART = ("--workers", "2")
CLUSTER = ("--scheduler", "local", "--workers", "2")
CACHED = ("--cache", "answers.sqlite")
INTERRUPTED = 130

MOMENTS = (
    ("reading combinations", 0),
    ("reading combinations", 5),
    ("mapping distinct layers", 1),
    ("mapping distinct layers", 25),
    ("pricing", 1),
    ("pricing", 90),
    ("placing", 0),
    ("placing", 2),
    ("placing", 4),
    ("summing", 0),
)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with models, and with the files of their sweep in ``output``."""
    folder = tmp_path_factory.mktemp("undisturbed")
    models_in(folder)
    swept(folder, arguments("output", *INLINE, *CACHED))
    return folder


@pytest.fixture
def folder(undisturbed: Path, tmp_path: Path) -> Path:
    """A folder with the same models, and all that was learnt of their mappings, and no more."""
    shutil.copytree(undisturbed / "models", tmp_path / "models")
    shutil.copy(undisturbed / "answers.sqlite", tmp_path)
    return tmp_path


def test_killed_at_each_moment_it_goes_on(folder: Path, undisturbed: Path) -> None:
    """One after the other, in the same folder: what is kept is kept through all of them."""
    given = arguments("output", *INLINE, "--cache", "own.sqlite")
    for moment, number in MOMENTS:
        with struck(moment, number, "KILL", given, folder) as one:
            code, _, told = one.ended()
        assert code == KILLED, f"{moment} {number}: {told}"
    told = swept(folder, given)
    assert resumed(told) == ROWS, told
    assert files_in(folder / "output") == files_in(undisturbed / "output")


def test_killed_at_random_moments_it_goes_on(folder: Path, undisturbed: Path) -> None:
    seed = random.randrange(1 << 32)
    drawn = random.Random(seed)
    for way in (APART, CLUSTER, APART):
        with Started(folder, arguments("output", *way)) as one:
            assert one.process.stderr is not None
            one.process.stderr.readline()  # it has begun
            time.sleep(drawn.uniform(0.0, 1.5))
            one.process.kill()
            one.ended()
            assert eventually(lambda one=one: not one.left()), f"seed {seed}"  # type: ignore[misc]
    swept(folder, arguments("output", *APART))
    assert files_in(folder / "output") == files_in(undisturbed / "output"), f"seed {seed}"


@pytest.mark.parametrize(
    ("way", "moment", "number"),
    [
        (INLINE, "mapping distinct layers", 20),
        (APART, "pricing", 40),
        (CLUSTER, "mapping distinct layers", 20),
    ],
)
def test_ctrl_c_says_how_to_go_on_and_leaves_nothing_running(
    folder: Path, undisturbed: Path, way: tuple[str, ...], moment: str, number: int
) -> None:
    given = arguments("output", *way)
    with struck(moment, number, "INT", given, folder) as one:
        code, out, told = one.ended()
        assert eventually(lambda: not one.left(), 5.0)
    assert code == INTERRUPTED
    assert not out
    assert "Traceback" not in told
    assert "same command" in told
    told = swept(folder, arguments("output", *INLINE, *CACHED))
    assert resumed(told) >= (number if moment == "pricing" else FAILED)
    assert files_in(folder / "output") == files_in(undisturbed / "output")


@pytest.mark.parametrize(
    ("way", "moment", "number"),
    [
        (APART, "mapping distinct layers", 10),
        (APART, "pricing", 20),
        (CLUSTER, "mapping distinct layers", 10),
    ],
)
def test_a_worker_that_is_killed_costs_nothing(
    folder: Path, undisturbed: Path, way: tuple[str, ...], moment: str, number: int
) -> None:
    given = arguments("output", *way)
    with struck(moment, number, "WORKER", given, folder) as one:
        code, _, told = one.ended()
    assert code == PARTIAL, told
    assert STRUCK in told, told
    assert files_in(folder / "output") == files_in(undisturbed / "output")


@pytest.mark.parametrize("most_bytes", [0, 30_000, 120_000])
def test_without_space_it_says_so_once_and_goes_on_with_it(
    folder: Path, undisturbed: Path, most_bytes: int
) -> None:
    """No file may be larger: what is full is the journal, or the store of answers before it."""
    given = arguments("output", *INLINE, "--cache", "own.sqlite")
    code, told = with_files_of(most_bytes, folder, given)
    assert code == BAD_INPUT, told
    assert told.count("error:") == 1
    assert "[no-space]" in told
    assert "Traceback" not in told
    swept(folder, arguments("output", *INLINE, *CACHED))
    assert files_in(folder / "output") == files_in(undisturbed / "output")


def test_without_space_for_the_tables_all_rows_are_kept(folder: Path, undisturbed: Path) -> None:
    given = arguments("output", *INLINE, *CACHED)
    with struck("placing", 0, "KILL", given, folder) as one:
        assert one.ended()[0] == KILLED
    sizes = sorted(map(len, files_in(undisturbed / "output").values()))
    for most_bytes in (1_000, sizes[-2] - 10_000, sizes[-1] - 1_000):
        code, told = with_files_of(most_bytes, folder, given)
        assert code == BAD_INPUT, told
        assert told.count("error:") == 1
        assert "[no-space]" in told
        assert "Traceback" not in told
        assert not list((folder / "output").glob(".*"))
    assert resumed(swept(folder, given)) == ROWS
    assert files_in(folder / "output") == files_in(undisturbed / "output")


def with_files_of(most_bytes: int, folder: Path, given: list[str]) -> tuple[int, str]:
    """Run the program with a limit to the size of its files; return its exit code and words."""
    with struck("size", most_bytes, "NONE", given, folder) as one:
        code, _, told = one.ended()
        return code, told


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB, where the system lets us have one."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or not _mounted(place, "size=400k"):
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _mounted(place: Path, options: str) -> bool:
    mount = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
    try:
        return subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        return False


def test_a_full_disk_is_said_once_and_made_larger_it_goes_on(
    folder: Path, undisturbed: Path, small_disk: Path
) -> None:
    given = arguments(str(small_disk / "output"), *INLINE, *CACHED)
    told = swept(folder, given, BAD_INPUT)
    assert told.count("error:") == 1
    assert "[no-space]" in told
    assert "Traceback" not in told
    assert _mounted(small_disk, "remount,size=40m")
    swept(folder, given)
    assert files_in(small_disk / "output") == files_in(undisturbed / "output")


def test_a_folder_has_one_sweep_at_a_time(folder: Path, undisturbed: Path) -> None:
    given = arguments("output", *INLINE, *CACHED)
    with struck("pricing", 20, "STOP", given, folder) as first:
        journal = folder / "output" / JOURNAL
        assert eventually(lambda: any(one.status() == "stopped" for one in first.left()))
        for more in ((), ("--restart",)):
            told = swept(folder, [*given, *more], BAD_INPUT)
            assert told.count("error:") == 1
            assert "[sweep-running]" in told
        assert journal.exists()
        first.process.send_signal(signal.SIGCONT)
        code, _, told = first.ended()
    assert code == PARTIAL, told
    assert files_in(folder / "output") == files_in(undisturbed / "output")


def test_another_sweep_is_refused_where_one_is_unfinished(folder: Path, undisturbed: Path) -> None:
    given = arguments("output", *INLINE, *CACHED)
    with struck("pricing", 100, "KILL", given, folder) as one:
        assert one.ended()[0] == KILLED
    other = [word for word in given if word != "--layers"]
    told = swept(folder, other, BAD_INPUT)
    assert told.count("error:") == 1
    assert "[other-sweep]" in told
    assert "--restart" in told
    assert 100 <= resumed(swept(folder, given)) < ROWS
    assert files_in(folder / "output") == files_in(undisturbed / "output")


def test_restart_begins_anew(folder: Path, undisturbed: Path) -> None:
    given = arguments("output", *INLINE, *CACHED)
    for more in ((), ("--restart",)):
        with struck("pricing", 100, "KILL", [*given, *more], folder) as one:
            assert one.ended()[0] == KILLED
    without = [word for word in given if word != "--layers"]
    assert resumed(swept(folder, [*without, "--restart"])) == 0
    assert not {"layers.csv", "layers.parquet"} & files_in(folder / "output").keys()
    assert resumed(swept(folder, [*given, "--restart"])) == 0
    assert files_in(folder / "output") == files_in(undisturbed / "output")
