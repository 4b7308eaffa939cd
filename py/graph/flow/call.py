"""A call of a function that the model defines: its body with the call's tensors and attributes.

The function's own tensors and nodes are renamed, so that two calls never share a name.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from py.errors import JoulegraphError
from py.graph.file.attribute import Attribute
from py.graph.file.body import Body
from py.graph.file.function import Function, FunctionId
from py.graph.file.node import Node
from py.graph.file.value_info import ValueInfo

MAX_CALLS_DEEP = 64


def called(function: Function, node: Node, path: str) -> Body:
    """Return the body that a call runs; its inputs are the call's own tensors.

    An input that the call leaves out is left out inside, and so is an attribute. ``path`` is the
    call's region: what no tensor outside is called.
    """
    given = dict(zip(function.inputs, node.inputs, strict=False))
    names = {name: given.get(name, "") for name in function.inputs}
    label = f"{node.name or next(iter(node.outputs), '') or node.index}/"
    prefix = f"{path}/"
    attributes = {**function.defaults, **node.attributes}
    nodes = tuple(_inlined(inner, names, prefix, attributes) for inner in function.nodes)
    outputs = tuple(ValueInfo(_renamed(name, names, prefix)) for name in function.outputs)
    labelled = tuple(replace(n, name=label + n.name if n.name else "") for n in nodes)
    return Body(function.name, labelled, (), (), outputs, ())


def check_call(calls: list[FunctionId], function: Function, node: Node) -> None:
    """Check that a call ends.

    Raises JoulegraphError: ``function-cycle``, ``too-deep``.
    """
    if function.id in calls:
        raise JoulegraphError(
            "function-cycle",
            f"{node.label}: the function calls itself.",
            "ONNX functions must not be recursive; export the model again.",
        )
    if len(calls) >= MAX_CALLS_DEEP:
        raise JoulegraphError(
            "too-deep",
            f"{node.label}: functions call each other more than {MAX_CALLS_DEEP} deep.",
            "Export the model again with its functions inlined.",
        )


def _renamed(name: str, names: Mapping[str, str], prefix: str) -> str:
    return names.get(name, prefix + name) if name else ""


def _inlined(
    node: Node, names: Mapping[str, str], prefix: str, attributes: Mapping[str, Attribute]
) -> Node:
    own: dict[str, Attribute] = {}
    for name, attribute in node.attributes.items():
        if attribute.reference:
            # As the call has it: a body in it reads the call's tensors, not the function's.
            if attribute.reference in attributes:
                own[name] = replace(attributes[attribute.reference], name=name)
        else:
            own[name] = _with_bodies(attribute, names, prefix, attributes)
    return replace(
        node,
        inputs=tuple(_renamed(name, names, prefix) for name in node.inputs),
        outputs=tuple(_renamed(name, names, prefix) for name in node.outputs),
        attributes=MappingProxyType(own),
    )


def _with_bodies(
    attribute: Attribute,
    names: Mapping[str, str],
    prefix: str,
    attributes: Mapping[str, Attribute],
) -> Attribute:
    def inlined(body: Body) -> Body:
        return body._replace(
            nodes=tuple(_inlined(node, names, prefix, attributes) for node in body.nodes),
            initializers=tuple(
                i._replace(name=_renamed(i.name, names, prefix)) for i in body.initializers
            ),
            inputs=tuple(i._replace(name=_renamed(i.name, names, prefix)) for i in body.inputs),
            outputs=tuple(i._replace(name=_renamed(i.name, names, prefix)) for i in body.outputs),
            value_infos=(),
        )

    if attribute.kind == "graph" and isinstance(attribute.value, Body):
        return replace(attribute, value=inlined(attribute.value))
    if attribute.kind == "graphs" and attribute.value is not None:
        return replace(attribute, value=tuple(inlined(body) for body in attribute.value))
    return attribute
