"""Whether a graph's nodes can run in the order of the file, as the ONNX standard asks."""

from collections.abc import Callable

from py.errors import JoulegraphError
from py.graph.file.body import Body


def check_order(body: Body, outside: Callable[[str], bool]) -> None:
    """Check that every tensor is written once, before it is read.

    ``outside`` says whether a name is one of a tensor of the regions around this body.

    Raises JoulegraphError: ``written-twice``, ``undefined-input``, ``cycle``, ``not-sorted``,
    ``undefined-output``.
    """
    written = {info.name for info in body.inputs}
    written.update(initializer.name for initializer in body.initializers)
    for node in body.nodes:
        for name in node.inputs:
            if name and name not in written and not outside(name):
                raise _too_early(body, node.index, name)
        for name in node.outputs:
            if name and name in written:
                raise JoulegraphError(
                    "written-twice",
                    f"{node.label} writes {name[:120]!r}, which is there already.",
                    "Export the model again; every tensor needs a name of its own.",
                )
            if name:
                written.add(name)
    for info in body.outputs:
        if info.name not in written and not outside(info.name):
            raise JoulegraphError(
                "undefined-output",
                f"Nothing in the graph writes its output {info.name[:120]!r}.",
                "Export the model again; onnx.checker tells more.",
            )


def _too_early(body: Body, index: int, name: str) -> JoulegraphError:
    label = body.nodes[index].label
    writer = {out: node.index for node in body.nodes for out in node.outputs if out}
    if name not in writer:
        return JoulegraphError(
            "undefined-input",
            f"{label} reads {name[:120]!r}, which nothing in the graph writes.",
            "Export the model again; onnx.checker tells more.",
        )
    later = body.nodes[writer[name]]
    if _depends_on(body, writer, later.index, index):
        return JoulegraphError(
            "cycle",
            f"{label} reads {name[:120]!r}, which depends on the node's own output.",
            "A graph must not have cycles; export the model again.",
        )
    return JoulegraphError(
        "not-sorted",
        f"{label} reads {name[:120]!r}, which {later.label} writes only later in the file.",
        "Nodes must be in the order in which they run; export the model again.",
    )


def _depends_on(body: Body, writer: dict[str, int], start: int, goal: int) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        current = waiting.pop()
        if current == goal:
            return True
        for name in body.nodes[current].inputs:
            source = writer.get(name)
            if source is not None and source not in seen:
                seen.add(source)
                waiting.append(source)
    return False
