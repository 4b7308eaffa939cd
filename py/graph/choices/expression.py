"""A dimension written as an expression of others: ``past_sequence_length + sequence_length``.

PyTorch's exporters write sums, products, quotients rounded down and powers of named dimensions.
Anything else is a name like any other.
"""

import ast
import operator
from collections.abc import Callable, Mapping

_MOST_CHARACTERS = 200
_LARGEST = 1 << 62
_TRIED = 1000
_BINARY: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.floordiv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_CALLS: dict[str, Callable[..., int]] = {
    "floor": int,
    "ceil": int,
    "ceiling": int,
    "max": max,
    "min": min,
    "Max": max,
    "Min": min,
    "Mod": operator.mod,
    "FloorDiv": operator.floordiv,
}


def symbols_of(text: str) -> tuple[str, ...]:
    """Return the names in an expression; none for a plain name or for what is no expression."""
    tree = _parsed(text)
    if tree is None:
        return ()
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = (
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in called
    )
    return tuple(dict.fromkeys(names))


def evaluated(text: str, sizes: Mapping[str, int]) -> int | None:
    """Return the size that an expression comes to, None where a name is missing or it is none."""
    tree = _parsed(text)
    if tree is None:
        return None
    try:
        size = _value(tree, sizes)
    except (KeyError, ValueError, ZeroDivisionError, TypeError):
        return None
    return size if 0 <= size < _LARGEST else None


def solved(text: str, symbol: str, size: int) -> int | None:
    """Return the size of its only symbol with which an expression comes to ``size``.

    None where it is no multiple of the symbol with something added, or does not divide.
    """
    first, second = (evaluated(text, {symbol: _TRIED + step}) for step in range(2))
    if first is None or second is None or first == second:
        return None
    found = _TRIED + (size - first) // (second - first)
    return found if found > 0 and evaluated(text, {symbol: found}) == size else None


def _parsed(text: str) -> ast.expr | None:
    if len(text) > _MOST_CHARACTERS or text.isidentifier():
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, (ast.BinOp, ast.UnaryOp, ast.Call, ast.Constant)) else None


def _value(tree: ast.expr, sizes: Mapping[str, int]) -> int:
    if isinstance(tree, ast.Constant) and type(tree.value) is int:
        return tree.value
    if isinstance(tree, ast.Name):
        return sizes[tree.id]
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return -_value(tree.operand, sizes)
    if isinstance(tree, ast.BinOp):
        left, right = _value(tree.left, sizes), _value(tree.right, sizes)
        if isinstance(tree.op, (ast.Pow, ast.BitXor)):
            return _power(left, right)
        return _bounded(_BINARY[type(tree.op)](left, right))
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and not tree.keywords:
        if tree.func.id in ("ceil", "ceiling") and len(tree.args) == 1:
            return _rounded_up(tree.args[0], sizes)
        return _bounded(_CALLS[tree.func.id](*(_value(part, sizes) for part in tree.args)))
    raise ValueError(f"expression: no {type(tree).__name__}")


def _rounded_up(tree: ast.expr, sizes: Mapping[str, int]) -> int:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        return -(-_value(tree.left, sizes) // _value(tree.right, sizes))
    return _value(tree, sizes)


def _power(base: int, exponent: int) -> int:
    if not 0 <= exponent <= 64 or abs(base) > _LARGEST:
        raise ValueError(f"expression: a power of {exponent}")
    return _bounded(base**exponent)


def _bounded(value: int) -> int:
    if abs(value) > _LARGEST:
        raise ValueError("expression: too large")
    return value
