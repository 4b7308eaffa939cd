"""An accelerator as a platform: a layer in, its energy by tensor and level out."""

import math
from collections.abc import Mapping as Known
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from py.errors import JoulegraphError
from py.layers.layer import Layer, Zeros
from py.layers.loops import LoopNest
from py.notes import Note
from py.platforms.accelerator.altered import Altered, altered_notes
from py.platforms.accelerator.best import Best, NotFoundError
from py.platforms.accelerator.choice import Choice, LayerQuestion
from py.platforms.accelerator.chooser import Chooser
from py.platforms.accelerator.costs import AccessCosts, Widths, access_costs
from py.platforms.accelerator.counted import counted, counting
from py.platforms.accelerator.delay import Delay, delay_of
from py.platforms.accelerator.fused import beside_map, costs_on_chip, meeting_level
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.level import MemoryLevel
from py.platforms.accelerator.mapper.ask.picks import LONGEST
from py.platforms.accelerator.mapper.worth import Objective
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.problem import flat, problem_notes, problem_of
from py.platforms.accelerator.streams import stream
from py.platforms.accelerator.terms import (
    access_terms,
    changed_terms,
    compute_term,
    static_term,
    stream_terms,
)
from py.platforms.counted import CountedEstimate, Fused, Term
from py.platforms.estimate import Estimate, Interval
from py.platforms.platform import Level, Standing

_LESS = {
    "energy": "cost up to {} % less",
    "delay": "take up to {} % less time",
    "energy_delay": "have up to {} % less energy times delay",
}
"""What another mapping may have less of, by the objective."""


