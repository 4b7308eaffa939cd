"""How far the ifmap's stretches of a stage's tiles reach, or the least that they may."""

from dataclasses import replace
from functools import lru_cache

from py.platforms.accelerator.mapper.ask.picks import Pick
from py.platforms.accelerator.nest.stretch import Slide, Window, stretches

_FAR = 1 << 60


def closed(window: Window, outs: int, taps: int) -> bool:
    """Return whether what outputs and taps use has no gaps."""
    if window.dilation == 1:
        return window.stride <= taps
    return window.stride == 1 and window.dilation <= outs


@lru_cache(maxsize=4096)
def distinct(window: Window, outs: int, taps: int) -> int:
    """Return the elements along a window that are used at all: no way of tiling takes fewer."""
    if closed(window, outs, taps):
        return stretches(window, (outs,), (taps,))
    used = {
        out * window.stride + tap * window.dilation for out in range(outs) for tap in range(taps)
    }
    if window.image is None:
        return len(used)
    before, size = window.image
    return len([at for at in used if before <= at < before + size])


def _solid(window: Window, outs: int, taps: int) -> bool:
    """Return whether what a tile uses has no gaps."""
    if outs == 1:
        return taps == 1 or window.dilation == 1
    if taps == 1:
        return window.stride == 1
    return closed(window, outs, taps)


def _solid_in_all(
    window: Window, extents: tuple[int, int], picks: tuple[Pick, Pick], *, real: bool
) -> bool:
    """Return whether no tile has gaps, the last ones included; ``real``: sizes are as picked."""
    if window.stride == window.dilation == 1:
        return True
    if not real:
        return False
    sizes = [
        {min(extent, pick.size), (extent - 1) % pick.size + 1}
        for extent, pick in zip(extents, picks, strict=True)
    ]
    return all(_solid(window, outs, taps) for outs in sizes[0] for taps in sizes[1])


_ONE = Pick(1, 1, 1, 1, None)


def least_reach(
    window: Window,
    extents: tuple[int, int],
    picks: tuple[Pick | None, Pick | None],
    *,
    real: bool,
    own: bool,
    over_pes: bool,
    together: bool,
    slide: int | None,
) -> int:
    """Return the least total length of the stretches of all tiles along a window.

    ``extents`` and ``picks`` are those of outputs and taps. ``real``: the picks' sizes are those of
    the tiles, not only the least they may be. ``own``: the tiles are those of the stage, not of one
    inside. ``over_pes``: the stage's tiles go over PEs; ``together``: in step, which counts once.
    ``slide``: the loop, over outputs (0) or taps (1), in whose turns the halo stays; its run may be
    as long as the loop.
    """
    outs, taps = extents
    out, tap = picks[0] or _ONE, picks[1] or _ONE
    if not own and not _solid_in_all(window, extents, (out, tap), real=real):
        return distinct(window, outs, taps)  # tiles inside leave gaps out that these reach over
    if over_pes and (together or slide is not None):
        gaps = not closed(window, outs, taps)
        if (gaps and not (real and own)) or (window.image is not None and not real):
            return distinct(window, outs, taps)
        return stretches(
            window,
            (outs, min(outs, out.size * out.pes), out.size),
            (taps, min(taps, tap.size * tap.pes), tap.size),
            array=1 if together else None,
            slide=None if slide is None else Slide(slide, 1),
        )
    sizes = ((outs, out.size), (taps, tap.size))
    if slide is not None:
        if window.image is not None and not real:
            return distinct(window, outs, taps)
        return stretches(window, *sizes, slide=Slide(slide, 1))
    if window.image is None or real or (out.tiles == 1 and tap.tiles == 1):
        return stretches(window, *sizes)
    before, size = window.image
    largest = ((outs, _most(outs, out)), (taps, _most(taps, tap)))
    whole = stretches(replace(window, image=None), *sizes)
    cut_before = whole - stretches(replace(window, image=(before, _FAR)), *sizes)
    cut_after = whole - stretches(replace(window, image=(0, before + size)), *largest)
    return max(whole - cut_before - cut_after, distinct(window, outs, taps))


def _most(extent: int, pick: Pick) -> int:
    """Return the largest size of so many tiles."""
    return extent if pick.tiles == 1 else -(-extent // (pick.tiles - 1)) - 1
