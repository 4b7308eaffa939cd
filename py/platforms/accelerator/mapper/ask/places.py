"""Where the tiles of each memory level lie among the boundaries of a nest."""

from dataclasses import dataclass

from py.platforms.accelerator.nest.machine import Machine


@dataclass(frozen=True, slots=True)
class Places:
    """Boundaries of a machine: a stage for each memory level inside the outermost, one for the MAC.

    ``levels`` memory levels, ``array`` the boundary of the array's tile, which is also the stage
    that places the PEs' tiles.
    """

    levels: int
    array: int

    @classmethod
    def of(cls, machine: Machine) -> "Places":
        return cls(len(machine.memories), machine.array_at)

    def tile(self, stage: int) -> int:
        """Return the boundary of the tile that a stage places."""
        return stage if stage < self.array else stage + 1

    def stage(self, boundary: int) -> int:
        """Return the stage that places the tile of a boundary; the array's is that of its PEs."""
        return boundary if boundary <= self.array else boundary - 1

    def around(self, stage: int) -> int:
        """Return the boundary of the tile around a stage's loops."""
        return 0 if stage == 1 else self.tile(stage - 1)

    def turned(self, stage: int) -> int:
        """Return the boundary over whose tiles the loops of a stage turn."""
        return self.array if stage == self.array else self.tile(stage)
