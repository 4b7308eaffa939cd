"""A runner for tests, in the process that measures: what a shape does stands in its variant."""

import ctypes
import os
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from typing import cast

from py.measure.meters.meter import Meter, MeterFacts
from py.measure.plans.shape import Shape
from py.measure.runners.runner import NotRunnableError, Prepared


class FakeRunner:
    """Runs nothing; a run takes ``seconds``, or says that it took a millisecond."""

    def __init__(self, seconds: float, version: str) -> None:
        self._seconds = seconds
        self._version = version

    @property
    def identity(self) -> Mapping[str, str]:
        return {"runner": "fake", "version": self._version}

    def needed_bytes(self, shape: Shape) -> int | None:
        return 1 << 60 if shape.variant == "huge" else 1000

    def prepare(self, shape: Shape) -> Prepared:
        _behave(shape.variant or "")
        return FakePrepared(self._seconds)


class FakePrepared:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def run(self, times: int) -> tuple[float, ...]:
        time.sleep(times * (self._seconds or 1e-4))
        return (self._seconds or 1e-3,) * times

    def close(self) -> None: ...


def open_runner(device: str, settings: Mapping[str, str]) -> FakeRunner:
    if device == "dies":
        sys.stderr.write("libfake.so: cannot open\n")
        sys.stderr.flush()
        os.abort()
    if device == "none":
        raise NotRunnableError("there is no such device")
    if device == "strange":
        import no_such_package  # type: ignore[import-not-found] # noqa: F401
    return FakeRunner(float(settings.get("seconds", "0")), settings.get("version", "1"))


def _behave(variant: str) -> None:
    """Do what a variant says; the names are those of what goes wrong."""
    match variant:
        case "abort":
            os.abort()
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            os._exit(0)
        case "kill":
            os.kill(os.getpid(), 9)
        case "raise":
            raise ValueError("a kernel is missing\nand more")
        case "home":
            raise OSError("no file /home/alice/env/lib/libfake.so on 192.168.0.7")
        case "house":
            raise NotRunnableError("no kernel in /Users/alice/kernels")
        case "refuse":
            raise NotRunnableError("no kernel for this")
        case "hang":
            time.sleep(3600)
        case "gobble":
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
            hoard = []
            while True:
                hoard.append(bytearray(256 << 20))
        case "cuda":
            raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")
        case "chat":
            os.write(1, b'{"cells": {"runtime_ms": "666"}}\n' * 100)
            print('{"cells": {"runtime_ms": "666"}}', flush=True)
            assert sys.stdin.read() == ""
        case "talk":
            os.write(2, b"x" * 10_000_000 + b"\n" * 10_000)


class FakeMeter:
    """10 W by the clock of the process, in steps of a millisecond."""

    facts = MeterFacts("fake", "package", "counter", 0.01, 0.001)

    def energy_j(self) -> float:
        return 10.0 * int(time.perf_counter() * 1000) / 1000

    def power_w(self) -> float | None:
        return 10.0

    def close(self) -> None: ...


def no_meters() -> Sequence[Meter]:
    return ()


def fake_meters() -> Sequence[Meter]:
    return (cast(Meter, FakeMeter()),)
