"""How fast zeros in weights are counted: the standard library, numpy and the page, side by side.

Run as ``python -m tests.benchmarks.density_benchmark [MEGABYTES]`` (550, the size of VGG-16). It
writes a model whose one weight, a third of it zeros, has that size and lies in a file beside it,
and prints bytes per second and what memory it took:

- in memory: counting in blocks that are there already, nothing read, the page's code in Node;
- process: ``python -m py.estimate --density weights`` as a whole, less the same without;
- page: from the switch to the breakdown, in Chromium with the engine ready, and what its renderer
  grew by meanwhile.

The file has just been written, so that it is in the system's cache for all of them.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper
from playwright.sync_api import Page, expect, sync_playwright

from py.graph.weights import Arithmetic, PlainArithmetic, zero_of
from py.graph.weights.blocks import BLOCK_BYTES
from py.native.numpy_zeros import NumpyArithmetic
from web.tools import browser as browsers
from web.tools import dist as builder
from web.tools.serve import make_server

ROOT = Path(__file__).resolve().parents[2]
SWITCH = "Count zeros in the weights"
TYPES = {"float32": 4, "float16": 2, "int8": 1, "int4": 0.5}
RATES = """
import { readFileSync } from "node:fs";
import { countZeros } from "./web/lib/zeros.ts";
const bytes = new Uint8Array(readFileSync(DATA));
const seconds = BLOCKS.map((block) => {
  let best = Infinity;
  for (let round = 0; round < 20; round++) {
    const start = performance.now();
    countZeros(bytes, block);
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
});
console.log(JSON.stringify(seconds));
"""
NO_NUMPY = "import sys; sys.modules['numpy'] = None; from py.estimate import main; "


def write_model(folder: Path, size_bytes: int) -> Path:
    """Write a matrix product whose weight has this size, in a file beside it."""
    columns = size_bytes // 4 // 4096
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[4096, columns])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="large.data")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], "large")],
        "g",
        [helper.make_tensor_value_info("x", 1, [1, 4096])],
        [helper.make_tensor_value_info("y", 1, [1, columns])],
        [tensor],
    )
    path = folder / "large.onnx"
    path.write_bytes(helper.make_model(graph).SerializeToString())
    block = a_block()
    left = 4096 * columns * 4
    with (folder / "large.data").open("wb") as file:
        while left:
            left -= file.write(block[: min(left, len(block))])
    return path


def a_block() -> bytes:
    """Return a block of float32 of which a third are zero."""
    rng = np.random.default_rng(1)
    values = rng.standard_normal(BLOCK_BYTES // 4).astype(np.float32)
    values[rng.random(values.size) < 1 / 3] = 0
    return values.tobytes()


def rate_in_memory(arithmetic: Arithmetic, dtype: str) -> float:
    """Return the bytes a second that are counted in memory, the best of some rounds."""
    block, zero = a_block(), zero_of(dtype)
    assert zero is not None
    count = int(len(block) / TYPES[dtype])
    return len(block) / best(lambda: arithmetic.packed(block, zero, 0, count), 5)


def page_rates() -> list[float]:
    """Return the bytes a second that the page's code counts in memory, by type, run in Node."""
    blocks = []
    for dtype, size in TYPES.items():
        zero = zero_of(dtype)
        assert zero is not None
        fields = {"bits": zero.bits, "masks": [zero.mask], "patterns": [0], "inner": 1, "first": 0}
        blocks.append(fields | {"elements": int(BLOCK_BYTES / size), "varints": False, "end": 0})
    with tempfile.TemporaryDirectory() as folder:
        script, data = Path(folder) / "rates.mjs", Path(folder) / "block"
        data.write_bytes(a_block())
        esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
        options = ["--bundle", "--format=esm", "--log-level=error", f"--outfile={script}"]
        code = RATES.replace("BLOCKS", json.dumps(blocks)).replace("DATA", json.dumps(str(data)))
        subprocess.run(
            [esbuild, *options, "--platform=node"], input=code, text=True, cwd=ROOT, check=True
        )
        seconds = json.loads(subprocess.run(["node", script], capture_output=True).stdout)
    return [BLOCK_BYTES / each for each in seconds]


def best(work: Callable[[], object], rounds: int) -> float:
    """Return the seconds of the quickest round."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def process_seconds(path: Path, *more: str, numpy: bool = True) -> tuple[float, int]:
    """Return the seconds of a whole process and its largest memory in bytes."""
    arguments = [str(path), "--format", "csv", *more]
    code = "from py.estimate import main; " if numpy else NO_NUMPY
    code += f"main({arguments!r}); import resource; "
    code += "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
    command = [sys.executable, "-c", f"import sys; {code}"]
    memory = 0

    def once() -> None:
        nonlocal memory
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        memory = int(done.stderr) * 1024

    return best(once, 3), memory


def renderer_bytes(page: Page) -> int:
    """Return the memory of the largest renderer; 0 where the system does not tell."""
    browser = page.context.browser
    assert browser is not None
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    sizes = [0]
    for entry in processes:
        status = Path(f"/proc/{entry['id']}/status")
        if entry["type"] == "renderer" and status.exists():
            lines = status.read_text().splitlines()
            sizes += [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")]
    return max(sizes)


def on_the_page(path: Path) -> tuple[float, int]:
    """Return the seconds from the switch to the breakdown, and by what the renderer grew."""
    server = make_server(builder.provide(ROOT), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers.find_on_system(), args=browsers.flags()
        )
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        expect(page.locator("html[data-state=ready]")).to_be_attached(timeout=120_000)
        files = [str(path), str(path.with_suffix(".data"))]
        page.locator("input[type=file]").set_input_files(files)
        expect(page.get_by_role("heading", level=2)).to_have_text("large", timeout=60_000)
        expect(page.locator("html[data-state=ready]")).to_be_attached()
        before = peak = renderer_bytes(page)
        start = time.perf_counter()
        page.get_by_label(SWITCH).check()
        counted = page.locator(".detail").get_by_text("zeros in the weights")
        while counted.count() == 0:
            peak = max(peak, renderer_bytes(page))
        seconds = time.perf_counter() - start
        browser.close()
    server.shutdown()
    return seconds, peak - before


def main(megabytes: int) -> None:
    """Measure and print."""
    print("in memory, MB/s" + "".join(f"{dtype:>10}" for dtype in TYPES))
    arithmetics: dict[str, Arithmetic] = {"stdlib": PlainArithmetic(), "numpy": NumpyArithmetic()}
    for name, arithmetic in arithmetics.items():
        rates = [rate_in_memory(arithmetic, dtype) / 1e6 for dtype in TYPES]
        print(f"  {name:13}" + "".join(f"{rate:10,.0f}" for rate in rates))
    print("  page         " + "".join(f"{rate / 1e6:10,.0f}" for rate in page_rates()))
    with tempfile.TemporaryDirectory() as folder:
        path = write_model(Path(folder), megabytes * 1_000_000)
        size = path.with_suffix(".data").stat().st_size
        print(f"a weight of {size:,} bytes, float32          seconds      MB/s   memory, MB")
        idle, _ = process_seconds(path)
        for name, numpy in {"stdlib": False, "numpy": True}.items():
            seconds, memory = process_seconds(path, "--density", "weights", numpy=numpy)
            tell(f"{name}: process less {idle:.2f} s", size, seconds - idle, f"{memory / 1e6:.0f}")
        seconds, growth = on_the_page(path)
        tell("page: switch to breakdown", size, seconds, f"+{growth / 1e6:.0f}")


def tell(what: str, size_bytes: int, seconds: float, memory: str) -> None:
    """Print one row."""
    print(f"  {what:38}{seconds:12.2f}{size_bytes / seconds / 1e6:10,.0f}{memory:>13}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 550)
