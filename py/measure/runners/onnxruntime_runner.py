"""Runs single layers and whole networks with onnxruntime, on any of its execution providers.

A layer is run as several **copies** side by side in one model, each with weights of its own, with
inputs and outputs from a few that are taken in turn. A run then takes long enough to be timed; the
cost of calling onnxruntime is shared by the copies, as a network's layers share it; and neither
weights nor feature maps lie in the nearest cache from the run before.
"""

import math
import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from py.errors import JoulegraphError
from py.measure.plans.networks import network_path
from py.measure.plans.shape import Shape
from py.measure.runners.blocked import core_of
from py.measure.runners.copies import BYTES, MOST_SETS, copies_of, sets_of
from py.measure.runners.one_layer import one_layer
from py.measure.runners.onnxruntime_session import BoundSession
from py.measure.runners.random_data import RandomPool
from py.measure.runners.runner import NotRunnableError, Prepared
from py.measure.runners.whole_network import WholeNetwork, whole_network

ort: Any = import_module("onnxruntime")  # it does not declare what it exports

_DTYPE = "fp32"
_MOST_THREADS = 4096
_PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "rocm": "ROCMExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "dml": "DmlExecutionProvider",
}
_ON_HOST = frozenset({"cpu", "coreml", "openvino"})
"""Devices whose providers take tensors from the host's memory."""
_ABOVE_ZERO = frozenset({"variance"})
_POOL = 24 << 20


def open_runner(device: str, settings: Mapping[str, Any]) -> "OnnxRuntimeRunner":
    """Return a runner on a device such as ``cpu`` or ``cuda:0``.

    ``settings`` may have ``threads``.

    Raises:
        NotRunnableError: onnxruntime has no execution provider for the device here.
        JoulegraphError: ``settings-invalid``.
    """
    kind, _, index = device.partition(":")
    provider = _PROVIDERS.get(kind, kind)
    available = ort.get_available_providers()
    if provider not in available:
        raise NotRunnableError(
            f"onnxruntime has no provider for {device} here, got {', '.join(available)}"
        )
    if index and not (index.isascii() and index.isdigit()):
        raise NotRunnableError(f"a device is cpu or such as cuda:0, got {device[:40]!r}")
    return OnnxRuntimeRunner(provider, kind, int(index or 0), _threads(settings))


def _threads(settings: Mapping[str, Any]) -> int:
    """Return the threads that are asked for, else as many as there are processors.

    Raises:
        JoulegraphError: ``settings-invalid``.
    """
    strange = sorted(set(settings) - {"threads"})
    if strange:
        raise _invalid(f"The setting of onnxruntime is threads, got {strange[0][:40]!r}.")
    given = str(settings.get("threads", _processors()))
    if not (given.isascii() and given.isdigit() and len(given) < 6):
        raise _invalid(f"threads is a whole number, got {given[:40]!r}.")
    if not 1 <= int(given) <= _MOST_THREADS:
        raise _invalid(f"threads is 1 to {_MOST_THREADS}, got {given}.")
    return int(given)


def _invalid(message: str) -> JoulegraphError:
    return JoulegraphError("settings-invalid", message, "Change --setting.")


