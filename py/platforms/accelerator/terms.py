"""The terms of a layer's energy: every access of its mapping, at every level that it costs at."""

from dataclasses import replace

from py.platforms.accelerator.costs import AccessCosts, Charge, Widths
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.nest.access import Access, Kind
from py.platforms.accelerator.nest.dims import TENSORS
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.counted import Term
from py.platforms.estimate import STATIC

_VERBS: dict[Kind, str] = {
    "read": "read",
    "fill": "filled from outside",
    "drain": "sent outside",
    "update": "written back",
    "deliver": "brought to PEs",
    "hop": "handed from PE to PE",
    "collect": "taken from the array",
}
_WORDS = {"weight": "weights", "ifmap": "ifmap values", "ofmap": "outputs", "psum": "psums"}


def compute_term(macs: int, costs: AccessCosts, widths: Widths) -> Term:
    """Return what the MACs themselves cost."""
    why = f"{macs:,} MACs"
    if costs.kept_macs != 1.0:
        why += f" x {costs.kept_macs:.4g} (not skipped)"
    bits = float(max(widths.weight, widths.activation))
    return Term("computation", "mac", macs * costs.kept_macs, bits, costs.mac, why)


def access_terms(
    problem: Problem, found: dict[Access, int], costs: AccessCosts
) -> tuple[Term, ...]:
    """Return a term for each access that costs anything, where it costs."""
    terms = []
    elements = {tensor: problem.elements(tensor) for tensor in TENSORS}
    elements["psum"], macs = elements["ofmap"], problem.macs
    for access, words in found.items():
        tensor = access[0]
        for charge in costs.charges.get(access, ()):
            if charge.energy and words:
                why = _why(elements[tensor], macs, access, charge, words)
                terms.append(
                    Term(
                        reported(tensor),
                        charge.level,
                        words * charge.share,
                        charge.bits,
                        charge.energy,
                        why,
                    )
                )
    return tuple(terms)


def stream_terms(
    found: dict[Access, int], costs: AccessCosts, *, in_place: bool
) -> tuple[Term, ...]:
    """Return the terms of a layer that only moves data."""
    terms = []
    for access, words in found.items():
        for charge in costs.charges[access]:
            if charge.energy:
                what = f"{_verb(access, charge)}: {words:,} {_WORDS[access[0]]}, each once"
                why = f"{what}: neighbours write and read in place" if in_place else what
                terms.append(Term(access[0], charge.level, words, charge.bits, charge.energy, why))
    return tuple(terms)


def changed_terms(terms: tuple[Term, ...], hardware: Hardware) -> tuple[Term, ...]:
    """Return the terms with what a changed capacity does to their cost as a part of the reason."""
    said = {level.id: level.changed() for level in hardware.levels if level.change is not None}
    if not said:
        return terms
    return tuple(
        replace(term, why=f"{term.why}; {said[term.level]}") if term.level in said else term
        for term in terms
    )


def static_term(hardware: Hardware, time_s: float | None) -> Term | None:
    """Return what is drawn whatever is computed, where power, time and joules are known."""
    each = hardware.static_energy
    if each is None or time_s is None or hardware.clock_hz is None:
        return None
    cycles = time_s * hardware.clock_hz
    why = f"{hardware.idle_power_w:.4g} W for {cycles:,.0f} cycles"
    return Term(STATIC, STATIC, cycles, 0.0, each, why)


def reported(tensor: str) -> str:
    """Return the tensor of a breakdown: the energy of psums is the ofmap's (Yang 2017, III-A)."""
    return "ofmap" if tensor == "psum" else tensor


def _why(elements: int, macs: int, access: Access, charge: Charge, words: int) -> str:
    """Return a count as a formula; ``elements`` are those of the access's tensor."""
    tensor, _, kind = access
    verb = _verb(access, charge)
    times, left = divmod(words, elements)
    often = f"{times:,}" if not left else f"{words / elements:.4g}"
    spared = "" if charge.share == 1.0 else f" x {charge.share:.4g} (skipped MACs spare it)"
    if words == macs and kind in ("read", "update", "deliver"):
        return f"{verb}: {words:,} {_WORDS[tensor]}, one for every MAC{spared}"
    return f"{verb}: {elements:,} {_WORDS[tensor]} x {often}{spared}"


def _verb(access: Access, charge: Charge) -> str:
    if charge.passing:
        return "written on its way in" if charge.written else "read on its way in"
    return _VERBS[access[2]]
