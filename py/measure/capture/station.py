"""Where shapes are measured: a process that is started anew whenever one dies."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from py.columns import printable
from py.errors import JoulegraphError
from py.measure.capture.child import Child, ChildDiedError
from py.measure.capture.columns import FAILED
from py.measure.capture.method import Method
from py.measure.capture.time_limit import time_limit_s
from py.measure.machine.redacted import free_text
from py.measure.meters.report import MeterReport
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

_OPEN_LIMIT_S = 300.0
_IDLE_LIMIT_S = 60.0
_MOST_DEAD_STARTS = 3
_MOST_DEATHS_IN_A_ROW = 8
_MOST_DOUBTS_IN_A_ROW = 30
_SAID = 3
_MOST_NOTE = 300

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Equipment:
    """What measures: a runner on a device, with its settings, and a method.

    ``meters`` are those that were found to work; a text is a function, ``module:function``, that
    returns others.
    """

    runner: str
    device: str
    method: Method
    settings: Mapping[str, str] = field(default_factory=dict)
    meters: tuple[MeterReport, ...] | str = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """What an open station says of itself.

    ``meters`` are the names of those that are read, ``gpu`` is NVML's index of the device.
    ``unknown`` says why it isn't known which of several GPUs the device is, so none is read.
    """

    identity: Mapping[str, str]
    meters: tuple[str, ...]
    measured: str
    gpu: int | None = None
    unknown: str = ""


class Station:
    """Measures shapes, one at a time; a context that ends its process."""

    def __init__(
        self,
        equipment: Equipment,
        limit_s: Callable[[Shape, Method], float] = time_limit_s,
    ) -> None:
        self._equipment = equipment
        self._limit_s = limit_s
        self._child: Child | None = None
        self._deaths = self._doubts = 0
        self.opened: Opened | None = None

    def __enter__(self) -> "Station":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def process_id(self) -> int | None:
        """The process that measures, where there is one."""
        return None if self._child is None else self._child.process_id

    def open(self) -> Opened:
        """Start the process, unless it runs, and return what it is.

        Raises:
            JoulegraphError: the runner can't be opened, or its process dies again and again.
        """
        if self._child is not None and self.opened is not None:
            return self.opened
        said: tuple[str, ...] = ()
        how = ""
        for _ in range(_MOST_DEAD_STARTS):
            try:
                self._child = Child()
                answer = self._child.ask({"open": asdict(self._equipment)}, _OPEN_LIMIT_S)
            except ChildDiedError as death:
                how = str(death)
                said = () if self._child is None else self._child.last_words
                self.stop()
                continue
            self.opened = self._checked(answer)
            return self.opened
        raise self._dead(f"could not be started: {how}, {_MOST_DEAD_STARTS} times", said)

    def measure(self, shape: Shape) -> Cells:
        """Return the cells that measuring gave, or a note on why it gave none.

        Raises:
            JoulegraphError: ``runner-dies``: no shape goes well any more.
        """
        if shape.op == NETWORK and self._equipment.device == "cpu":
            # As people run it: in the memory of a process that ran hundreds of layers before,
            # MobileNetV2 was seen to take half as long again.
            self.stop()
        return self._asked({"measure": asdict(shape)}, self._limit_s(shape, self._equipment.method))

    def idle(self) -> Cells:
        """Return the cells of a window in which nothing runs."""
        return self._asked({"idle": True}, _IDLE_LIMIT_S + 20 * self._equipment.method.idle_s)

    def stop(self) -> None:
        """End the process, if there is one, at once."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    def _asked(self, message: Mapping[str, Any], limit_s: float) -> Cells:
        self.open()
        child = self._child
        assert child is not None
        try:
            answer = child.ask(message, limit_s)
        except ChildDiedError as death:
            self.stop()
            self._deaths += 1
            if self._deaths >= _MOST_DEATHS_IN_A_ROW:
                raise self._dead(
                    f"ended {self._deaths} times in a row: {death}", child.last_words
                ) from None
            return {"note": _note(f"{FAILED}: {death}")}
        self._deaths = 0
        self._doubts = self._doubts + 1 if answer.get("doubtful") else 0
        if answer.get("doubtful"):
            self.stop()
        cells = answer.get("cells")
        if not isinstance(cells, dict):
            return {"note": f"{FAILED}: the process answered nonsense"}
        if self._doubts >= _MOST_DOUBTS_IN_A_ROW:
            raise self._dead(f"failed {self._doubts} times in a row: {cells.get('note')}", ())
        found = {str(name): str(text) for name, text in cells.items()}
        return found | {"note": _note(found.get("note", ""))}

    def _checked(self, answer: Mapping[str, Any]) -> Opened:
        """Return what the process opened.

        Raises:
            JoulegraphError: as it says.
        """
        if "refused" in answer:
            self.stop()
            code, message, remedy = answer["refused"]
            raise JoulegraphError(code, message, remedy)
        opened = answer["opened"]
        return Opened(
            opened["identity"],
            tuple(opened["meters"]),
            opened["measured"],
            opened["gpu"],
            opened["unknown"],
        )

    def _dead(self, how: str, said: tuple[str, ...]) -> JoulegraphError:
        words = " | ".join(printable(line) for line in said[-_SAID:])
        return JoulegraphError(
            "runner-dies",
            f"The process that runs {self._equipment.runner} on {self._equipment.device} {how}"
            f"{f' (its last words: {words[:600]})' if words else ''}.",
            "Try the runner by itself, or choose another --runner or --device.",
        )


def _note(text: str) -> str:
    """Return a note as it is kept: libraries name files of whoever installed them."""
    return free_text(text, _MOST_NOTE) or ""
