"""A layer's time on a device: to start it, and what takes longer, its arithmetic or its bytes.

    time = launch overhead + max(operations / (peak * efficiency), bytes / (bandwidth * efficiency))

Operations are two for each multiply-accumulate, and the others that are counted; bytes are the
ifmap, the weights and the ofmap, once each. Paleo adds the two times, and calls their larger one
the bound that perfect pipelining reaches; devices overlap them, so that one is taken here.
"""

import math
from typing import NamedTuple

from py.platforms.datasheet.device import Device, Figure
from py.platforms.timed import TimeTerm


class Demand(NamedTuple):
    """What a layer asks of a device: MACs, other operations, and bytes by tensor."""

    macs: int
    ops: int
    bytes: dict[str, float]


def terms_of(
    demand: Demand, device: Device, peak: Figure | None, unit: str
) -> tuple[TimeTerm, ...]:
    """Return what adds up to the time of a layer; ``peak`` is None only where it has no operations.

    The device's bandwidth is known.
    """
    operations = 2 * demand.macs + demand.ops
    everything = math.fsum(demand.bytes.values())
    if not operations and not everything:
        return ()
    rate = 0.0 if peak is None else peak.value * device.computation_share
    computing = operations / rate if operations else 0.0
    bandwidth = device.bandwidth_bytes_per_s
    if bandwidth is None:
        raise ValueError("terms_of: a device whose bandwidth is known")
    speed = bandwidth.value * device.memory_share
    moving = everything / speed
    terms = []
    if device.launch_overhead_s is not None:
        launch = device.launch_overhead_s
        terms.append(TimeTerm("launch", "launch", launch.value, f"its start; {launch.source}"))
    if computing >= moving and peak is not None:
        why = (
            f"(2 x {demand.macs:,} MACs + {demand.ops:,} other operations) / "
            f"({peak.value:.4g} {unit} x {device.computation_share:g}); its {everything:,.0f} "
            f"bytes would take {moving:.3g} s"
        )
        terms.append(TimeTerm("computation", "computation", computing, why))
        return tuple(terms)
    for tensor, size in demand.bytes.items():
        if size:
            why = (
                f"{size:,.0f} bytes / ({bandwidth.value:.4g} B/s x {device.memory_share:g}); the "
                f"layer's {operations:,} operations would take {computing:.3g} s"
            )
            terms.append(TimeTerm(tensor, tensor, size / speed, why))
    return tuple(terms)
