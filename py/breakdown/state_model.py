"""The model that a link carries, read back from its state: the layers as they were."""

from dataclasses import replace
from typing import Any

from py.breakdown.link import STATE_VERSION
from py.breakdown.state import LOOPS
from py.errors import JoulegraphError
from py.graph import ANSWERED_BY, Question
from py.layers import KINDS, Bits, Layer, LoopNest, Model, NotModelled, Window, Zeros
from py.layers.layer import Learning
from py.layers.loops import Planes
from py.notes import Note

MOST_LAYERS = 20_000
_MOST = 1 << 50
_MOST_NODES = 1 << 24
_MOST_TEXT = 1 << 16


def model_from_state(state: dict[str, Any]) -> Model:
    """Return the model that a link carries, ready to be priced again.

    Raises:
        JoulegraphError: ``link-invalid`` for anything that is not a state of this version.
    """
    try:
        return _model(state)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise JoulegraphError(
            "link-invalid",
            f"The link holds no breakdown: {type(error).__name__} {str(error)[:80]}.",
            "Copy the link again, or ask for one made by this version.",
        ) from None


def _model(state: dict[str, Any]) -> Model:
    if state["v"] != STATE_VERSION:
        raise ValueError(f"version {state['v']!r}")
    about, columns = state["model"], state["layers"]
    count = len(columns["name"])
    if count > MOST_LAYERS or any(len(columns[name]) != count for name in ("shape", "op", "nodes")):
        raise ValueError("columns of different or too great length")
    zeros = columns.get("zeros") or [[None, None, None]] * count
    runs = columns.get("runs") or [1] * count
    paths = columns.get("path") or [None] * count
    feeds = columns.get("feeds") or [0] * count
    learning = columns.get("learning") or [None] * count
    windows = _windows(columns.get("windows") or {}, count)
    brains = {_within(place, 0, count) for place in _list(columns.get("bfloat16") or [])}
    layers, last = [], -1
    for position in range(count):
        nodes = []
        for step in columns["nodes"][position]:
            last += _within(step, -_MOST_NODES, _MOST_NODES)
            nodes.append(last)
        place = _within(columns["shape"][position], 0, count)
        shape = columns["shapes"][place]
        operators = tuple(_text(columns["ops"][_within(columns["op"][position], 0, count)]).split())
        share = [None if value is None else float(value) for value in zeros[position]]
        layer = _layer(
            _text(columns["name"][position]), operators, tuple(nodes), shape, Zeros(*share)
        )
        layers.append(
            replace(
                layer,
                runs=_number(runs[position]),
                path=_path(paths[position]),
                window=windows.get(place),
                activation_dtype="bfloat16" if place in brains else None,
                learning=_learning(learning[position]),
            )
        )
    for place, step in enumerate(feeds):
        if step:
            reader = layers[_within(place + _within(step, 1, count), 0, count - 1)]
            layers[place] = replace(layers[place], reader=reader.nodes[0])
    return Model(
        name=_text(about["name"]),
        source="table" if about["source"] == "table" else "onnx",
        from_link=True,
        questions=tuple(_question(*_list(row)) for row in _list(about.get("questions", []))),
        batch=_within(state["options"]["batch"], 1, _MOST),
        layers=tuple(layers),
        inputs={
            _text(name): None if shape is None else tuple(_size(size) for size in _list(shape))
            for name, shape in about["inputs"].items()
        },
        parameters=None if about["parameters"] is None else _within(about["parameters"], 0, _MOST),
        not_modelled=tuple(_left(*_list(entry)) for entry in _list(state["left"])),
        notes=tuple(Note(*(_text(part) for part in _list(note))) for note in _list(state["notes"])),
        file=None if about["file"] is None else _text(about["file"]),
        producer=None if about["producer"] is None else _text(about["producer"]),
        opset=None if about["opset"] is None else _within(about["opset"], 0, _MOST),
    )


