"""Platforms: what a layer costs on a device, and why.

A platform file (public/) is data; ``load_platform`` turns it into a ``Platform`` whose ``estimate``
maps a layer to an ``Estimate``: energies per tensor and level as a list of terms, each with the
number of accesses, the cost of one and the reason.
"""

from py.platforms.estimate import Estimate, Term
from py.platforms.load import load_platform
from py.platforms.platform import Level, Platform

__all__ = ["Estimate", "Level", "Platform", "Term", "load_platform"]
