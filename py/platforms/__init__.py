"""Platforms: what a layer costs on a device, and why.

A platform file (public/) is data; ``load_platform`` turns it into a ``Platform`` whose ``estimate``
maps a layer to an ``Estimate``: on an accelerator energies per tensor and level as a list of terms,
each with the number of accesses, the cost of one and the reason; on a device that was measured, or
of which only a datasheet is known, a time as a list of terms, and a power.
"""

from py.platforms.counted import CountedEstimate, Term
from py.platforms.estimate import Estimate, Interval
from py.platforms.load import load_platform
from py.platforms.platform import Level, Platform
from py.platforms.timed import TimedEstimate, TimeTerm

__all__ = [
    "CountedEstimate",
    "Estimate",
    "Interval",
    "Level",
    "Platform",
    "Term",
    "TimeTerm",
    "TimedEstimate",
    "load_platform",
]
