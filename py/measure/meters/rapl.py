"""Energy counters of processors and memory: RAPL, through Linux' powercap.

One meter per part of the machine (package, core, uncore, dram, psys), adding up that part's zones:
one for each processor package. Where a single one of them can't be read there is no meter for the
part: a sum over some packages would pass for the whole.
"""

import math
import threading
from collections.abc import Sequence
from pathlib import Path

from py.measure.meters.background import Background
from py.measure.meters.candidate import Candidate, unavailable
from py.measure.meters.clock import Clock
from py.measure.meters.meter import Domain, Meter, MeterError, MeterFacts
from py.measure.meters.powercap import Zone, find_zones
from py.measure.meters.rapl_access import (
    counts_one_core_only,
    permission_reason,
    permission_remedy,
    why_no_zones,
)
from py.measure.meters.report import MeterUnavailableError
from py.measure.meters.sys_files import ReadText, read_text, reason_of, whole_number
from py.measure.meters.wrapping_counter import WrappingCounter, safe_period_s

DOMAINS: dict[str, Domain] = {"package": "package", "core": "core", "dram": "dram"}
"""Parts with a domain of their own; uncore and psys are ``other``."""

ABOUT = {
    "package": "processor packages, cores and caches included",
    "core": "the cores alone, a part of the package",
    "uncore": "the graphics in the package, a part of it",
    "dram": "memory modules, outside of the package",
    "psys": "the whole platform, packages included",
}

SHORTEST_PERIOD_S = 0.005
"""A counter that had to be read more often than this can't be followed from here."""

LONGEST_PERIOD_S = 30.0


class RaplMeter:
    """Adds up the zones of one part; a thread reads them often enough that no wrap is lost."""

    def __init__(
        self,
        zones: Sequence[Zone],
        clock: Clock,
        facts: MeterFacts,
        read: ReadText = read_text,
    ) -> None:
        self.facts = facts
        self.zones = tuple(zones)
        self._clock = clock
        self._read = read
        self._lock = threading.Lock()
        self._failed: MeterError | None = None
        self._counters = [self._open(zone) for zone in self.zones]
        ranges = [counter.range_j for counter in self._counters if counter.range_j is not None]
        self.poll_period_s = min([LONGEST_PERIOD_S, *map(safe_period_s, ranges)])
        if self.poll_period_s < SHORTEST_PERIOD_S:
            raise MeterUnavailableError(
                f"{facts.name} starts again after {min(ranges):.6g} J, too soon to be followed"
            )
        self._poller = Background(self.poll, self.poll_period_s, f"{facts.name} wraps")
        self._poller.start()

    def energy_j(self) -> float:
        self.poll()
        return math.fsum(counter.total_j for counter in self._counters)

    def power_w(self) -> float | None:
        """Return None: RAPL counts energy and states no power."""
        return None

    def poll(self) -> None:
        """Read every zone once, so that a wrap since the last reading is counted.

        A meter that has failed stays failed; open another one.

        Raises:
            MeterError: a zone can't be read, or can't be followed any longer.
        """
        with self._lock:
            # A zone that went away and came back has started anew: what it lost is not known.
            if self._failed is not None:
                raise MeterError(f"{self.facts.name} failed before: {self._failed}")
            try:
                for zone, counter in zip(self.zones, self._counters, strict=True):
                    counter.add(_energy_j(zone, self._read), self._clock.now_s())
            except MeterError as error:
                self._failed = error
                raise

    def close(self) -> None:
        self._poller.close()

    def _open(self, zone: Zone) -> WrappingCounter:
        energy_j = _energy_j(zone, self._read)
        try:
            range_uj = whole_number(self._read(zone.range_file))
        except OSError:
            range_uj = None
        # The kernel gives the highest reading, one least step below the modulus: 61 uJ at most.
        range_j = range_uj / 1e6 if range_uj else None
        if range_j is not None and energy_j > range_j:
            range_j = None
        return WrappingCounter(f"RAPL zone {zone.name}", range_j, energy_j, self._clock.now_s())


def candidates(root: Path, clock: Clock, read: ReadText = read_text) -> list[Candidate]:
    """Return the meters that the powercap tree below ``root`` offers, readable or not."""
    by_part: dict[str, list[Zone]] = {}
    for zone in find_zones(root, read):
        by_part.setdefault(zone.part, []).append(zone)
    if not by_part:
        reason, remedy = why_no_zones(root, read)
        return [
            unavailable(f"rapl-{part}", DOMAINS[part], "counter", ABOUT[part], reason, remedy)
            for part in ("package", "core", "dram")
        ]
    found = [_candidate(part, zones, clock, read) for part, zones in by_part.items()]
    if "core" in by_part and counts_one_core_only(root, read):
        reason = "on this processor the kernel's zone core counts one core of each package, not all"
        place = list(by_part).index("core")
        found[place] = unavailable("rapl-core", "core", "counter", found[place].about, reason)
    for part in ("package", "core", "dram"):
        if part not in by_part:
            reason = f"this processor shows no RAPL zone {part}"
            found.append(unavailable(f"rapl-{part}", DOMAINS[part], "counter", ABOUT[part], reason))
    return found


def _candidate(part: str, zones: Sequence[Zone], clock: Clock, read: ReadText) -> Candidate:
    listed = ", ".join(f"{zone.name} ({zone.id})" for zone in zones)
    what = ABOUT.get(part, "a part that only the kernel names")

    def open_meter(facts: MeterFacts) -> Meter:
        for zone in zones:
            try:
                read(zone.energy_file)
            except PermissionError as error:
                raise MeterUnavailableError(
                    permission_reason(zone, reason_of(error)), permission_remedy(zones)
                ) from error
            except OSError:
                break  # said better by the meter itself
        return RaplMeter(zones, clock, facts, read)

    about = f"{what}: the sum of RAPL zones {listed}" if len(zones) > 1 else f"{what}: {listed}"
    return Candidate(f"rapl-{part}", DOMAINS.get(part, "other"), "counter", about, open_meter)


def _energy_j(zone: Zone, read: ReadText) -> float:
    """Read a zone once."""
    try:
        text = read(zone.energy_file)
    except PermissionError as error:
        raise MeterError(permission_reason(zone, reason_of(error))) from error
    except OSError as error:
        raise MeterError(
            f"RAPL zone {zone.name} ({zone.energy_file}) can't be read: {reason_of(error)}"
        ) from error
    energy_uj = whole_number(text)
    if energy_uj is None:
        raise MeterError(
            f"RAPL zone {zone.name} ({zone.energy_file}) holds {text[:40]!r}, "
            "not a whole number of microjoules"
        )
    return energy_uj / 1e6
