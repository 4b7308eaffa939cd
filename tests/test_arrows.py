"""Each room knows only the rooms before it: the imports are read, and an arrow back fails.

file -> graph -> layers -> platforms -> breakdown -> the page, the terminal
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: What each room of the engine may import, besides itself and the bottom.
ROOMS: dict[str, frozenset[str]] = {
    "graph": frozenset(),
    "layers": frozenset({"graph"}),
    "platforms": frozenset({"graph", "layers"}),
    "breakdown": frozenset({"graph", "layers", "platforms"}),
    "scenarios": frozenset({"graph", "layers", "platforms", "breakdown"}),
    "compared": frozenset({"graph", "layers", "platforms", "breakdown"}),
    "exports": frozenset({"graph", "layers", "platforms", "breakdown"}),
}
#: Modules on top of the rooms: the doors of the page and of the terminal.
DOORS = frozenset(
    {
        *(
            "console",
            "page",
            "page_compare",
            "page_export",
            "page_options",
            "page_platform",
            "page_request",
            "page_scenarios",
            "terminal",
            "options",
            "model_argument",
            "open_choices",
            "pricing_options",
        ),
        *("estimate", "compare", "simulation_option", "calibration_option"),
        *("answers", "budget_option", "export_forms", "forms", "pricing_arguments"),
        *("what_if_options", "compare_options", "compare_runs", "human_option", "scenario_options"),
        "training_option",
    }
)
#: Rooms that only run natively, may use any package, and that nothing else imports.
NATIVE = frozenset({"measure", "native", "reports", "samples", "simulate", "sweep"})
#: Modules whose every ``sum`` is over whole numbers, which have no rounding.
SUMS_OF_WHOLE_NUMBERS = frozenset(
    {
        "py/breakdown/correlation.py",
        "py/breakdown/price.py",
        "py/breakdown/result.py",
        "py/breakdown/training.py",
        "py/graph/rules/indexing.py",
        "py/graph/rules/movement.py",
        "py/layers/extract.py",
        "py/layers/parameters.py",
        "py/layers/read.py",
        "py/layers/training/others.py",
        "py/layers/training/parts.py",
        "py/layers/works/elementwise.py",
        "py/layers/works/fused_attention.py",
        "py/layers/works/machine_learning.py",
        "py/layers/works/norms.py",
        "py/layers/works/products.py",
        "py/layers/works/recurrent.py",
        "py/layers/works/sampling.py",
        "py/layers/works/spectra.py",
        "py/platforms/accelerator/mapper/plan/plans.py",
        "py/platforms/accelerator/nest/cut.py",
        "py/platforms/accelerator/nest/machine.py",
        "py/platforms/accelerator/nest/stretch.py",
        "py/platforms/accelerator/nest/turns.py",
    }
)

#: What each folder of web/ may import, besides itself; main.tsx may import everything.
WEB: dict[str, frozenset[str]] = {
    "lib": frozenset(),
    "views": frozenset({"lib"}),
}


def modules() -> list[Path]:
    return sorted(path.relative_to(ROOT) for path in (ROOT / "py").rglob("*.py"))


def room_of(path: Path) -> str:
    """Return the part of py/ that a file or a module belongs to: ``py/graph/wire.py`` -> graph."""
    return Path(path.parts[1]).stem if len(path.parts) > 1 else "__init__"


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything a module imports, inside functions too."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.parent.parts[: len(path.parent.parts) - node.level + 1]
            module = ".".join([*package, node.module or ""] if node.level else [node.module or ""])
            module = module.rstrip(".")
            if module == "py":
                yield from ((node.lineno, f"py.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def allowed(importer: str, *, entry: bool) -> frozenset[str] | None:
    """Return the rooms and doors that ``importer`` may know, or None for anything.

    An ``entry`` point of a room, its ``__main__``, may also use what the terminal programs share.
    """
    if importer in NATIVE:
        return None
    if importer in ROOMS:
        return ROOMS[importer] | ({"terminal", "options", "model_argument"} if entry else set())
    if importer in DOORS:
        return frozenset(ROOMS) | DOORS
    return frozenset()  # the bottom: errors, notes, quantities, ...


def wrong_arrows() -> Iterator[str]:
    for path in modules():
        importer = room_of(path)
        may = allowed(importer, entry=path.name == "__main__.py")
        for line, name in imports(path):
            top, *rest = name.split(".")
            if top != "py" or not rest or may is None:
                continue
            target = rest[0]
            if target == importer or target in may:
                continue
            if target in ROOMS or target in DOORS or target in NATIVE:
                yield f"{path}:{line}: {importer} must not know {target} ({name})"


def test_no_arrow_points_back() -> None:
    assert list(wrong_arrows()) == []


def test_the_rooms_of_the_mapper_know_only_those_before_them() -> None:
    """nest -> ask -> stage -> plan -> the search."""
    mapper = "py.platforms.accelerator.mapper."
    order = ("ask", "stage", "plan")
    back = [
        f"{path}:{line}: {name}"
        for path in modules()
        for line, name in imports(path)
        if name.startswith(mapper) and path.parent.name in order and "mapper" in path.parts
        for target in [name.removeprefix(mapper).split(".")[0]]
        if target not in order[: order.index(path.parent.name) + 1]
    ]
    assert back == []


def test_the_engine_imports_the_standard_library_only() -> None:
    foreign = [
        f"{path}:{line}: {name}"
        for path in modules()
        if room_of(path) not in NATIVE
        for line, name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names | {"py", "_pytest"}
    ]
    assert foreign == []


def below_entry(path: Path) -> Iterator[ast.Call]:
    """Yield every call in a module, save those under its ``if __name__ == "__main__"``."""
    tree = ast.parse((ROOT / path).read_text())
    for statement in tree.body:
        if not (isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test)):
            yield from (node for node in ast.walk(statement) if isinstance(node, ast.Call))


def calls(name: str) -> list[str]:
    """Return where the engine, below its entry points, calls something by this last name."""
    found = []
    for path in modules():
        if room_of(path) in NATIVE or path.name == "__main__.py":
            continue
        for call in below_entry(path):
            if ast.unparse(call.func).split(".")[-1] == name:
                found.append(f"{path}:{call.lineno}")
    return found


def test_no_print_and_no_exit_below_an_entry_point() -> None:
    assert calls("print") + calls("exit") + calls("basicConfig") == []


def test_floats_are_not_added_with_sum() -> None:
    """The built-in changed in Python 3.12: ``math.fsum`` gives the same digits everywhere."""
    found = [place for place in calls("sum") if place.split(":")[0] not in SUMS_OF_WHOLE_NUMBERS]
    assert found == []


def test_a_wrong_arrow_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test itself, tried on a tree with one arrow of each forbidden kind."""
    for folder, text in {
        "graph/a.py": "from py.layers import x",
        "layers/b.py": "def f():\n    from ..platforms.load import y",
        "errors.py": "import py.graph.file.wire",
        "page.py": "from py import breakdown\nfrom py import measure",
    }.items():
        file = tmp_path / "py" / folder
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    seen = [line.split(": ")[1].split(" (")[0] for line in wrong_arrows()]
    assert seen == [
        "errors must not know graph",
        "graph must not know layers",
        "layers must not know platforms",
        "page must not know measure",
    ]


def test_the_page_knows_downwards_only() -> None:
    wrong = []
    for path in sorted((ROOT / "web").rglob("*.ts*")):
        folder = path.relative_to(ROOT / "web").parts[0]
        if folder not in WEB:
            continue
        for target in re.findall(
            r"""(?:from|import)\s*\(?\s*["'](\.[^"']*)["']""", path.read_text()
        ):
            reached = (path.parent / target).resolve().relative_to(ROOT / "web").parts[0]
            if reached != folder and reached not in WEB[folder]:
                wrong.append(f"{path.relative_to(ROOT)}: {folder} must not know {target}")
    assert wrong == []
