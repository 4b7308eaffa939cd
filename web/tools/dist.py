"""Builds dist/: page, workers, Pyodide, the engine and its snapshot, samples, manifest.

The same sources make the same bytes. The folder is made beside the old one and put in its place
when it is complete, so that a failed build leaves the old page standing.
"""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from web.tools.failure import BuildError
from web.tools.platforms import write_platforms
from web.tools.policy import POLICY, headers_file
from web.tools.stamps import Stamp, digest

#: What of the npm package the page needs as it is.
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
#: Rooms of py/ that only run natively or make the samples.
NATIVE_ROOMS = frozenset({"measure", "native", "samples", "simulate", "sweep"})
#: Modules of py/ that only the terminal's programs use: they take memory in a snapshot for nothing.
TERMINAL = frozenset(
    f"py.{name}"
    for name in (
        *("estimate", "options", "terminal", "model_argument"),
        *("open_choices", "pricing_options", "simulation_option", "calibration_option"),
    )
)
#: The archive's files all bear this date, the oldest that the format knows.
NO_DATE = (1980, 1, 1, 0, 0, 0)
POLICY_MARK = "{{policy}}"


def provide(root: Path) -> Path:
    """Build ``root``/dist unless it is up to date, and return it. Safe to call at the same time."""
    dist = root / "dist"
    cache = root / ".cache"
    cache.mkdir(exist_ok=True)
    inputs = [root / name for name in ("py", "web", "public", "package-lock.json", "LICENSE")]
    stamp = Stamp(cache / "dist.stamp", digest(inputs))
    with _one_at_a_time(cache / "dist.lock"):
        if not (stamp.fresh() and (dist / "build.json").is_file()):
            print("— dist", flush=True)
            stamp.path.unlink(missing_ok=True)
            with tempfile.TemporaryDirectory(prefix="dist-", dir=cache) as folder:
                build(root, Path(folder) / "dist")
                shutil.rmtree(dist, ignore_errors=True)
                os.replace(Path(folder) / "dist", dist)
            stamp.write()
    return dist


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build(root: Path, dist: Path) -> None:
    """Build everything into the new folder ``dist``."""
    # Captures are what profiles were fitted to: large, and nothing that the page asks for.
    shutil.copytree(root / "public", dist, ignore=shutil.ignore_patterns("captures"))
    pyodide = root / "node_modules" / "pyodide"
    (dist / "pyodide").mkdir()
    for name in PYODIDE_FILES:
        shutil.copyfile(pyodide / name, dist / "pyodide" / name)
    # The engine needs no package, and none is ever fetched.
    lock = json.loads((pyodide / "pyodide-lock.json").read_text())
    (dist / "pyodide" / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": {}}))
    write_archive(root, dist / "engine.zip")
    write_snapshot(root, dist)
    write_samples(root, dist)
    write_platforms(root / "public", dist / "platforms.json")
    write_licences(root, dist / "licences.txt")
    bundle(root, dist, "main.tsx", "esm")
    bundle(root, dist, "worker.ts", "esm")
    write_page(root / "web" / "index.html", dist / "index.html")
    files = manifest(dist)
    build_id = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
    known = json.dumps({"id": build_id, "files": files})
    bundle(root, dist, "sw.ts", "iife", f"--define:__BUILD__={known}")
    (dist / "_headers").write_text(headers_file())
    everything = {"id": build_id, "files": manifest(dist)}
    (dist / "build.json").write_text(json.dumps(everything, indent=1) + "\n")


def bundle(root: Path, dist: Path, entry: str, form: str, *options: str) -> None:
    """Bundle one entry of web/ with what it imports; styles it imports land beside it."""
    output = dist / Path(entry).with_suffix(".js").name
    esbuild = root / "node_modules" / ".bin" / "esbuild"
    fixed = ["--bundle", "--minify", "--target=es2022", "--log-level=warning", "--charset=utf8"]
    fixed += ["--jsx=automatic", "--jsx-import-source=preact", "--legal-comments=none"]
    fixed += [f"--define:__POLICY__={json.dumps(POLICY)}", f"--format={form}"]
    _run([esbuild, root / "web" / entry, *fixed, *options, f"--outfile={output}"])


def write_page(source: Path, target: Path) -> None:
    """Copy the page with the policy put where it is marked."""
    text = source.read_text()
    if text.count(POLICY_MARK) != 1:
        raise BuildError(
            f"{source.name}: exactly one {POLICY_MARK} expected, in the content of its "
            f'<meta http-equiv="Content-Security-Policy">, got {text.count(POLICY_MARK)}.'
        )
    target.write_text(text.replace(POLICY_MARK, POLICY))


def engine_files(root: Path) -> list[Path]:
    """Return the sources of the engine that the page runs, relative to ``root``."""
    sources = (path.relative_to(root) for path in (root / "py").rglob("*.py"))
    return sorted(path for path in sources if NATIVE_ROOMS.isdisjoint(path.parts))


def engine_modules(root: Path) -> list[str]:
    """Return the names of the engine's modules, save those of the terminal."""
    names = (".".join(path.with_suffix("").parts) for path in engine_files(root))
    return [
        name.removesuffix(".__init__")
        for name in names
        if not name.endswith(".__main__") and name not in TERMINAL
    ]


def write_archive(root: Path, target: Path) -> None:
    """Pack the engine's sources, from which Python can import them."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in engine_files(root):
            entry = zipfile.ZipInfo(path.as_posix(), NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (root / path).read_bytes())


def write_snapshot(root: Path, dist: Path) -> None:
    """Write the memory of a Python that has imported the engine, made from the files that ship."""
    script = root / "web" / "tools" / "snapshot.mjs"
    raw = dist / "engine.snapshot.raw"
    modules = ",".join(engine_modules(root))
    _run(["node", script, f"{dist / 'pyodide'}/", dist / "engine.zip", raw, modules])
    (dist / "engine.snapshot").write_bytes(gzip.compress(raw.read_bytes(), 9, mtime=0))
    raw.unlink()


def write_samples(root: Path, dist: Path) -> None:
    """Write the engine's answer for each sample; a process of its own imports today's engine."""
    _run([sys.executable, "-m", "web.tools.samples", dist / "samples"], cwd=root)


def write_licences(root: Path, target: Path) -> None:
    """Collect the licences of what is bundled."""
    parts = [f"Joulegraph\n\n{(root / 'LICENSE').read_text()}"]
    lock = json.loads((root / "package-lock.json").read_text())
    for path, package in sorted(lock["packages"].items()):
        if path == "" or package.get("dev") or package.get("optional"):
            continue
        name = path.removeprefix("node_modules/")
        texts = sorted((root / path).glob("LICEN[CS]E*"))
        text = texts[0].read_text() if texts else f"{package.get('license')}; see its npm package."
        parts.append(f"{name} {package['version']}\n\n{text}")
    target.write_text(("\n" + "-" * 80 + "\n").join(parts))


def manifest(dist: Path) -> list[dict[str, str | int]]:
    """Return path, hash (SHA-256) and size in bytes of every file in ``dist``."""
    files = sorted(path for path in dist.rglob("*") if path.is_file())
    return [
        {
            "path": path.relative_to(dist).as_posix(),
            "hash": hashlib.sha256(path.read_bytes()).hexdigest(),
            "size_bytes": path.stat().st_size,
        }
        for path in files
    ]


def _run(command: Sequence[str | Path], cwd: Path | None = None) -> None:
    subprocess.run(command, cwd=cwd, check=True)