class OnnxRuntimeRunner:
    """A runner; see ``py.measure.runners.runner``."""

    def __init__(self, provider: str, kind: str, index: int, threads: int) -> None:
        self._provider = provider
        self._place = ("cpu" if kind in _ON_HOST else kind, index)
        self._threads = threads
        self._pool = RandomPool(_POOL)

    @property
    def identity(self) -> Mapping[str, str]:
        return {
            "runner": "onnxruntime",
            "version": ort.__version__,
            "provider": self._provider,
            "threads": str(self._threads),
            "settings": "all graph optimisations, one session, sequential execution",
        }

    def needed_bytes(self, shape: Shape) -> int | None:
        """Return what a layer's tensors take; a network's are not known before it is read."""
        if shape.op == "network" or shape.dtype != _DTYPE:
            return None
        layer = one_layer(shape)
        elements = [math.prod(sizes) for sizes in (*layer.inputs.values(), *layer.weights.values())]
        (output,) = (one.type.tensor_type.shape.dim for one in layer.model.graph.output)
        elements.append(3 * math.prod(one.dim_value for one in output))
        return 2 * BYTES * sum(elements)

    def prepare(self, shape: Shape) -> Prepared:
        if shape.direction != "forward":
            raise NotRunnableError("onnxruntime here runs forward alone")
        if shape.dtype != _DTYPE:
            raise NotRunnableError(f"onnxruntime here runs {_DTYPE} alone, got {shape.dtype}")
        try:
            return self._network(shape) if shape.op == "network" else self._layer(shape)
        except NotRunnableError:
            raise
        except Exception as error:  # onnxruntime's own errors have no common base
            raise NotRunnableError(_first_line(error)) from None

    def _layer(self, shape: Shape) -> Prepared:
        core = core_of(one_layer(shape), self._optimise)
        count = copies_of(core, shape)
        options = self._options()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        model = core.copies(count)
        weights = {
            f"{name}@{copy}": self._weight(name, sizes)
            for copy in range(count)
            for name, sizes in core.weights.items()
        }
        if weights:
            options.add_external_initializers(list(weights), list(weights.values()))
        session = self._session(model, options)
        tensors = [
            {name: self._value(sizes) for name, sizes in core.inputs.items()}
            for _ in range(sets_of(core.inputs))
        ]
        sets = [
            {
                f"{name}@{copy}": tensors[(copy + turn) % len(tensors)][name]
                for name in core.inputs
                for copy in range(count)
            }
            for turn in range(len(tensors))
        ]
        return BoundSession(session, sets, count, self._place, held=list(weights.values()))

    def _network(self, shape: Shape) -> Prepared:
        found: WholeNetwork = whole_network(network_path(shape.network or ""), shape.batch)
        options = self._options()
        if found.weights:
            values = [self._on_host(array) for array in found.weights.values()]
            options.add_external_initializers(list(found.weights), values)
        else:
            values = []
        session = self._session(found.model, options)
        sets = [
            {name: self._value(sizes) for name, sizes in found.inputs.items()}
            for _ in range(MOST_SETS)
        ]
        return BoundSession(session, sets, 1, self._place, held=values)

    def _options(self) -> Any:
        options = ort.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 4
        return options

    def _session(self, model: onnx.ModelProto, options: Any) -> Any:
        provider: Any = self._provider
        if self._place[0] != "cpu":
            provider = (provider, {"device_id": str(self._place[1])})
        if self._provider != _PROVIDERS["cpu"]:
            # What a provider has no kernel for would run on the processor, under its name.
            options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
        session = ort.InferenceSession(model.SerializeToString(), options, providers=[provider])
        if session.get_providers()[0] != self._provider:
            raise NotRunnableError(
                f"{self._provider} is to run it, got {', '.join(session.get_providers())}"
            )
        return session

    def _optimise(self, model: onnx.ModelProto, path: Path) -> None:
        options = self._options()
        options.optimized_model_filepath = str(path)
        self._session(model, options)

    def _value(self, sizes: Sequence[int]) -> Any:
        return ort.OrtValue.ortvalue_from_numpy(self._pool.take(sizes), *self._place)

    def _weight(self, name: str, sizes: Sequence[int]) -> Any:
        """Return a weight; onnxruntime takes them from the host's memory to where they belong."""
        numbers = self._pool.take(sizes)
        return self._on_host(np.abs(numbers) if name in _ABOVE_ZERO else numbers)

    def _on_host(self, array: np.ndarray[Any, Any]) -> Any:
        return ort.OrtValue.ortvalue_from_numpy(array)


def _processors() -> int:
    """Return how many processors this process may use; not every system has affinities."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
