"""One rule per operator: from what is known of a node's inputs to what is known of its outputs.

A rule takes a ``Site`` (the node and its inputs) and returns one ``Fact`` per output. Where an
input's shape is not known it returns what follows without it. Where the inputs contradict each
other or the standard it raises ``MismatchError`` with one clause, to which the caller adds the
node. One module per family of operators, imported when a model asks for one of them.
"""

from py.graph.rules.registry import find_rule, known_operators, load_all

__all__ = ["find_rule", "known_operators", "load_all"]
