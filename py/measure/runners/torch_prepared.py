"""A layer or network on its device, ready to run."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from py.measure.runners.torch_clock import RunClock
from py.measure.runners.torch_faults import attempted, empty_caches

Turn = Callable[[int], object]
"""Runs one of the sets of inputs, by its number."""


class TorchPrepared:
    """Sets of inputs that are run in turn; see ``py.measure.runners.runner.Prepared``.

    ``begin`` sets what is global in torch for this shape's precision, and ``mode`` is the context
    in which it runs: of inference, or none.
    """

    def __init__(
        self,
        torch: Any,
        turn: Turn,
        sets: int,
        clock: RunClock,
        begin: Callable[[], None],
        mode: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._torch, self._turn, self._sets = torch, turn, sets
        self._clock, self._begin, self._mode = clock, begin, mode
        self._next = 0
        self._closed = False

    def run(self, times: int) -> tuple[float, ...]:
        if self._closed or times < 1:
            raise ValueError(f"TorchPrepared: open and run once or more, got {times} times")
        self._begin()
        return attempted(self._torch, lambda: self._seconds(times))

    def close(self) -> None:
        self._closed = True
        self._turn = _nothing
        empty_caches(self._torch)

    def _seconds(self, times: int) -> tuple[float, ...]:
        with self._mode():
            return self._clock.seconds(self._step, times)

    def _step(self) -> None:
        self._turn(self._next)
        self._next = (self._next + 1) % self._sets


def _nothing(number: int) -> None:
    raise ValueError(f"TorchPrepared: closed, got a run of set {number}")


def forward_turn(call: Callable[..., Any], sets: list[Any]) -> Turn:
    """Return what runs forward alone."""
    flat = [(*inputs, *weights) for inputs, weights in sets]

    def turn(number: int) -> None:
        call(*flat[number])

    return turn


def training_turn(
    torch: Any, call: Callable[..., Any], sets: list[Any], *, inputs_too: bool
) -> Turn:
    """Return what runs forward and backward: gradients of the weights, and of the inputs too.

    The gradient that comes from above is random, and the same in every run.
    """
    prepared = []
    with torch.inference_mode():
        sample = call(*sets[0][0], *sets[0][1])
    above = torch.randn(sample.shape, device=sample.device, dtype=torch.float32).to(sample.dtype)
    for inputs, weights in sets:
        weights = [one.detach().requires_grad_() for one in weights]
        if inputs_too:
            inputs = [one.detach().requires_grad_() for one in inputs]
        prepared.append((inputs, weights, [*weights, *(inputs if inputs_too else ())]))
    gradients = torch.autograd.grad

    def turn(number: int) -> None:
        inputs, weights, asked = prepared[number]
        gradients(call(*inputs, *weights), asked, above, allow_unused=True)

    return turn
