"""All that a choice depends on in the code is in the digest, and nothing of the rest."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest

from py.errors import JoulegraphError
from py.layers import LoopNest
from py.layers.layer import Zeros
from py.platforms.accelerator import best
from py.platforms.accelerator.choice import LayerQuestion
from py.platforms.accelerator.costs import Widths
from py.platforms.accelerator.engine import Accelerator
from py.platforms.load import platform_from_json, read_platform_file
from py.sweep.answers.engine_digest import digest_of, engine_digest, imported, sources


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small engine: only what is imported in the end counts."""
    for name, text in {
        "platforms/accelerator/engine.py": "from py.notes import Note\n\ndef f():\n"
        "    from py.deep import (\n        one as other,  # with a remark\n        two,\n    )\n",
        "platforms/accelerator/unused.py": "import py.quantities as q, os\n",
        "platforms/load.py": "X = 1\n",
        "layers/loops.py": "MOST = 1\n",
        "layers/__init__.py": "from py.graph import y\n",
        "notes.py": "class Note: ...\n",
        "quantities.py": "",
        "deep/__init__.py": "",
        "deep/two.py": "",
        "graph.py": "",
    }.items():
        file = tmp_path / "py" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def test_imports_are_followed_inside_functions_and_over_lines(tree: Path) -> None:
    assert sorted(sources(tree)) == [
        *("py.deep", "py.deep.two", "py.layers.loops", "py.notes"),
        *("py.platforms.accelerator.engine", "py.platforms.accelerator.unused", "py.quantities"),
    ]


def test_what_is_followed_changes_the_digest_and_the_rest_does_not(tree: Path) -> None:
    before = digest_of(tree, "1")
    counted = {f"{name.replace('.', '/')}" for name in sources(tree)}
    for file in sorted((tree / "py").rglob("*.py")):
        text = file.read_text()
        file.write_text(text + "# more\n")
        name = str(file.relative_to(tree).with_suffix("")).removesuffix("/__init__")
        assert (digest_of(tree, "1") != before) == (name in counted), name
        file.write_text(text)
    assert digest_of(tree, "1") == before != digest_of(tree, "2")


def test_a_module_that_moves_changes_the_digest(tree: Path) -> None:
    before = digest_of(tree, "1")
    room = tree / "py/platforms/accelerator"
    (room / "unused.py").rename(room / "other.py")
    assert digest_of(tree, "1") != before


def test_where_it_lies_and_how_lines_end_changes_nothing(tree: Path, tmp_path: Path) -> None:
    before = digest_of(tree, "1")
    other = tmp_path / "elsewhere"
    shutil.copytree(tree / "py", other / "py")
    for file in other.rglob("*.py"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert digest_of(other, "1") == before


def test_without_sources_there_is_no_digest(tmp_path: Path) -> None:
    with pytest.raises(JoulegraphError, match="engine-unread"):
        digest_of(tmp_path, "1")


def test_a_source_that_is_no_text_is_refused(tree: Path) -> None:
    (tree / "py/notes.py").write_bytes(b"\xff\xfe")
    with pytest.raises(JoulegraphError, match="engine-unread"):
        digest_of(tree, "1")


def test_it_is_the_same_in_every_process(root: Path, tmp_path: Path) -> None:
    code = "from py.sweep.answers.engine_digest import engine_digest; print(engine_digest())"
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": "7"},
    )
    assert told.stdout.strip() == engine_digest(), told.stderr
    assert len(engine_digest()) == 64


def test_the_lines_say_what_the_parser_says(root: Path) -> None:
    for module, text in sources(root).items():
        parsed = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                parsed |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module} imports by dots, which are not followed"
                parsed |= {str(node.module)} | {f"{node.module}.{a.name}" for a in node.names}
        own = {name for name in parsed if name.split(".")[0] == "py"}
        assert own <= set(imported(text)), module


def test_nothing_is_imported_by_a_name_that_is_made_up(root: Path) -> None:
    by_name = ("import_module", "__import__", "exec(", "runpy")
    assert [m for m, text in sources(root).items() if any(one in text for one in by_name)] == []


def test_all_that_runs_for_an_answer_is_in_the_digest(root: Path) -> None:
    """Every line of the project that a search runs, seen while it runs."""
    platform = platform_from_json(read_platform_file("eyeriss"), dataflow="any")
    assert isinstance(platform, Accelerator)
    loops = LoopNest(n=1, g=1, m=2, c=3, p=5, q=5, r=3, s=3, h=7, w=7)
    asked = LayerQuestion(loops, Widths(8, 8, 32), Zeros(ifmap=0.25))
    seen: set[str] = set()

    def look(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            seen.add(frame.f_code.co_filename)

    best._found.clear()
    sys.setprofile(look)
    try:
        platform.choice_of(asked)
    finally:
        sys.setprofile(None)
    ran = {Path(name) for name in seen if Path(name).is_relative_to(root / "py")}
    assert len(ran) > 20
    counted = {root / f"{name.replace('.', '/')}.py" for name in sources(root)}
    counted |= {root / name.replace(".", "/") / "__init__.py" for name in sources(root)}
    assert ran - counted == set()
