"""Rows whose question takes the mapper seconds; the tests ask them with ``PEERS=all`` only."""

LONG: frozenset[int] = frozenset(range(134))
