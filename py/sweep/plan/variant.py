"""A platform as a point of the grid has it: what its mappings and prices hang on."""

from dataclasses import dataclass

from py.breakdown import Options, platform_for
from py.platforms import Platform
from py.platforms.measured.calibration import Calibration
from py.sweep.plan.setting import setting

_MOST_KEPT = 64
_made: dict[tuple[str, "Variant"], Platform] = {}


@dataclass(frozen=True, slots=True)
class Variant:
    """A platform, by its place in the setting, with other hardware; None is as its file has it."""

    platform: int
    dataflow: str | None = None
    objective: str | None = None
    capacities: tuple[tuple[str, int], ...] = ()
    array: tuple[int, ...] = ()
    clock_hz: float | None = None
    calibration: Calibration | None = None

    @classmethod
    def of(cls, platform: int, options: Options) -> "Variant":
        return cls(
            platform,
            options.dataflow,
            options.objective,
            tuple((options.capacities or {}).items()),
            options.array or (),
            options.clock_hz or None,
            options.calibration,
        )

    def platform_made(self) -> Platform:
        """Return the platform; the same one for the same sweep, which has learnt what it was told.

        Raises:
            JoulegraphError: the platform can't be so.
        """
        here = setting()
        key = here.token, self
        found = _made.get(key)
        if found is None:
            options = Options(
                dataflow=self.dataflow,
                objective=self.objective,
                capacities=dict(self.capacities) or None,
                array=self.array or None,
                clock_hz=self.clock_hz,
                calibration=self.calibration,
            )
            found = platform_for(dict(here.platforms[self.platform].file), options)
            while len(_made) >= _MOST_KEPT:
                del _made[next(iter(_made))]
            _made[key] = found
        return found
