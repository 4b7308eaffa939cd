"""An ONNX file to a graph of nodes whose every tensor has a type: the first room of the engine.

``read_graph(file, name=…)`` reads the protobuf wire format itself, from any seekable binary file
(``wire``), into values that mirror the file (``model``, ``body``, ``node``, ``attribute``,
``initializer``, ``value_info``). Weights are skipped by seeking: an initializer knows its name,
type and place, and only a small one is read, when a shape depends on its elements. Then the inputs
get their shapes from the file, the user's ``Choices`` and stated defaults (``inputs``), and
``propagate`` goes through the nodes with one rule per operator (``rules``).

Terms: a tensor's *type* is its element type and shape, None where unknown. A *fact* is a type with
the elements, where they are few and known; so a Reshape whose shape is computed in the graph is
followed. A *free* dimension is one that the file leaves open. A *weight* is a tensor that is the
same in every inference.

Every file ends in a ``Graph`` or a ``JoulegraphError``. An operator without a rule is no error: it
is in ``Graph.unknown`` with the tensors that stay unknown because of it.
"""

from py.graph.choices.choices import Choices
from py.graph.choices.question import ANSWERED_BY, Question
from py.graph.dtype import bits_of, is_float, is_integer
from py.graph.file.attribute import Attribute
from py.graph.file.captured import names_read
from py.graph.file.initializer import Initializer
from py.graph.file.node import Node
from py.graph.graph import Graph, Input, UnknownOperator
from py.graph.read import read_graph
from py.graph.region import Constant, Execution, Region
from py.graph.tensor_type import Shape, TensorType

__all__ = [
    "ANSWERED_BY",
    "Attribute",
    "Choices",
    "Constant",
    "Execution",
    "Graph",
    "Initializer",
    "Input",
    "Node",
    "Question",
    "Region",
    "Shape",
    "TensorType",
    "UnknownOperator",
    "bits_of",
    "is_float",
    "is_integer",
    "names_read",
    "read_graph",
]
