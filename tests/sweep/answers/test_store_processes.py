"""Processes that write at once, that are killed while they write, and that are forked."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from py.sweep.answers.store import AnswerStore
from tests.sweep.answers.writer import batch, values

ROUNDS = 12


def opened(path: Path) -> AnswerStore:
    return AnswerStore(path, engine="any")


def writer(root: Path, path: Path, name: str, batches: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.sweep.answers.writer", str(path), name, str(batches)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
    )


def test_processes_write_the_same_and_others_at_once(tmp_path: Path, root: Path) -> None:
    """They make the file together too: it is not there when they start."""
    path = tmp_path / "answers.sqlite"
    names = ["same", "same", "one", "other"]
    running = [writer(root, path, name, 25) for name in names]
    for process in running:
        out, error = process.communicate()
        assert error == ""
        assert out.splitlines()[-1] == '{"right": true, "notes": []}'
    with opened(path) as store:
        for name in set(names):
            for number in range(25):
                assert store.get([*batch(name, number)]) == batch(name, number)
        assert store.notes == []


def test_a_file_is_made_once_by_whoever_is_first(tmp_path: Path) -> None:
    """Forked together, they open a file that is not there at the same moment."""
    for round_ in range(10):
        path = tmp_path / f"{round_}.sqlite"
        start = time.time() + 0.05
        children = []
        for name in "abcd":
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    time.sleep(max(0.0, start - time.time()))
                    with opened(path) as store:
                        store.put(batch(name, 0))
                        status = 0 if store.notes == [] else 2
                finally:
                    os._exit(status)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        with opened(path) as store:
            assert all(store.get([*batch(name, 0)]) == batch(name, 0) for name in "abcd")


def test_a_process_killed_while_it_writes_leaves_each_batch_whole_or_absent(
    tmp_path: Path, root: Path
) -> None:
    path = tmp_path / "answers.sqlite"
    rng = random.Random(3)
    cut_short = 0
    for round_ in range(ROUNDS):
        process = writer(root, path, f"round {round_}", 100_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(rng.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        told = [line for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]
        done = [int(line.split()[1]) for line in told]
        with opened(path) as store:
            for number in done:
                own = batch(f"round {round_}", number)
                assert store.get([*own]) == own, "what was told to be done is there"
            coming = batch(f"round {round_}", len(done))
            assert store.get([*coming]) in ({}, coming)
            cut_short += not store.get([*coming])
            store.put(values([f"after {round_}"]))
            assert store.notes == []
    assert cut_short
    with opened(path) as store:
        after = values(f"after {own}" for own in range(ROUNDS))
        assert store.get([*after]) == after


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_opens_the_file_anew(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    with opened(path) as store:
        store.put(batch("parent", 0))
        child = os.fork()
        if child == 0:
            status = 1
            try:
                right = store.get([*batch("parent", 0)]) == batch("parent", 0)
                store.put(batch("child", 0))
                store.close()
                status = 0 if right and store.notes == [] else 2
            finally:
                os._exit(status)
        assert os.waitpid(child, 0)[1] == 0
        assert store.get([*batch("child", 0)]) == batch("child", 0)
        store.put(batch("parent", 1))
        assert store.notes == []
    with opened(path) as store:
        assert store.get([*batch("parent", 1)]) == batch("parent", 1)