@dataclass(frozen=True, eq=False)
class Accelerator:
    """A platform of kind ``accelerator``; see ``Hardware`` for what it is made of.

    ``dataflow`` is the name of the mapping space that is searched, by default the file's first, for
    the mapping that has the least of the ``objective``.
    ``held``: layers are priced with the mappings last found for their shapes, without a search,
    where one can be made to fit and the best one is not known; the estimate's mapping says so.
    ``file`` is what the file has where the array or the clock are others.
    """

    id: str
    name: str
    hash: str
    hardware: Hardware
    dataflow: str | None = None
    kind: str = "accelerator"
    held: bool = False
    objective: Objective = "energy"
    file: Altered | None = None
    _estimates: dict[Any, CountedEstimate | None] = field(
        default_factory=dict, init=False, repr=False
    )
    _costs: dict[Any, AccessCosts] = field(default_factory=dict, init=False, repr=False)
    _learnt: dict[LayerQuestion, Choice | JoulegraphError] = field(
        default_factory=dict, init=False, repr=False
    )

    @cached_property
    def _chooser(self) -> Chooser:
        hardware = self.hardware
        dataflow = hardware.dataflow(self.dataflow)
        return Chooser(self.hash, hardware, dataflow, self.objective, counting(hardware))

    @property
    def levels(self) -> tuple[Level, ...]:
        return self.hardware.shown_levels()

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return what the file remarks, and what is other than in the file."""
        changed = (level for level in self.hardware.levels if level.change is not None)
        said = (Note("platform-remark", text) for text in self.hardware.remarks)
        altered = altered_notes(self.name, self.hardware, self.file)
        return (*said, *(_changed(level) for level in changed), *altered)

    @property
    def native_bits(self) -> tuple[int, int]:
        return self.hardware.weight_bits, self.hardware.activation_bits

    @property
    def host(self) -> Standing | None:
        return None

    @property
    def idle(self) -> Standing | None:
        """Nothing apart: what a file knows of it is static energy of the layers."""
        return None

    def combined(self, _priced: Sequence[tuple[Layer, Estimate]], /) -> Interval | None:
        """Return nothing: what is counted is not spread."""
        return None

    def element_bits(self, dtype: str) -> int | None:
        return self.hardware.element_bits.get(dtype)

    def as_json(self) -> dict[str, Any]:
        hardware = self.hardware
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "hash": self.hash,
            "word_bits": hardware.word_bits,
            "mac_energy_j": hardware.mac_energy_j,
            "clock_hz": hardware.clock_hz,
            "file_clock_hz": hardware.clock_hz if self.file is None else self.file.clock_hz,
            "array": self._axes(),
            "levels": [level.as_json() for level in self.levels],
            "dataflow": hardware.dataflow(self.dataflow).id,
            "objective": self.objective,
            "dataflows": [{"id": flow.id, "name": flow.name} for flow in hardware.dataflows],
        }

    def _axes(self) -> list[dict[str, Any]]:
        array = self.hardware.array
        own = array.pes if self.file is None else self.file.pes
        return [
            {"name": name, "pes": pes, "file_pes": before}
            for name, pes, before in zip(array.names, array.pes, own, strict=True)
        ]

    def widths(self, layer: Layer) -> Widths:
        """Return the widths a layer runs at: its own where it has them, else the native ones."""
        activation = layer.bits.activation or self.hardware.activation_bits
        return Widths(
            layer.bits.weight or self.hardware.weight_bits,
            activation,
            max(self.hardware.psum_bits, activation),
        )

    def estimate(self, layer: Layer) -> CountedEstimate | None:
        """Return what a layer costs under its best mapping.

        Layers with MACs are mapped (Yang et al. 2017, section III); others cost what they move.
        None if the layer's sizes are unknown.

        Raises:
            JoulegraphError: ``does-not-fit`` when no mapping fits.
        """
        key = (
            *(layer.kind, layer.loops, layer.macs, layer.bits, layer.zeros, layer.in_place),
            *(layer.ifmap_elements, layer.weight_elements, layer.ofmap_elements, layer.op_types),
        )
        if key not in self._estimates:
            self._estimates[key] = self._estimate(layer)
        return self._estimates[key]

    def _estimate(self, layer: Layer) -> CountedEstimate | None:
        widths = self.widths(layer)
        costs = self._access_costs(widths, layer.zeros)
        if layer.loops is None:
            return self._moved(layer, widths, costs)
        if layer.macs is None or layer.ofmap_elements is None:
            return None
        return self._mapped(layer, layer.loops, widths, costs)

    def _access_costs(self, widths: Widths, zeros: Zeros) -> AccessCosts:
        costs = self._costs.get((widths, zeros))
        if costs is None:
            costs = self._costs[widths, zeros] = access_costs(self.hardware, widths, zeros)
        return costs

    def _moved(self, layer: Layer, widths: Widths, costs: AccessCosts) -> CountedEstimate | None:
        found = stream(layer, self.hardware)
        if found is None or layer.macs:
            return None
        delay = delay_of(self.hardware, found, costs, compute=None, active_pes=1)
        terms = stream_terms(found, costs, in_place=layer.in_place)
        return self._answer(terms, widths, delay)

    def _mapped(
        self, layer: Layer, loops: LoopNest, widths: Widths, costs: AccessCosts
    ) -> CountedEstimate:
        dataflow = self.hardware.dataflow(self.dataflow)
        notes = problem_notes(layer, loops)
        try:
            problem, answer = self._chosen(layer, loops, widths, costs)
        except NotFoundError:
            quick = self._chooser.held(loops, widths, costs)
            if quick is not None:
                return self.price(*quick, widths, costs, notes=notes, held=True)
            problem, answer = self._chooser.chosen(loops, widths, costs)
        if answer.cut:
            what = ", ".join(f"{dim} at the {level}" for level, dim in answer.cut)
            text = f"{dataflow.name} takes these loops whole, which does not fit: {what} is cut."
            notes = (*notes, Note("cut", text))
        if answer.found.gap:
            most = 5 * math.ceil(20 * answer.found.gap)
            text = f"Mapped with limited effort: another mapping may {self._less(most)}."
            notes = (*notes, Note("gap", text))
        if max(problem.extents) > LONGEST:
            text = f"Of loops longer than {LONGEST} tiles are looked at in steps of a 64th: "
            notes = (*notes, Note("steps", text + "one in between may be better."))
        return self.price(
            problem,
            answer.found.mapping,
            widths,
            costs,
            looked_at=answer.found.looked_at,
            gap=answer.found.gap,
            notes=notes,
        )

    def _chosen(
        self, layer: Layer, loops: LoopNest, widths: Widths, costs: AccessCosts
    ) -> tuple[Problem, Best]:
        """Return what was learnt, else the best mapping; without a search where it is ``held``."""
        learnt = self._learnt.get(LayerQuestion(loops, widths, layer.zeros))
        if learnt is None:
            return self._chooser.chosen(loops, widths, costs, search=not self.held)
        if isinstance(learnt, JoulegraphError):
            raise learnt
        same = flat(loops) if learnt.flat else None
        return problem_of(same or loops), learnt.best

    def question_of(self, layer: Layer) -> LayerQuestion | None:
        """Return what the choice of a layer's mapping depends on; None where nothing is mapped."""
        if layer.loops is None or layer.macs is None or layer.ofmap_elements is None:
            return None
        return LayerQuestion(layer.loops, self.widths(layer), layer.zeros)

    def choice_of(self, question: LayerQuestion) -> Choice:
        """Return what is chosen for a layer, by a search where it was not found before.

        Raises:
            JoulegraphError: ``does-not-fit`` when no mapping fits.
        """
        costs = self._access_costs(question.widths, question.zeros)
        problem, answer = self._chooser.chosen(question.loops, question.widths, costs)
        return Choice(problem != problem_of(question.loops), answer)

    def choices_as_json(self) -> dict[str, Any]:
        """Return all that choices depend on beside the layer: the file, and what is other in it."""
        hardware = self.hardware
        return {
            "platform": self.hash,
            "dataflow": hardware.dataflow(self.dataflow).id,
            "objective": self.objective,
            "array": list(hardware.array.pes),
            "capacities": {
                level.id: level.change.now for level in hardware.levels if level.change is not None
            },
            "clock_hz": hardware.clock_hz,
        }

    def learn(self, choices: Known[LayerQuestion, Choice | JoulegraphError]) -> None:
        """Take over what the same engine has chosen elsewhere for the same platform, or refused."""
        self._learnt.update(choices)

    def fused(self, first: Layer, second: Layer) -> Fused | None:
        """Return what two layers cost with the map between them on chip; see ``fused``."""
        level, elements = meeting_level(self.hardware), first.ofmap_elements
        if level is None or elements is None:
            return None
        bits = elements * self.widths(first).activation
        found = [
            self._beside_map(layer, level, bits, tensor)
            for layer, tensor in ((first, "ofmap"), (second, "ifmap"))
        ]
        one, other = found
        return None if one is None or other is None else Fused(level.id, bits, (one, other))

    def _beside_map(
        self, layer: Layer, level: MemoryLevel, bits: int, tensor: str
    ) -> CountedEstimate | None:
        """Return what a layer costs with a map, its ``tensor``, in a level; None without room."""
        hardware = beside_map(self.hardware, level, bits, tensor, self.widths(layer).activation)
        if hardware is None:
            return None
        widths = self.widths(layer)
        costs = access_costs(hardware, widths, layer.zeros)
        costs = costs_on_chip(costs, hardware, level, widths, tensor)
        own = replace(self, hardware=hardware, hash=f"{self.hash} {tensor} on chip")
        if layer.loops is None:
            return own._moved(layer, widths, costs)
        return own._mapped(layer, layer.loops, widths, costs)

    def mapping_of(self, layer: Layer) -> tuple[Problem, Mapping] | None:
        """Return the loops of a layer with MACs and the mapping that its estimate is for.

        Raises:
            JoulegraphError: ``does-not-fit`` when no mapping fits.
        """
        if layer.loops is None or layer.macs is None:
            return None
        widths = self.widths(layer)
        costs = access_costs(self.hardware, widths, layer.zeros)
        problem, answer = self._chooser.chosen(layer.loops, widths, costs)
        return problem, answer.found.mapping

    def price(
        self,
        problem: Problem,
        mapping: Mapping,
        widths: Widths,
        costs: AccessCosts,
        *,
        looked_at: int | None = None,
        gap: float | None = None,
        notes: tuple[Note, ...] = (),
        held: bool = False,
    ) -> CountedEstimate:
        """Return what a problem costs under a given mapping, ``held`` from before or not."""
        hardware = self.hardware
        counts = counted(problem, hardware, mapping, self._chooser.counting)
        found, work = counts.accesses, counts.work
        delay = delay_of(hardware, found, costs, compute=work.cycles, active_pes=work.active_pes)
        terms = (
            compute_term(problem.macs, costs, widths),
            *access_terms(problem, found, costs),
        )
        shown = {
            "dataflow": hardware.dataflow(self.dataflow).id,
            **counts.shown,
            "active_pes": work.active_pes,
            "pes": hardware.machine.pes,
            "cycles": work.cycles,
            "delay": None if delay is None else delay.as_json(),
            "utilisation": problem.macs / (work.cycles * hardware.machine.pes),
            "objective": self.objective,
            "looked_at": looked_at,
            "gap": gap,
            **({"held": True} if held else {}),
        }
        return self._answer(terms, widths, delay, mapping=shown, notes=notes)

    def _less(self, percent: int) -> str:
        return _LESS[self.objective].format(percent)

    def _answer(
        self,
        terms: tuple[Term, ...],
        widths: Widths,
        delay: Delay | None,
        *,
        mapping: dict[str, Any] | None = None,
        notes: tuple[Note, ...] = (),
    ) -> CountedEstimate:
        hardware = self.hardware
        time = None
        if delay is not None and hardware.clock_hz is not None:
            time = delay.cycles / hardware.clock_hz
        terms = changed_terms(terms, hardware)
        static = static_term(hardware, time)
        return CountedEstimate(
            terms=terms if static is None else (*terms, static),
            origin="modelled",
            bits={"weight": widths.weight, "activation": widths.activation, "psum": widths.psum},
            mac_energy_j=hardware.mac_energy_j,
            time_s=time,
            mapping=mapping,
            notes=notes,
        )


def _changed(level: MemoryLevel) -> Note:
    scaled = level.change is not None and level.change.times is not None
    text = f"{level.name}, changed: the energy of a word is the file's {level.changed()}."
    return Note("capacity" if scaled else "unscaled", text)
