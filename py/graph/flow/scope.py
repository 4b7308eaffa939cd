"""A scope: what has been worked out so far of one region's tensors."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from py.graph.fact import Fact
from py.graph.file.body import Body
from py.graph.region import Constant, Execution, Origin, Region
from py.graph.tensor_type import TensorType


class _Facts(dict[str, Fact]):
    """Facts of a body's tensors; those of the region around it are looked up there."""

    __slots__ = ("outer",)

    def __init__(self, outer: dict[str, Fact]) -> None:
        super().__init__()
        self.outer = outer

    def __missing__(self, name: str) -> Fact:
        outer = self.outer
        while isinstance(outer, _Facts):
            found = outer.get(name)
            if found is not None:
                return found
            outer = outer.outer
        return outer[name]


class Scope:
    """The facts of a region as it is worked out, and the region itself, which looks in here.

    ``blame`` leads from a tensor of incomplete type to the unknown node that is the reason.
    ``incomplete`` says that a type in here or in a body is not known, or only bounded.
    """

    __slots__ = (
        "assumed",
        "blame",
        "bodies",
        "body",
        "constants",
        "declared",
        "facts",
        "handed",
        "incomplete",
        "opsets",
        "parent",
        "producers",
        "region",
        "types",
        "weights",
    )

    def __init__(
        self, body: Body, path: str, opsets: Mapping[str, int], parent: "Scope | None"
    ) -> None:
        self.body, self.opsets, self.parent = body, opsets, parent
        self.facts: dict[str, Fact] = {} if parent is None else _Facts(parent.facts)
        self.types: dict[str, TensorType] = {}
        self.constants: dict[str, Constant] = {}
        self.producers: dict[str, int] = {}
        self.weights: set[str] = set()
        self.handed: dict[str, Origin] = {}
        self.declared: set[str] = set()
        self.assumed: set[str] = set()
        self.bodies: dict[int, tuple[Execution, ...]] = {}
        self.blame: dict[str, tuple[str, int]] = {}
        self.incomplete = False
        self.region: Region = Region(
            path=path,
            parent=None if parent is None else parent.region,
            nodes=body.nodes,
            outputs=tuple(info.name for info in body.outputs),
            initializers=MappingProxyType({i.name: i for i in body.initializers}),
            tensors=MappingProxyType(self.types),
            constants=MappingProxyType(self.constants),
            declared=self.declared,
            assumed=self.assumed,
            bodies=MappingProxyType(self.bodies),
            _producers=MappingProxyType(self.producers),
            _weights=self.weights,
            _handed=MappingProxyType(self.handed),
        )

    @property
    def path(self) -> str:
        """Where the region is, empty for the main graph."""
        return self.region.path

    def set(self, name: str, found: Fact) -> None:
        """Keep what is known of a tensor."""
        if found.origin is not None:
            self.handed[name] = found.origin
            self.weights.add(name)
            found = found.made_at(None)
        self.facts[name] = found
        self.types[name] = found.type

    def is_weight(self, name: str) -> bool:
        """Say whether a tensor is the same in every inference."""
        if name in self.weights:
            return True
        return self.parent is not None and name not in self.types and self.parent.is_weight(name)

    def are_weights(self, names: Iterable[str]) -> bool:
        """Say whether all of these tensors are the same in every inference."""
        if self.parent is None:
            return self.weights.issuperset(filter(None, names))
        return all(self.is_weight(name) for name in names if name)

    def is_assumed(self, name: str) -> bool:
        """Say whether a tensor has a size for which a bound was taken."""
        scope = self
        while name not in scope.types and name not in scope.assumed and scope.parent is not None:
            scope = scope.parent
        return name in scope.assumed

    def blamed(self, name: str) -> tuple[str, int] | None:
        """Return the unknown node (path and index) because of which a type is not known."""
        found = self.blame.get(name)
        if found is None and self.parent is not None and name not in self.types:
            return self.parent.blamed(name)
        return found

    def results(self) -> list[Fact]:
        """Return what is known of the body's outputs."""
        return [self.handed_on(info.name) for info in self.body.outputs]

    def handed_on(self, name: str) -> Fact:
        """Return what another region is told of a tensor: of a weight also where it is made."""
        found = self.facts[name]
        return found.made_at(self.region.origin_of(name)) if self.is_weight(name) else found

    def finish(self) -> int:
        """Keep the elements that were worked out or read; return how many were worked out."""
        count = 0
        for name, found in self.facts.items():
            values = found.values if found.payload is None else found.payload.read_already
            if values is not None:
                self.constants[name] = Constant(found.type, values)
                count += len(values) if found.payload is None else 0
        return count
