"""Layers: what a network computes and moves, free of any platform.

``read_model`` turns a file (an ONNX graph or a table of layers) into a ``Model``: its layers with
loop bounds, MACs, parameters and operation counts, batch normalisation and activations folded into
the layer they follow, and every node of the graph for the report. ``operators`` says of which kind
an operator is, ``work`` what one node computes, ``fold`` which nodes make one layer, ``density``
which share of each tensor is zero.
"""

from py.graph import Choices
from py.layers.density import Density
from py.layers.layer import KINDS, Bits, Kind, Layer, Window, Zeros
from py.layers.loops import LoopNest, dense_loops
from py.layers.model import Model, NotModelled
from py.layers.nodes import NodeSummary
from py.layers.read import read_model

__all__ = [
    "KINDS",
    "Bits",
    "Choices",
    "Density",
    "Kind",
    "Layer",
    "LoopNest",
    "Model",
    "NodeSummary",
    "NotModelled",
    "Window",
    "Zeros",
    "dense_loops",
    "read_model",
]
