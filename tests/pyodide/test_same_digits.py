"""One engine, two Pythons: CPython and Pyodide answer the same requests with the same bytes."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from py.page import handle
from py.platforms.load import read_platform_file
from web.tools import dist as builder

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "public" / "models"
VECTORS: list[dict[str, Any]] = json.loads((ROOT / "tests/vectors/requests.json").read_text())
NO_OPTIONS: dict[str, Any] = {
    "batch": None,
    "bits": None,
    "density": None,
    "inputs": {},
    "dims": {},
    "values": {},
}


def lay_out(folder: Path) -> list[dict[str, Any]]:
    """Put what the vectors name into ``folder``; return their requests, with paths in /upload."""
    requests = []
    for index, vector in enumerate(VECTORS):
        name = vector.get("model", f"table{index}.csv")
        if "model" in vector:
            shutil.copyfile(MODELS / name, folder / name)
        else:
            (folder / name).write_text(vector["table"])
        options = {**NO_OPTIONS, **vector.get("options", {})}
        if "density" in vector:
            options["density"] = json.loads((MODELS / vector["density"]).read_text())
        platform = read_platform_file(vector.get("platform", "eyeriss"))
        source = {"kind": "file", "path": f"/upload/{name}", "name": name}
        requests.append(
            {"do": "estimate", "source": source, "platform": platform, "options": options}
        )
    return requests


def in_cpython(request: dict[str, Any], folder: Path) -> str:
    """Answer a request here, where its file lies in ``folder``."""
    source = request["source"]
    if source["kind"] == "file":
        source = {**source, "path": str(folder / source["name"])}
    return handle(json.dumps({**request, "source": source}))


def in_pyodide(requests: list[dict[str, Any]], folder: Path, way: str) -> list[str]:
    """Answer requests with the built engine under Node, started one ``way`` or the other."""
    (folder / "requests.json").write_text(json.dumps([json.dumps(request) for request in requests]))
    script = ROOT / "tests" / "pyodide" / "answers.mjs"
    done = subprocess.run(
        ["node", script, builder.provide(ROOT), folder, way],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers: list[str] = json.loads((folder / "answers.json").read_text())
    return answers


@pytest.mark.parametrize("way", ["snapshot", "archive"])
def test_cpython_and_pyodide_answer_alike(way: str, tmp_path: Path) -> None:
    requests = lay_out(tmp_path)
    expected = [in_cpython(request, tmp_path) for request in requests]
    answered = [json.loads(text) for text in expected]
    # What a link carries is asked about too: the same breakdown without the file.
    for request, answer in list(zip(requests, answered, strict=True)):
        if answer["ok"]:
            linked = {**request, "source": {"kind": "state", "state": answer["state"]}}
            requests.append(linked)
            expected.append(in_cpython(linked, tmp_path))
    names = [vector["name"] for vector in VECTORS]
    for name, ours, theirs in zip(
        [*names, *(f"link {number}" for number in range(len(requests) - len(names)))],
        expected,
        in_pyodide(requests, tmp_path, way),
        strict=True,
    ):
        assert ours == theirs, name


def test_the_vectors_hold_answers_and_errors(tmp_path: Path) -> None:
    answers = [json.loads(in_cpython(request, tmp_path)) for request in lay_out(tmp_path)]
    assert [answer["ok"] for answer in answers] == [True] * 13 + [False] * 3
    assert "internal" not in [answer["error"]["code"] for answer in answers[13:]]
