"""An onnxruntime session with its inputs and outputs bound: what is run again and again."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from py.measure.runners.copies import sets_of


class BoundSession:
    """A model ready to run; its inputs taken in turn, its outputs written where there is room."""

    def __init__(
        self,
        session: Any,
        sets: Sequence[Mapping[str, Any]],
        copies: int,
        place: tuple[str, int],
        held: Sequence[Any],
    ) -> None:
        self._session, self._copies, self._held = session, copies, held
        self._turn = 0
        self._bindings: list[Any] = []
        room: list[Any] = []
        for inputs in sets:
            binding = session.io_binding()
            for name, value in inputs.items():
                binding.bind_ortvalue_input(name, value)
            if not self._bindings:
                for output in session.get_outputs():
                    binding.bind_output(output.name, *place)
                session.run_with_iobinding(binding)
                made = list(binding.get_outputs())
                if copies > 1:
                    turns = sets_of({"": made[0].shape()})
                    room = [made[copy % turns] for copy in range(copies)]
                else:
                    room = made
            for output, value in zip(session.get_outputs(), room, strict=True):
                binding.bind_ortvalue_output(output.name, value)
            self._bindings.append(binding)

    def run(self, times: int) -> tuple[float, ...]:
        found = []
        session, bindings = self._session, self._bindings
        for _ in range(times):
            binding = bindings[self._turn]
            self._turn = (self._turn + 1) % len(bindings)
            began = time.perf_counter()
            session.run_with_iobinding(binding)
            found.append((time.perf_counter() - began) / self._copies)
        return tuple(found)

    def close(self) -> None:
        self._bindings.clear()
        self._session = None
