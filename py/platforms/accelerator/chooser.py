"""Which mapping a layer gets: the best one of a dataflow's space, or the one held from before."""

from dataclasses import dataclass
from math import fsum

from py.errors import JoulegraphError
from py.layers.loops import LoopNest
from py.platforms.accelerator.best import EFFORT, EFFORT_WITHOUT_RULES, Best, best, worth_of
from py.platforms.accelerator.costs import AccessCosts, Widths
from py.platforms.accelerator.counted import Counting, counted
from py.platforms.accelerator.dataflow import ANY, Dataflow
from py.platforms.accelerator.delay import delay_of
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.held import held, remember
from py.platforms.accelerator.mapper.worth import Objective
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.problem import flat, problem_of


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses mappings on a hardware, in a dataflow's space, by an objective.

    ``platform`` tells the hardware from others, whatever room its levels have; ``counting`` is its
    own (see ``counted``).
    """

    platform: str
    hardware: Hardware
    dataflow: Dataflow
    objective: Objective
    counting: Counting

    @property
    def where(self) -> tuple[str, str, str]:
        """Return where mappings are held."""
        return self.platform, self.dataflow.id, self.objective

    def chosen(
        self, loops: LoopNest, widths: Widths, costs: AccessCosts, *, search: bool = True
    ) -> tuple[Problem, Best]:
        """Return the best mapping, of flat inputs where a fully connected layer is cut on maps.

        Raises:
            JoulegraphError: ``does-not-fit``.
            NotFoundError: it was not found before, and there is to be no ``search``.
        """
        asked = problem = problem_of(loops)
        answer = self._best(problem, widths, costs, search=search)
        if answer.cut and (same := flat(loops)) is not None:
            on_flat = problem_of(same)
            other = self._best(on_flat, widths, costs, search=search)
            if other.found.value <= answer.found.value:
                problem, answer = on_flat, other
        remember(self.where, asked, problem, answer.found.mapping)
        return problem, answer

    def held(
        self, loops: LoopNest, widths: Widths, costs: AccessCosts
    ) -> tuple[Problem, Mapping] | None:
        """Return the mapping last found for a layer's shape, made to fit; None if there is none."""
        same = flat(loops)
        bits = (widths.weight, widths.activation, widths.psum)
        machine = self.hardware.machine_at(*bits)
        on_flat = None if same is None else problem_of(same)
        problem, fitted = held(
            self.where, problem_of(loops), on_flat, machine, self.dataflow.space, bits
        )
        if len(fitted) <= 1:
            return (problem, fitted[0]) if fitted else None
        return problem, min(fitted, key=lambda mapping: self._value(problem, mapping, costs))

    def _value(self, problem: Problem, mapping: Mapping, costs: AccessCosts) -> float:
        """Return how much of the objective a mapping takes."""
        counts = counted(problem, self.hardware, mapping, self.counting)
        words, work, energies = counts.accesses, counts.work, costs.energies()
        energy = fsum(energies.get(access, 0.0) * count for access, count in words.items())
        delay = delay_of(
            self.hardware, words, costs, compute=work.cycles, active_pes=work.active_pes
        )
        assert delay is not None, "compute takes its cycles"
        return worth_of(self.objective, problem, self.hardware, costs).of(energy, delay.cycles)

    def _best(self, problem: Problem, widths: Widths, costs: AccessCosts, *, search: bool) -> Best:
        """Return the best mapping; without constraints none worse than with the default ones."""
        hardware, default = self.hardware, self.hardware.dataflow()
        known = None
        looks = EFFORT
        if self.dataflow.id == ANY != default.id:
            looks = EFFORT_WITHOUT_RULES
            try:
                known = best(
                    *(problem, hardware, default.space, widths, costs),
                    objective=self.objective,
                    looks=EFFORT,
                    search=search,
                ).found
            except JoulegraphError as error:
                if error.code != "does-not-fit":
                    raise
        return best(
            *(problem, hardware, self.dataflow.space, widths, costs),
            objective=self.objective,
            known=known,
            looks=looks,
            search=search,
        )