def _layer(
    name: str, operators: tuple[str, ...], nodes: tuple[int, ...], row: list[Any], zeros: Zeros
) -> Layer:
    full: list[Any] = row + [0] * (11 - len(row))
    kind, bounds, weight, activation, ops, extra, in_place = full[:7]
    differences = full[7:]
    loops: LoopNest | None = None
    expected = [0, 0, 0, 0]
    if len(bounds) > 1:
        numbers = [_within(value, 0, _MOST) for value in bounds]
        loops = LoopNest(
            **dict(zip(LOOPS, numbers[:10], strict=True)),
            stride=(numbers[10], numbers[11]),
            dilation=(numbers[12], numbers[13]),
            padding=(numbers[14], numbers[15], numbers[16], numbers[17]),
            planes=_planes(*numbers[18:]) if len(numbers) > 18 else None,
        )
        expected = [loops.macs, loops.ifmap_elements, loops.weight_elements, loops.ofmap_elements]
    macs, ifmap, weights, ofmap = (
        None if own is None else _within(own + base, 0, 1 << 80)
        for own, base in zip(differences, expected, strict=True)
    )
    return Layer(
        name=name,
        kind=KINDS[_within(kind, 0, len(KINDS))],
        op_types=operators,
        nodes=nodes,
        macs=macs,
        ops=None if ops is None else _within(ops, 0, 1 << 80),
        parameters=_within(extra + (weights or 0), 0, 1 << 80),
        ifmap_elements=ifmap,
        weight_elements=weights,
        ofmap_elements=ofmap,
        loops=loops,
        bits=Bits(weight, activation),
        zeros=zeros,
        in_place=bool(in_place),
    )


def _windows(given: dict[str, Any], most: int) -> dict[int, Window]:
    """Return the windows of pooling by the place of their shape."""
    found = {}
    for at, sizes in given.items():
        kh, kw, down, along, *maps = (
            None if size is None else _within(size, 1, _MOST) for size in _list(sizes)
        )
        images, channels = maps or (None, None)
        if kh is None or kw is None or down is None or along is None:
            raise ValueError(f"a window, got {str(sizes)[:40]}")
        found[_within(int(at), 0, most)] = Window(kh, kw, down, along, images, channels)
    return found


def _learning(given: Any) -> Learning | None:
    """Return what a training step must know of a layer; null where nobody found out."""
    if given is None:
        return None
    backward, again, added = _list(given)
    share = float(_number(added))
    return Learning(_within(backward, 0, 1) == 1, _within(again, 0, _MOST), share)


def _planes(o: int, t: int, d: int, stride: int, dilation: int, before: int, after: int) -> Planes:
    return Planes(o, t, d, stride, dilation, (before, after))


def _left(name: Any, op: Any, nodes: Any, macs: Any, reason: Any, path: Any = None) -> NotModelled:
    places = tuple(_within(node, 0, _MOST_NODES) for node in _list(nodes))
    known = None if macs is None else _within(macs, 0, 1 << 80)
    return NotModelled(_text(name), _text(op), places, known, _text(reason), _path(path))


def _question(kind: Any, name: Any, taken: Any, about: Any, follows: Any = False) -> Question:
    if kind not in ANSWERED_BY:
        raise ValueError(f"a kind of question, got {str(kind)[:40]!r}")
    known = None if taken is None else _number(taken)
    return Question(kind, _text(name), known, _text(about), follows is True)


def _path(value: Any) -> str | None:
    return None if value is None else _text(value)


def _size(value: Any) -> int | None:
    return None if value is None else _within(value, 0, _MOST)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"a list, got {str(value)[:40]!r}")
    return value


def _within(value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"a whole number from {low} to {high}, got {str(value)[:40]!r}")
    return value


def _number(value: Any) -> int | float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= _MOST:
        raise ValueError(f"a number from 0 to {_MOST}, got {str(value)[:40]!r}")
    return value  # type: ignore[no-any-return]  # one of the two, checked above


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise ValueError(f"a text, got {str(value)[:40]!r}")
    return value
