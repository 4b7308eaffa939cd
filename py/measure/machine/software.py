"""The runners' software: which is installed, in which version, on which devices it can work.

Each is asked in a Python of its own, so that a broken installation can't take this one along and
that nothing heavy is imported here.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from py.bounded_json import parse_json
from py.errors import JoulegraphError
from py.measure.machine.checked import check
from py.measure.machine.host import Finished, Host
from py.measure.machine.redacted import free_text

_IMPORT_S = 20.0
_MARK = "joulegraph:"
_MOST_DEVICES = 64
_ASK_ONNXRUNTIME = """
import json, onnxruntime as o
found = {"version": o.__version__, "providers": o.get_available_providers()}
print("joulegraph:" + json.dumps(found))
"""
_ASK_TORCH = """
import json, torch as t
cuda = t.cuda.device_count() if t.version.cuda else 0
mps = getattr(t.backends, "mps", None)
found = {"version": t.__version__, "cuda": t.version.cuda, "hip": getattr(t.version, "hip", None),
    "cudnn": t.backends.cudnn.version() if t.version.cuda else None,
    "devices": ["cpu"] + ["cuda:%d" % i for i in range(cuda)]
        + (["mps"] if mps is not None and mps.is_available() else [])}
print("joulegraph:" + json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Software:
    """A runner's software; one that can't be used has a ``reason``.

    ``devices`` are what it can run on: cpu, cuda (onnxruntime does not say how many), cuda:0, mps.
    ``providers`` are onnxruntime's, by their own names. ``cuda`` and ``cudnn`` are the versions it
    was built with.
    """

    name: str
    works: bool
    version: str | None = None
    devices: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    cuda: str | None = None
    cudnn: str | None = None
    reason: str | None = None
    remedy: str | None = None

    def __post_init__(self) -> None:
        check(self)
        if self.works == (self.reason is not None):
            raise ValueError(
                f"Software: a reason if and only if it doesn't work, got {self.reason!r}"
            )


def read_onnxruntime(host: Host) -> Software:
    """Return onnxruntime's version and execution providers."""
    return _asked(
        host,
        "onnxruntime",
        _ASK_ONNXRUNTIME,
        "python -m pip install onnxruntime onnx",
        _onnxruntime,
    )


def _onnxruntime(host: Host, found: dict[str, Any]) -> Software:
    providers = _names(found.get("providers"), r"\w{1,60}ExecutionProvider")
    devices = [
        device
        for device, provider in (("cpu", "CPU"), ("cuda", "CUDA"), ("coreml", "CoreML"))
        if f"{provider}ExecutionProvider" in providers
    ]
    version = _version(found.get("version"))
    if not host.has_module("onnx"):
        return Software(
            "onnxruntime",
            False,
            version,
            providers=providers,
            reason="onnx is not installed, which makes the layers to run",
            remedy="python -m pip install onnx",
        )
    return Software("onnxruntime", True, version, tuple(devices), providers)


def read_torch(host: Host) -> Software:
    """Return torch's version, the CUDA and cuDNN it has, and the devices it sees."""
    return _asked(host, "torch", _ASK_TORCH, "python -m pip install torch numpy", _torch)


def _torch(host: Host, found: dict[str, Any]) -> Software:
    del host  # asked of both runners alike
    return Software(
        "torch",
        True,
        _version(found.get("version")),
        _names(found.get("devices"), r"cpu|mps|cuda:\d{1,3}"),
        cuda=_version(found.get("cuda")) or _version(found.get("hip")),
        cudnn=cudnn_version(found.get("cudnn")),
    )


def _asked(
    host: Host,
    module: str,
    question: str,
    install: str,
    told: Callable[[Host, dict[str, Any]], Software],
) -> Software:
    if not host.has_module(module):
        return Software(module, False, reason="not installed", remedy=install)
    # -P: a file that lies in the working folder must not stand in for a module.
    done = host.run((host.python, "-P", "-c", question), _IMPORT_S)
    if done is None:
        reason = f"asking it took longer than {_IMPORT_S:.0f} s, or it could not be started"
        return Software(module, False, reason=reason, remedy=f"python -c 'import {module}'")
    found = _answer(done)
    if found is None:
        last = (done.complaint.strip().splitlines() or ["it said nothing"])[-1]
        reason = f"its import failed: {free_text(last) or 'without a word'}"
        return Software(module, False, reason=reason, remedy=install)
    return told(host, found)


def _answer(done: Finished) -> dict[str, Any] | None:
    """Return the object on the marked line; libraries may write lines of their own beside it."""
    for line in done.output.splitlines():
        if done.code == 0 and line.startswith(_MARK):
            try:
                found = parse_json(line.removeprefix(_MARK), what="The answer")
            except (JoulegraphError, json.JSONDecodeError):
                return None
            return found if isinstance(found, dict) else None
    return None


def _names(found: Any, pattern: str) -> tuple[str, ...]:
    listed = found[:_MOST_DEVICES] if isinstance(found, list) else []
    return tuple(
        one for one in listed if isinstance(one, str) and re.fullmatch(pattern, one, re.ASCII)
    )


def _version(found: Any) -> str | None:
    sane = isinstance(found, str) and re.fullmatch(r"[\w.+!-]{1,60}", found, re.ASCII)
    return found if sane else None


def cudnn_version(found: Any) -> str | None:
    """Return cuDNN's number as it is written: 90100 is 9.1.0, and 8902 is 8.9.2."""
    if not isinstance(found, int) or isinstance(found, bool) or not 1000 <= found < 10**7:
        return None
    thousand = 10_000 if found >= 90_000 else 1_000
    return f"{found // thousand}.{found % thousand // 100}.{found % 100}"
