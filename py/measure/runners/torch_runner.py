"""Layers and networks run by torch, on a processor or a CUDA device; torch itself is optional.

Precisions: ``fp32`` is true single precision, TensorFloat-32 switched off; ``tf32`` switches it on
for products and convolutions; ``fp16`` and ``bf16`` hold inputs, weights and outputs in these.
``forward`` runs in inference mode. ``training`` runs forward and backward, with the gradients of
the weights and, of a layer alone, those of its inputs (Li et al. 2016, papers/004: the energy of
training is that of forward and backward propagation).

The sets of inputs that a layer takes in turn have weights of their own, except those of a recurrent
layer, which cuDNN wants in one place, and of whole networks.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from py.measure.machine.free_memory import free_bytes
from py.measure.machine.host import Host
from py.measure.plans.shape import Shape
from py.measure.runners.runner import NotRunnableError, Prepared, Runner
from py.measure.runners.torch_clock import EventClock, ProcessorClock, RunClock
from py.measure.runners.torch_data import Place, Wanted, count_of_sets, tensors, wanted_of
from py.measure.runners.torch_device import torch_device, torch_package
from py.measure.runners.torch_faults import attempted
from py.measure.runners.torch_layers import call_of, recurrent_weights
from py.measure.runners.torch_memory import BYTES, bytes_of_layer, bytes_of_network
from py.measure.runners.torch_network import Program, program_of, read_network
from py.measure.runners.torch_prepared import TorchPrepared, Turn, forward_turn, training_turn
from py.measure.runners.torch_settings import TorchSettings, settings_of
from py.measure.runners.torch_sizes import Sizes, sizes_of

_DTYPES = {"fp64": "float64", "fp32": "float32", "tf32": "float32"}
_DTYPES |= {"fp16": "float16", "bf16": "bfloat16"}
_CACHE_BYTES = 64_000_000
"""Of a processor whose cache nobody states: as large as those of most desktop processors."""
_CUDA_BYTES = 512_000_000
"""What CUDA, cuDNN and cuBLAS take for themselves: about half a gigabyte on current drivers."""


def open_runner(
    device: str,
    settings: Mapping[str, str] | TorchSettings | None = None,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> Runner:
    """Return the runner of one device: ``cpu``, ``cuda`` or ``cuda:N``.

    Raises:
        JoulegraphError: ``runner-missing`` without torch; ``device-unknown``, ``device-missing``;
            ``settings-invalid``.
    """
    if not isinstance(settings, TorchSettings):
        settings = settings_of(settings or {})
    torch = torch_package()
    return TorchRunner(torch, torch_device(torch, device), settings, clock)


class TorchRunner:
    """Runs shapes by torch on one device; see ``py.measure.runners.runner.Runner``."""

    def __init__(
        self, torch: Any, device: Any, settings: TorchSettings, clock: Callable[[], float]
    ) -> None:
        self._torch, self._device, self._settings = torch, device, settings
        self._tick = clock
        self._is_cuda = device.type == "cuda"
        if settings.threads is not None:
            torch.set_num_threads(settings.threads)
        if self._is_cuda:
            torch.cuda.set_device(device)
        torch.backends.cudnn.benchmark = settings.cudnn_benchmark

    @property
    def identity(self) -> Mapping[str, str]:
        torch, settings = self._torch, self._settings
        found = {
            "runner": "torch",
            "version": str(torch.__version__),
            "device": str(self._device),
            "layout": settings.layout,
            "batch_norm": settings.batch_norm,
            "launch": "eager",
            "cache_bytes": str(self.cache_bytes),
        }
        if self._is_cuda:
            return found | {
                "device_name": str(torch.cuda.get_device_name(self._device)),
                "cuda": str(torch.version.cuda),
                "cudnn": str(torch.backends.cudnn.version()),
                "cudnn_benchmark": "on" if settings.cudnn_benchmark else "off",
            }
        return found | {"threads": str(torch.get_num_threads())}

    @property
    def cache_bytes(self) -> int:
        """The last-level cache that the sets of inputs exceed together."""
        if self._settings.cache_bytes is not None:
            return self._settings.cache_bytes
        if self._is_cuda:
            found = getattr(
                self._torch.cuda.get_device_properties(self._device), "L2_cache_size", 0
            )
            return int(found) or _CACHE_BYTES
        return _CACHE_BYTES

    def needed_bytes(self, shape: Shape) -> int | None:
        """Return about how much memory a shape takes; None for one that can't run anyway."""
        if shape.dtype not in BYTES:
            return None
        try:
            if shape.op == "network":
                graph = read_network(shape, self._settings.models)
                program = self._program(shape)
                found = bytes_of_network(shape, graph, program.weight_names, self.cache_bytes)
            else:
                found = bytes_of_layer(shape, sizes_of(shape), self.cache_bytes)
        except NotRunnableError:
            return None
        return found + (_CUDA_BYTES if self._is_cuda else 0)

    def prepare(self, shape: Shape) -> Prepared:
        """Build a shape on the device and run it once.

        Raises:
            NotRunnableError: the shape can't run here, and why.
        """
        self._check(shape)

        def begin() -> None:
            self._set_precision(shape.dtype)

        begin()
        turn, sets = attempted(self._torch, lambda: self._built(shape))
        mode = nullcontext if shape.direction == "training" else self._torch.inference_mode
        prepared = TorchPrepared(self._torch, turn, sets, self._clock(), begin, mode)
        prepared.run(1)
        return prepared

    def _built(self, shape: Shape) -> tuple[Turn, int]:
        training = shape.direction == "training"
        if shape.op == "network":
            call: Any = self._program(shape)
            sets = self._sets_of_network(shape, call)
        else:
            sizes = sizes_of(shape)
            call = call_of(shape, sizes, self._torch)
            sets = self._sets(shape, sizes)
            self._check_output(call, sets[0], sizes)
        if training:
            inputs_too = shape.op != "network"
            return training_turn(self._torch, call, sets, inputs_too=inputs_too), len(sets)
        return forward_turn(call, sets), len(sets)

    def _program(self, shape: Shape) -> Program:
        graph = read_network(shape, self._settings.models)
        fold = self._settings.batch_norm == "folded"
        return program_of(graph, self._torch, training=shape.direction == "training", fold=fold)

    def _check_output(self, call: Any, first: Any, sizes: Sizes) -> None:
        with self._torch.inference_mode():
            found = tuple(call(*first[0], *first[1]).shape)
        if found != sizes.output:
            raise NotRunnableError(f"torch's output is {found}, and should be {sizes.output}")

    def _sets(self, shape: Shape, sizes: Sizes) -> list[Any]:
        """Return sets of inputs and weights of a layer."""
        place = self._place(shape)
        wanted = wanted_of(shape, sizes)
        if shape.op == "recurrent":
            made = recurrent_weights(shape, self._torch, self._device, place.dtype)
            inputs = self._inputs(place, wanted[0])
            return [(one, made) for one in inputs]
        together = sum(one.elements for part in wanted for one in part) * place.width_bytes
        count = count_of_sets(together, self.cache_bytes, free_bytes(str(self._device), Host()))
        inputs, weights = ([tensors(place, one, count) for one in part] for part in wanted)
        return [
            ([one[number] for one in inputs], [one[number] for one in weights])
            for number in range(count)
        ]

    def _sets_of_network(self, shape: Shape, program: Program) -> list[Any]:
        """Return sets of inputs of a network, with the same weights."""
        place = self._place(shape)
        weights = program.ready(program.made_weights(place))
        inputs = self._inputs(place, [Wanted(sides) for sides in program.inputs])
        return [(one, weights) for one in inputs]

    def _inputs(self, place: Place, wanted: Sequence[Wanted]) -> list[list[Any]]:
        together = sum(one.elements for one in wanted) * place.width_bytes
        count = count_of_sets(together, self.cache_bytes, free_bytes(str(self._device), Host()))
        made = [tensors(place, one, count) for one in wanted]
        return [[one[number] for one in made] for number in range(count)]

    def _place(self, shape: Shape) -> Place:
        dtype = getattr(self._torch, _DTYPES[shape.dtype])
        channels_last = self._settings.layout == "channels_last"
        return Place(self._torch, self._device, dtype, BYTES[shape.dtype], channels_last)

    def _clock(self) -> RunClock:
        if self._is_cuda:
            return EventClock(self._torch, self._device)
        return ProcessorClock(self._tick)

    def _set_precision(self, dtype: str) -> None:
        """Switch TensorFloat-32 on for ``tf32`` alone: it is on for convolutions by default."""
        allowed = dtype == "tf32"
        self._torch.backends.cuda.matmul.allow_tf32 = allowed
        self._torch.backends.cudnn.allow_tf32 = allowed

    def _check(self, shape: Shape) -> None:
        if shape.dtype not in BYTES:
            raise NotRunnableError(f"torch runs {', '.join(BYTES)} here, got {shape.dtype[:20]!r}")
        if shape.dtype == "tf32" and not self._is_cuda:
            raise NotRunnableError("tf32 is a precision of CUDA devices")
        if shape.direction not in ("forward", "training"):
            raise NotRunnableError(f"a run is forward or training, got {shape.direction[:20]!r}")
