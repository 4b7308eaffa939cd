"""``--density weights``: zeros counted in the terminal, in files beside the model too."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.models import conv_net
from tests.test_terminal import ROOT, run


def save(folder: Path, *, external: bool = False) -> Path:
    """Write a small network: a quarter of conv1's weights are zero, all but 64 of fc1's."""
    model = onnx.load_from_string(conv_net())
    conv, dense = np.ones((4, 3, 3, 3), np.float32), np.zeros((10, 64), np.float32)
    conv[0] = -0.0
    dense[0] = 0.5
    for tensor in model.graph.initializer:
        if tensor.name in ("w", "fc"):
            values = conv if tensor.name == "w" else dense
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    path = folder / "net.onnx"
    if external:
        onnx.external_data_helper.convert_model_to_external_data(
            model, location="net.data", size_threshold=0
        )
    onnx.save(model, path)
    return path


def estimate(path: Path, *more: str) -> tuple[int, Any]:
    code, text, errors = run("py.estimate", str(path), "--format", "json", *more)
    assert errors == "", errors
    return code, json.loads(text)


def shares(result: Any) -> dict[str, float | None]:
    return {layer["name"]: layer["zeros"]["weight"] for layer in result["layers"]}


def codes(result: Any) -> list[str]:
    return [note["code"] for note in result["notes"]]


@pytest.mark.parametrize("external", [False, True])
def test_weights_are_counted_when_asked_for(tmp_path: Path, external: bool) -> None:
    path = save(tmp_path, external=external)
    _, plain = estimate(path)
    assert set(shares(plain).values()) == {None}
    code, result = estimate(path, "--density", "weights")
    assert code == 0
    assert shares(result) == {"conv1": 0.25, "pool1": None, "fc1": 0.9}
    source = result["options"]["density"]["source"]
    assert source == "counted in the weights of net: 2 tensors, 2,992 bytes read"
    assert any(source in note["text"] for note in result["notes"])
    assert result["totals"]["energy_macs"] < plain["totals"]["energy_macs"]


def test_without_numpy_the_count_is_the_same(tmp_path: Path) -> None:
    path = save(tmp_path)
    script = (
        "import sys; sys.modules['numpy'] = None\n"
        "from py.estimate import main\n"
        f"main([{str(path)!r}, '--format', 'json', '--density', 'weights'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert shares(json.loads(done.stdout)) == {"conv1": 0.25, "pool1": None, "fc1": 0.9}


def test_a_missing_file_is_fine_until_weights_are_asked_for(tmp_path: Path) -> None:
    path = save(tmp_path, external=True)
    (tmp_path / "net.data").unlink()
    _, plain = estimate(path)
    assert "weights-unknown" not in codes(plain)
    code, result = estimate(path, "--density", "weights")
    assert code == 0
    assert set(shares(result).values()) == {None}
    assert result["options"]["density"] is None
    assert "weights-unknown" in codes(result)
    assert "zero-fractions" not in codes(result)


def test_a_file_cut_off_leaves_only_its_own_tensors_unknown(tmp_path: Path) -> None:
    path = save(tmp_path, external=True)
    places = {}
    for tensor in onnx.load(path, load_external_data=False).graph.initializer:
        entries = {entry.key: entry.value for entry in tensor.external_data}
        places[tensor.name] = int(entries.get("offset", "0"))
    assert places["w"] < places["fc"]
    os.truncate(tmp_path / "net.data", places["fc"] + 100)
    _, result = estimate(path, "--density", "weights")
    assert shares(result) == {"conv1": 0.25, "pool1": None, "fc1": None}
    assert "weights-unknown" in codes(result)


def test_a_name_that_leads_out_of_the_folder_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    path = save(folder, external=True)
    (folder / "net.data").rename(tmp_path / "net.data")
    path.write_bytes(path.read_bytes().replace(b"net.data", b"../n.dat"))
    _, plain = estimate(path)
    assert plain["totals"]["macs"]
    code, output, errors = run("py.estimate", str(path), "--density", "weights")
    assert (code, output) == (2, "")
    assert "[external-path]" in errors
    assert "Traceback" not in errors


def test_zero_fractions_of_a_file_go_along(tmp_path: Path) -> None:
    path = save(tmp_path)
    zeros = tmp_path / "zeros.json"
    layers = {"conv1": {"ifmap": 0.5, "weight": 0.125}}
    zeros.write_text(
        json.dumps({"schema": "joulegraph/density/1", "source": "a file", "layers": layers})
    )
    _, result = estimate(path, "--density", str(zeros), "--density", "weights")
    first = result["layers"][0]["zeros"]
    assert (first["ifmap"], first["weight"]) == (0.5, 0.25)
    assert result["options"]["density"]["source"].startswith("a file; counted in the weights")


def test_what_was_counted_is_in_the_link(tmp_path: Path) -> None:
    path = save(tmp_path)
    _, result = estimate(path, "--density", "weights")
    code, link, _ = run("py.estimate", str(path), "--density", "weights", "--format", "link")
    assert code == 0
    code, text, errors = run("py.estimate", link.strip(), "--format", "json")
    assert (code, errors) == (0, "")
    linked = json.loads(text)
    assert shares(linked) == shares(result)
    assert linked["totals"] == result["totals"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--density", "weights", "--density", "weights"], "bad-option"),
        (["--density", "weights", "--density", "none"], "bad-option"),
        (["--density", "a.json", "--density", "b.json"], "bad-option"),
    ],
)
def test_bad_use_is_told(tmp_path: Path, arguments: list[str], code: str) -> None:
    status, output, errors = run("py.estimate", str(save(tmp_path)), *arguments)
    assert (status, output) == (2, "")
    assert f"[{code}]" in errors


def test_a_table_and_a_link_hold_no_weights(tmp_path: Path) -> None:
    table = tmp_path / "layers.csv"
    table.write_text("kind,n,g,m,c,p,q,r,s\nconv,1,1,16,3,8,8,3,3\n")
    _, link, _ = run("py.estimate", str(table), "--format", "link")
    for model in (str(table), link.strip()):
        code, output, errors = run("py.estimate", model, "--density", "weights")
        assert (code, output) == (2, "")
        assert "[weights-without-model]" in errors


def test_standard_input_is_counted_too(tmp_path: Path) -> None:
    data = save(tmp_path).read_bytes()
    code, text, _ = run("py.estimate", "-", "--format", "json", "--density", "weights", stdin=data)
    assert code == 0
    assert shares(json.loads(text)) == {"conv1": 0.25, "pool1": None, "fc1": 0.9}


def huge(folder: Path, size_bytes: int) -> Path:
    """Write a model with one weight of this size, in a file that takes no room on the disk."""
    rows = size_bytes // 4096
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1024, rows])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="huge.data")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], "big")],
        "g",
        [helper.make_tensor_value_info("x", 1, [1, 1024])],
        [helper.make_tensor_value_info("y", 1, [1, rows])],
        [tensor],
    )
    path = folder / "huge.onnx"
    path.write_bytes(helper.make_model(graph).SerializeToString())
    with (folder / "huge.data").open("wb") as file:
        file.truncate(4096 * rows)
    return path


def start_on_a_terminal(path: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start counting with standard error on a terminal; return the process and its other end."""
    near, far = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "py.estimate", str(path), "--density", "weights"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=far,
    )
    os.close(far)
    return process, near


def test_progress_is_told_on_a_terminal_and_interrupting_stops_at_once(tmp_path: Path) -> None:
    process, near = start_on_a_terminal(huge(tmp_path, 40 << 30))
    seen = b""
    while b"1 %" not in seen:
        seen += os.read(near, 1000)
    process.send_signal(signal.SIGINT)
    interrupted = time.monotonic()
    assert process.stdout is not None
    assert process.stdout.read() == b""
    assert process.wait(timeout=30) == 130
    assert time.monotonic() - interrupted < 5
    while not seen.endswith(b"stopped\r\n"):
        seen += os.read(near, 1000)
    assert b"counting zeros in the weights: 1 % of 42,949,672,960 bytes" in seen
    assert b"Traceback" not in seen


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    path = huge(tmp_path, 1 << 30)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from py.estimate import main\n"
        f"main([{str(path)!r}, '--format', 'json', '--density', 'weights'])\n"
        # The peak of this program alone: getrusage counts the parent's before the exec too.
        "status = Path('/proc/self/status').read_text().split()\n"
        "sys.stderr.write(status[status.index('VmHWM:') + 1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert shares(json.loads(done.stdout)) == {"big": 1.0}
    assert int(done.stderr) < 150_000  # kB
