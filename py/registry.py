"""A registry of functions by operator: rules of shapes, counts of work."""

from collections.abc import Iterable
from importlib import import_module
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Functions by (domain, operator).

    ``families`` are the modules that register them, those that most models need first. They are
    imported one by one, until an operator that is asked for has its function: no model needs all
    of them, and importing them takes longer than working out a small model.
    """

    def __init__(self, families: Iterable[str] = ()) -> None:
        self._functions: dict[tuple[str, str], T] = {}
        self._waiting = list(families)[::-1]

    def add(self, operators: str, domain: str, function: T) -> None:
        """Register a function for operators, names with spaces between.

        Raises:
            ValueError: an operator has one already.
        """
        for operator in operators.split():
            if (domain, operator) in self._functions:
                raise ValueError(f"Registry: one function per operator, got two of {operator}")
            self._functions[domain, operator] = function

    def find(self, domain: str, op: str) -> T | None:
        """Return the function of an operator, None where there is none."""
        found = self._functions.get((domain, op))
        while found is None and self._waiting:
            import_module(self._waiting.pop())
            found = self._functions.get((domain, op))
        return found

    def load(self) -> None:
        """Import every family."""
        while self._waiting:
            import_module(self._waiting.pop())

    def known(self) -> frozenset[tuple[str, str]]:
        """Return (domain, operator) of everything registered."""
        self.load()
        return frozenset(self._functions)
