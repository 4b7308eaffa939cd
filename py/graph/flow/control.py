"""The operators with bodies, each with what works it out; most models have none."""

from collections.abc import Mapping

from py.graph.flow.branch import run_if
from py.graph.flow.loop import run_loop
from py.graph.flow.runner import Handler
from py.graph.flow.scan import run_scan, run_sequence_map

HANDLERS: Mapping[str, Handler] = {
    "If": run_if,
    "Loop": run_loop,
    "Scan": run_scan,
    "SequenceMap": run_sequence_map,
}
