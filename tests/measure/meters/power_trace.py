"""Power over time, and its integral: what a meter is held against."""

import math
import random
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class PowerTrace:
    """Power along straight lines between points (time, watts); the ends go on level."""

    points: tuple[tuple[float, float], ...]

    def power_w(self, time_s: float) -> float:
        times = [point[0] for point in self.points]
        place = bisect_right(times, time_s)
        if place == 0:
            return self.points[0][1]
        if place == len(times):
            return self.points[-1][1]
        (t0, w0), (t1, w1) = self.points[place - 1], self.points[place]
        return w0 + (w1 - w0) * (time_s - t0) / (t1 - t0)

    def energy_j(self, from_s: float, to_s: float) -> float:
        """Return the integral between two times, exactly."""
        inner = [time for time, _ in self.points if from_s < time < to_s]
        edges = [from_s, *inner, to_s]
        return math.fsum(
            (late - early) * (self.power_w(early) + self.power_w(late)) / 2
            for early, late in pairwise(edges)
        )


def level(power_w: float) -> PowerTrace:
    """Return a power that never changes."""
    return PowerTrace(((0.0, power_w),))


def restless(seed: int, start_s: float, length_s: float) -> PowerTrace:
    """Return a power that idles, jumps up within 30 ms, then wanders between 150 and 350 W."""
    source = random.Random(seed)
    points = [(start_s, 70.0), (start_s + 0.03, 300.0)]
    while points[-1][0] < start_s + length_s:
        points.append((points[-1][0] + source.uniform(0.02, 0.4), source.uniform(150, 350)))
    return PowerTrace(tuple(points))
