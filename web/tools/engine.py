"""The Python that ships with the page: the library, the engine's archive, and the snapshot of both.

All three are compiled code: the page never shows a source, and compiling at the start would take
longer than all else. The archive is for where the snapshot does not fit.
"""

import ast
import gzip
import subprocess
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from web.tools.bytecode import NO_DATE
from web.tools.stamps import digest

#: What of the npm package the page needs as it is.
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
LIBRARY = "python_stdlib.zip"
#: Rooms of py/ that only run natively or make the samples.
NATIVE_ROOMS = frozenset({"measure", "native", "reports", "samples", "simulate", "sweep"})
#: What the page calls; what else lies beside the rooms is the terminal's, unless these use it.
DOORS = ("py.page", "py.console")


def engine_modules(root: Path) -> list[str]:
    """Return the names of the modules that the page runs: its doors, the rooms, what these import.

    The terminal's own modules are not among them: they take memory in a snapshot for nothing.
    """
    paths = _modules(root)
    rooms = (
        name
        for name in paths
        if name.count(".") > 1 or (paths[name].stem == "__init__" and name != "py")
        if NATIVE_ROOMS.isdisjoint(name.split(".")) and not name.endswith(".__main__")
    )
    found: set[str] = set()
    todo = ["py", *(door for door in DOORS if door in paths), *rooms]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [other for other in imported(paths[name]) if other in paths]
    return sorted(found)


def _modules(root: Path) -> dict[str, Path]:
    files = {path.relative_to(root): path for path in (root / "py").rglob("*.py")}
    return {
        ".".join(relative.with_suffix("").parts).removesuffix(".__init__"): path
        for relative, path in files.items()
    }


def imported(path: Path) -> Iterable[str]:
    """Return the names of what a module imports anywhere in it, and of the packages they are in."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            steps = name.split(".")
            yield from (".".join(steps[:count]) for count in range(1, len(steps) + 1))


def write_sources(root: Path, target: Path) -> None:
    """Pack the sources of the engine's modules."""
    paths = _modules(root)
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(paths[name] for name in engine_modules(root)):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), NO_DATE)
            archive.writestr(entry, path.read_bytes())


def write_archive(root: Path, target: Path) -> None:
    """Pack the engine's compiled modules, from which Python can import them."""
    sources = target.with_suffix(".sources")
    write_sources(root, sources)
    _compile(root, "write_engine", sources, target)
    sources.unlink()


def write_library(root: Path, target: Path) -> None:
    """Pack the compiled modules of the standard library that have a use in a tab.

    They are kept in .cache under the hash of what they were made from.
    """
    source = root / "node_modules" / "pyodide" / LIBRARY
    tools = [root / "web" / "tools" / f"bytecode.{kind}" for kind in ("py", "mjs")]
    made_from = digest([source, source.with_name("package.json"), *tools])
    cache = root / ".cache"
    kept = cache / f"library-{made_from[:32]}.zip"
    if not kept.is_file():
        cache.mkdir(exist_ok=True)
        part = kept.with_suffix(".part")
        _compile(root, "write_library", source, part)
        for old in cache.glob("library-*.zip"):
            old.unlink()
        part.replace(kept)
    target.write_bytes(kept.read_bytes())


def write_snapshot(root: Path, dist: Path) -> None:
    """Write the memory of a Python that has imported the engine, made from the files that ship."""
    script = root / "web" / "tools" / "snapshot.mjs"
    raw = dist / "engine.snapshot.raw"
    modules = ",".join(engine_modules(root))
    _run(["node", script, f"{dist / 'pyodide'}/", dist / "engine.zip", raw, modules])
    (dist / "engine.snapshot").write_bytes(gzip.compress(raw.read_bytes(), 9, mtime=0))
    raw.unlink()


def _compile(root: Path, work: str, source: Path, target: Path) -> None:
    script = root / "web" / "tools" / "bytecode.mjs"
    _run(["node", script, root / "node_modules" / "pyodide", work, source, target])


def _run(command: Sequence[str | Path]) -> None:
    subprocess.run(command, check=True)
