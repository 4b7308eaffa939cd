"""Joulegraph's engine: how many joules one inference of a network costs, in which layers, and why.

The rooms, each knowing only those before it: ``graph`` (an ONNX file), ``layers`` (loop bounds and
MACs), ``platforms`` (what a layer costs), ``breakdown`` (the result). Standard library only.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """Forward ``py.path`` and ``py.error`` to the modules that pytest expects under this name."""
    if name in ("path", "error"):
        from importlib import import_module

        return import_module(f"_pytest._py.{name}")
    raise AttributeError(f"module 'py' has no attribute {name!r}")
