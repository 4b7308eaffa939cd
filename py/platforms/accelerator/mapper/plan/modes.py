"""The orders that matter: which tensor stays while loops turn, and where a window slides."""

from collections.abc import Iterator
from dataclasses import dataclass

from py.platforms.accelerator.mapper.ask.places import Places
from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, REUSED_BY, TENSORS


@dataclass(frozen=True, slots=True)
class Mode:
    """How the loops of one stage are ordered, and what that asks of them.

    ``stationary``: the loops that this tensor does not depend on run innermost. ``still`` are loops
    that the stage must not have. ``passes`` are tensors that the stage does not refill: none of
    the loops they depend on is there. ``slide`` is the innermost of the loops that the ifmap
    depends on, None where it does not matter.
    """

    stationary: str
    still: str = ""
    passes: tuple[str, ...] = ()
    slide: str | None = None

    @property
    def order(self) -> str:
        """All loops, outermost first."""
        inner = REUSED_BY[self.stationary]
        outer = [dim for dim in DIMS if dim not in inner]
        found = [*outer, *inner]
        if self.slide is not None:
            group = inner if self.slide in inner else "".join(outer)
            found.remove(self.slide)
            last = max(found.index(dim) for dim in group if dim != self.slide)
            found.insert(last + 1, self.slide)
        return "".join(found)


@dataclass(frozen=True, slots=True)
class Turned:
    """What of the loops outside a boundary counts for the tensors inside.

    ``counted`` has for weight, ifmap and ofmap the boundary down to which the loops that it does
    not depend on turn outside its fill; ``slide`` is the loop along which the ifmap's window slides
    and the boundary over whose tiles it does.
    """

    counted: tuple[int, int, int] = (0, 0, 0)
    slide: tuple[str, int] | None = None

    def held(self, stage: int, places: Places) -> tuple[str, ...]:
        """Return the tensors that cost less inside a stage than its tiles alone would tell."""
        fresh = places.turned(stage) if stage else 0
        return tuple(
            tensor
            for tensor, counted in zip(TENSORS, self.counted, strict=True)
            if counted < fresh or (tensor == "ifmap" and self.slide is not None)
        )

    def after(self, mode: Mode, stage: int, places: Places) -> "Turned":
        """Return the same after the loops of one more stage."""
        counted = tuple(
            before
            if tensor in mode.passes
            else (places.around(stage) if tensor == mode.stationary else places.turned(stage))
            for tensor, before in zip(TENSORS, self.counted, strict=True)
        )
        slide = self.slide
        if "ifmap" not in mode.passes:
            slide = None if mode.slide is None else (mode.slide, places.turned(stage))
        return Turned((counted[0], counted[1], counted[2]), slide)


def modes(
    stage: int,
    turned: Turned,
    places: Places,
    *,
    demanded: str | None,
    long: set[str],
    slides: str,
) -> Iterator[Mode]:
    """Give the orders of a stage's loops worth looking at.

    ``demanded`` is the tensor that the space wants stationary. ``long`` are the loops that the
    stage may have. ``slides``: the loops along which windows may slide so that a level inside keeps
    something of the turn before.
    """
    found = False
    for tensor in TENSORS:
        still = ""
        if demanded is not None and tensor != demanded:
            still = "".join(dim for dim in REUSED_BY[demanded] if dim in long)
        if not long & set(REUSED_BY[tensor]) - set(still):
            continue  # without such a loop it is one of the other orders
        found = True
        for slide in _slides(tensor, slides, long - set(still)):
            yield Mode(tensor, still, (), slide)
    if not found:
        yield Mode(demanded or TENSORS[0])
    held = turned.held(stage - 1, places)
    for tensor in held:
        still = "".join(dim for dim in DEPENDS[tensor] if dim in long)
        for slide in _slides(tensor, "" if tensor == "ifmap" else slides, long - set(still)):
            yield Mode(tensor, still, (tensor,), slide)
    if len(held) > 1:
        yield Mode(demanded or TENSORS[0], "".join(sorted(long)), TENSORS)


def _slides(tensor: str, slides: str, long: set[str]) -> list[str | None]:
    windows = [dim for dim in slides if dim in long]
    if tensor != "ifmap":
        windows = [dim for dim in windows if dim in REUSED_BY[tensor]]
    return [*windows] or [None]
