"""``python -m tests.graph.fuzzing``: many cases, what they came to, and what ended badly."""

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path
from queue import Empty

from tests.graph.fuzzing.search import Found
from tests.graph.fuzzing.worker import Told, work


def main(arguments: list[str]) -> int:
    """Run the program; returns 1 where a case ended badly."""
    parser = argparse.ArgumentParser(prog="python -m tests.graph.fuzzing", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the cases that ended badly")
    given = parser.parse_args(arguments)
    context = multiprocessing.get_context("spawn")
    told: Told = context.Queue()
    workers = []
    for number in range(given.processes):
        share = given.cases // given.processes
        arguments_ = (f"{given.seed}/{number}", share, given.keep, told)
        workers.append(context.Process(target=work, args=arguments_))
        workers[-1].start()
    results: list[Found] = []
    began, done, shown = time.monotonic(), 0, 0
    while len(results) < len(workers):
        try:
            step, news, found = told.get(timeout=10)
        except Empty:
            if not any(worker.is_alive() for worker in workers):
                print("A process ended early: a case took it down.")
                return 2
            continue
        done += step
        for line in news:
            print(f"BROKEN {line}", flush=True)
        if found is not None:
            results.append(found)
        if done - shown >= 10_000:
            shown = done
            print(f"{done:,} cases, {done / (time.monotonic() - began):,.0f}/s", flush=True)
    for worker in workers:
        worker.join()
    return _report(results)


def _report(results: list[Found]) -> int:
    kinds: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for found in results:
        kinds.update(found.kinds)
        times.update(found.times)
    cases, models = (sum(getattr(f, name) for f in results) for name in ("cases", "models"))
    print(f"{cases:,} cases, {models:,} of them models; {len(kinds):,} kinds of ends")
    codes: Counter[str] = Counter()
    for kind, count in kinds.items():
        codes[kind.split(" ")[0].rstrip(":")] += count
    print(", ".join(f"{code} {count:,}" for code, count in codes.most_common()))
    slowest = sorted((entry[0] for found in results for entry in found.slowest), reverse=True)
    print("slowest: " + ", ".join(f"{seconds:.2f} s" for seconds in slowest[:10]))
    for broke, count in sorted(times.items()):
        print(f"BROKEN {count:,} times: {broke}")
    return 1 if times else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
