"""Results to take along, some with names that mean something to each format."""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper

from py.breakdown import Options, platform_for, price
from py.exports.export import Export
from py.layers import Choices, read_model
from py.platforms.load import read_platform_file
from tests.models import serialised

ROOT = Path(__file__).resolve().parents[2]
LINK = "https://example.org/joulegraph/#v1.eNqrVkrOz0lV0lEqLU4tAgAuWQWD"
BIBLIOGRAPHY: Any = json.loads((ROOT / "public" / "bibliography.json").read_text("utf-8"))

WICKED = (
    "a|b\\|c\\",
    "_em_ *strong* `code` ``",
    "<img src=x onerror=alert(1)>&amp;\"'",
    "line\nbreak | cell\r\n# heading",
    "\u202egnp.exe \u05d0\u05d1\u05d2 \u2066x",
    "@someone #1 https://evil.example www.evil.example :tada:",
    "\\end{tabular}\\input{x} 50% $x^2$ {a}_b~c#d--e---f",
    "]]></svg><script>alert(1)</script>",
    "[link](javascript:alert(1)) ![x](y) <!-- c -->",
    "  padded  ",
    "}, @article{evil,",
    "'\u0000\u001b[31m\u2028\ud7ff\uffff",
)


def chain(names: tuple[str, ...]) -> bytes:
    """A chain of 1x1 convolutions on a 4x4 map, each with one of the names."""
    weights, nodes = [], []
    for place, name in enumerate(names):
        weight = helper.make_tensor(f"w{place}", TensorProto.FLOAT, (2, 2, 1, 1), [1.0] * 4)
        weights.append(weight)
        nodes.append(helper.make_node("Conv", [f"x{place}", f"w{place}"], [f"x{place + 1}"], name))
    shape = (1, 2, 4, 4)
    return serialised(nodes, {"x0": shape}, {f"x{len(names)}": shape}, weights)


def graph_of(model: bytes) -> onnx.GraphProto:
    return onnx.load_model_from_string(model).graph


def export(
    model: bytes, platform: str = "eyeriss", *, name: str = "made.onnx", link: str | None = LINK
) -> Export:
    return _export(model, platform, name, link)


@cache
def _export(model: bytes, platform: str, name: str, link: str | None) -> Export:
    file = read_platform_file(platform)
    result = price(
        read_model(io.BytesIO(model), name, Choices()), platform_for(file, Options()), Options()
    )
    return Export(result, file, link=link)


def sample(name: str, platform: str = "eyeriss") -> Export:
    data = (ROOT / "public" / "models" / f"{name}.onnx").read_bytes()
    return export(data, platform, name=f"{name}.onnx")


def wicked() -> Export:
    return export(chain(WICKED), name="<b>|`_%$&#.onnx")
