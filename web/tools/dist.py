"""Builds dist/: page, workers, Pyodide, the engine and its snapshot, samples, manifest.

The same sources make the same bytes. The folder is made beside the old one and put in its place
when it is complete, so that a failed build leaves the old page standing.
"""

import fcntl
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

from web.tools import budgets
from web.tools.bytecode import NO_DATE
from web.tools.engine import LIBRARY, PYODIDE_FILES, write_archive, write_library, write_snapshot
from web.tools.failure import BuildError
from web.tools.platforms import write_platforms
from web.tools.policy import CONSOLE, CONSOLE_POLICY, POLICY, headers_file
from web.tools.pyscript import LICENCE, write_editor
from web.tools.stamps import Stamp, digest

POLICY_MARK = "{{policy}}"
#: The scripts that a page or a worker begins with; what they share is a chunk.
ENTRIES = ("main.tsx", "worker.ts", "console.ts", "console_python.ts")
#: The pages, what each begins with, and the policy that each is under.
PAGES = (("index.html", "main.js", POLICY), (CONSOLE, "console.js", CONSOLE_POLICY))
#: Where what is loaded only when it is asked for lies, as the bundler names it.
CHUNKS = "chunks/[hash]"

#: The scripts of a bundle, and what each imports: another's path, and how.
Parts = dict[str, list[tuple[str, str]]]


def provide(root: Path) -> Path:
    """Build ``root``/dist unless it is up to date, and return it. Safe to call at the same time."""
    dist, archive = root / "dist", root / "dist.zip"
    cache = root / ".cache"
    cache.mkdir(exist_ok=True)
    inputs = [root / name for name in ("py", "web", "public", "package-lock.json", "LICENSE")]
    stamp = Stamp(cache / "dist.stamp", digest(inputs))
    with _one_at_a_time(cache / "dist.lock"):
        if not (stamp.fresh() and (dist / "build.json").is_file() and archive.is_file()):
            print("— dist", flush=True)
            stamp.path.unlink(missing_ok=True)
            with tempfile.TemporaryDirectory(prefix="dist-", dir=cache) as folder:
                build(root, Path(folder) / "dist")
                shutil.rmtree(dist, ignore_errors=True)
                os.replace(Path(folder) / "dist", dist)
                write_zip(dist, archive)
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
    write_library(root, dist / "pyodide" / LIBRARY)
    write_archive(root, dist / "engine.zip")
    write_snapshot(root, dist)
    write_samples(root, dist)
    write_platforms(root / "public", dist / "platforms.json")
    write_licences(root, dist / "licences.txt")
    write_editor(root / "node_modules" / "@pyscript" / "core", dist / "pyscript")
    parts = bundle(root, dist, ENTRIES, "esm", "--splitting", f"--chunk-names={CHUNKS}")
    for page, script, policy in PAGES:
        write_page(root / "web" / page, dist / page, policy, needed_at_once(parts, script))
    files = manifest(dist)
    build_id = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
    # 64 bits of a hash are as good as all of it against a wrong file, and less to download.
    hashes = {file["path"]: str(file["hash"])[:16] for file in files}
    known = json.dumps({"id": build_id, "hashes": hashes})
    bundle(root, dist, ["sw.ts"], "iife", f"--define:__BUILD__={known}")
    (dist / "_headers").write_text(headers_file())
    everything = {"id": build_id, "files": manifest(dist)}
    (dist / "build.json").write_text(json.dumps(everything, indent=1) + "\n")
    budgets.check(budgets.measure(dist))


def bundle(root: Path, dist: Path, entries: Sequence[str], form: str, *options: str) -> Parts:
    """Bundle entries of web/ with what they import; styles that one imports land beside it.

    Returns what was written, by the path in ``dist``, and what of it each file imports.
    """
    esbuild = root / "node_modules" / ".bin" / "esbuild"
    fixed = ["--bundle", "--minify", "--target=es2022", "--log-level=warning", "--charset=utf8"]
    fixed += ["--jsx=automatic", "--jsx-import-source=preact", "--legal-comments=none"]
    fixed += [f"--define:__POLICY__={json.dumps(POLICY)}", f"--format={form}"]
    fixed += [f"--define:__CONSOLE_POLICY__={json.dumps(CONSOLE_POLICY)}"]
    with tempfile.NamedTemporaryFile(dir=dist.parent) as told:
        fixed += [f"--outdir={dist}", f"--metafile={told.name}"]
        _run([esbuild, *(root / "web" / entry for entry in entries), *fixed, *options], cwd=dist)
        outputs = json.loads(Path(told.name).read_text())["outputs"]
    return {
        path: [(own["path"], own["kind"]) for own in output["imports"] if not own.get("external")]
        for path, output in outputs.items()
    }


def needed_at_once(parts: Parts, entry: str) -> list[str]:
    """Return the scripts that an entry imports before it runs, and those that they import."""
    found = [entry]
    for script in found:
        found += [
            path for path, kind in parts[script] if kind == "import-statement" and path not in found
        ]
    return found[1:]


def write_page(source: Path, target: Path, policy: str, preloaded: Sequence[str] = ()) -> None:
    """Copy the page with the policy put where it is marked, and its scripts' parts asked for."""
    text = source.read_text()
    if text.count(POLICY_MARK) != 1:
        raise BuildError(
            f"{source.name}: exactly one {POLICY_MARK} expected, in the content of its "
            f'<meta http-equiv="Content-Security-Policy">, got {text.count(POLICY_MARK)}.'
        )
    links = "".join(f'<link rel="modulepreload" href="{path}" />\n    ' for path in preloaded)
    text = text.replace('<script type="module"', links + '<script type="module"', 1)
    target.write_text(text.replace(POLICY_MARK, policy))


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
    parts.append(LICENCE)
    target.write_text(("\n" + "-" * 80 + "\n").join(parts))


def write_zip(dist: Path, target: Path) -> None:
    """Pack the page as one file; the same page makes the same bytes."""
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w") as archive:
        for path in sorted(path for path in dist.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(dist).as_posix(), NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), compresslevel=9)
    part.replace(target)


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
