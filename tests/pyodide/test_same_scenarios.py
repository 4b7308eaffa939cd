"""Scenarios, too, are answered with the same bytes by CPython and by Pyodide."""

from pathlib import Path
from typing import Any

from py.platforms.load import read_platform_file
from tests.models import conv_net
from tests.pyodide.test_same_digits import in_cpython, in_pyodide
from tests.scenarios.models import language_model

ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("curve", "net.onnx", {"batches": [1, 2, 8]}),
    ("prune", "net.onnx", {"keep": 0.3}),
    ("tokens", "talker.onnx", {"prompt": 6, "generate": 20}),
    ("tokens", "net.onnx", {}),
]


def test_cpython_and_pyodide_answer_alike(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(conv_net("n"))
    (tmp_path / "talker.onnx").write_bytes(language_model())
    requests = [
        {
            "do": verb,
            "source": {"kind": "file", "path": f"/upload/{name}", "name": name},
            "platform": read_platform_file("eyeriss"),
            **more,
        }
        for verb, name, more in ASKED
    ]
    expected = [in_cpython(request, tmp_path) for request in requests]
    assert ['"ok":true' in answer for answer in expected] == [True, True, True, False]
    assert in_pyodide(requests, tmp_path, "snapshot") == expected
