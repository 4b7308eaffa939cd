"""A layer of a result: what it is and what it costs."""

from dataclasses import dataclass
from typing import Any

from py.layers import Layer
from py.platforms import CountedEstimate, Estimate
from py.quantities import total_count


@dataclass(frozen=True, slots=True)
class LayerResult:
    """A layer and its estimate, which is of all runs of the layer."""

    layer: Layer
    estimate: Estimate

    @property
    def counted(self) -> CountedEstimate:
        """The estimate of an accelerator.

        Raises:
            TypeError: it is one of a platform of another kind.
        """
        if not isinstance(self.estimate, CountedEstimate):
            raise TypeError(f"{self.layer.name}: a counted estimate, got {self.estimate!r:.80}")
        return self.estimate

    @property
    def bytes(self) -> float | None:
        """What all runs read and write: ifmap, weights and ofmap, once each at their widths.

        None where a size is unknown, 0 for a layer that reads and writes in place.
        """
        layer, bits = self.layer, self.estimate.bits
        if layer.in_place:
            return 0
        activations = total_count((layer.ifmap_elements, layer.ofmap_elements))
        weights = layer.weight_elements
        if activations is None or weights is None:
            return None
        in_bits = activations * bits.get("activation", 0) + weights * bits.get("weight", 0)
        every = in_bits * layer.runs
        return every // 8 if every % 8 == 0 else every / 8

    def as_json(self) -> dict[str, Any]:
        return self.summary() | self.detail()

    def summary(self) -> dict[str, Any]:
        """Return what is this layer's own: its name, its nodes, its counts."""
        layer = self.layer
        return {
            "name": layer.name,
            "kind": layer.kind,
            **({} if layer.phase is None else {"phase": layer.phase}),
            "op_types": list(layer.op_types),
            "nodes": list(layer.nodes),
            "path": layer.path,
            "runs": layer.runs,
            "macs": layer.all_macs,
            "ops": layer.all_ops,
            "parameters": layer.parameters,
            "bytes": self.bytes,
        }

    def detail(self) -> dict[str, Any]:
        """Return what the layer costs and why: the same for all that share its estimate."""
        layer, estimate = self.layer, self.estimate
        return {
            "energy_j": estimate.energy_j,
            "energy_macs": estimate.energy_macs,
            "time_s": estimate.time_s,
            "power_w": estimate.power_w,
            "interval": None if estimate.interval is None else estimate.interval.as_json(),
            "origin": estimate.origin,
            "origins": dict(estimate.origins),
            "in_range": estimate.in_range,
            "parts": estimate.parts(),
            "loops": None if layer.loops is None else layer.loops.as_json(),
            "bits": dict(estimate.bits),
            "zeros": layer.zeros.as_json(),
            "mapping": estimate.mapping,
            "terms": estimate.terms_as_json(),
            "notes": [note.as_json() for note in estimate.notes],
        }
