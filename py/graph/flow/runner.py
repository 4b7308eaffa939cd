"""What a control-flow operator's handler gets and gives."""

from collections.abc import Callable, Mapping

from py.graph.fact import Fact
from py.graph.file.body import Body
from py.graph.file.node import Node
from py.graph.flow.scope import Scope
from py.graph.flow.settings import Settings
from py.graph.rules.site import MismatchError

RunBody = Callable[[Body, Mapping[str, Fact], str], Scope]
"""Works out a body with these inputs; the text is the attribute that holds it."""

Handler = Callable[[Node, list[Fact | None], Scope, Settings, RunBody], list[Fact]]


def names_taken(body: Body) -> list[str]:
    """Return the inputs that a body is given; one that is an initializer too has its value."""
    own = {initializer.name for initializer in body.initializers}
    return [info.name for info in body.inputs if info.name not in own]


def body_of(node: Node, name: str) -> Body:
    """Return a body attribute. Raises MismatchError where there is none."""
    attribute = node.attributes.get(name)
    if attribute is None or not isinstance(attribute.value, Body):
        raise MismatchError(f"it has no {name}")
    return attribute.value
