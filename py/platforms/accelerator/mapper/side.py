"""What is the same for all mappings in which each level keeps the same tensors."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from py.platforms.accelerator.mapper.ask.asked import Asked, Kept
from py.platforms.accelerator.mapper.ask.loops import TAIL
from py.platforms.accelerator.mapper.plan.bill import Bill
from py.platforms.accelerator.mapper.plan.factors import Factors, counting
from py.platforms.accelerator.mapper.plan.flows import Costs, flows_of
from py.platforms.accelerator.mapper.plan.modes import Mode
from py.platforms.accelerator.mapper.plan.offers import Offers
from py.platforms.accelerator.mapper.plan.plans import plans
from py.platforms.accelerator.mapper.settle import Chains
from py.platforms.accelerator.nest.dims import REUSED_BY, TENSORS, WINDOWS
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.turns import turns


class Side:
    """What is the same for all mappings in which each level keeps the same tensors."""

    def __init__(self, asked: Asked, costs: Costs) -> None:
        self.asked = asked
        problem, places = asked.problem, asked.places
        self.flows, constant = flows_of(asked.machine, asked.kept, costs)
        self.fixed = constant.per_mac * problem.macs
        self.fixed += constant.per_output * problem.elements("ofmap")
        plain = prod(problem.extent(dim) for dim in "ngc")
        self.prices = [
            flow.price * (plain if flow.tensor == "ifmap" else problem.elements(flow.tensor))
            for flow in self.flows
        ]
        self._factors = Factors(problem, asked.machine, places)
        stages = places.levels
        if places.array < stages and not any(
            flow.level == stages and not flow.every_turn for flow in self.flows
        ):
            stages -= 1  # whatever is inside, MACs cost the same
        offers = Offers(asked)
        self.bills = [
            Bill(offers, self.flows, self.prices, plan) for plan in plans(asked, self.flows, stages)
        ]

    def energy(self, factors: Sequence[int]) -> float:
        """Return the energy of a mapping whose flows have such factors."""
        energy = self.fixed
        for price, factor in zip(self.prices, factors, strict=True):
            energy += price * factor
        return energy

    def factors(self, bill: Bill, chains: Chains) -> tuple[int, ...]:
        """Return the factor of each flow, with a plan's orders and with tiles of such sizes.

        They tell how many words all accesses take that cost energy.
        """
        places, found = self.asked.places, []
        for flow in self.flows:
            turned = bill.plan.turned[min(flow.level, len(bill.plan.turned)) - 1]
            end, counted, inside, together = counting(flow, turned, places)
            factor = 1
            for dim in REUSED_BY[flow.tensor]:
                if dim in TAIL:
                    factor *= turns(
                        chains[dim][: end + 1],
                        counted,
                        array=places.array,
                        inside=inside,
                        together=together,
                    )
            for axis, (out, tap) in enumerate(WINDOWS):
                factor *= self._factors.of(flow, axis, chains[out], chains[tap], turned)
            found.append(factor)
        return tuple(found)

    def orders(self, bill: Bill) -> tuple[str, ...]:
        """Return the order of each level's loops."""
        orders = [mode.order for mode in bill.plan.modes]
        for demanded in self.asked.space.stationary[len(orders) :]:
            orders.append(Mode(demanded or TENSORS[0]).order)
        return tuple(orders)


def keepings(machine: Machine) -> Iterator[Kept]:
    """Give who may keep what: one entry for each level but the outermost."""
    may = {"kept": (True,), "bypassed": (False,), "either": (True, False)}
    levels = [product(*(may[keeps] for keeps in memory.keeps)) for memory in machine.memories[1:]]
    for kept in product(*levels):
        yield tuple((weight, ifmap, ofmap) for weight, ifmap, ofmap in kept)
