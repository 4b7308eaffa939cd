"""The build: stamps that notice what changed, a manifest that tells the truth, locks that hold."""

import gzip
import hashlib
import json
import re
import subprocess
import sys
import types
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from web.tools import budgets, bytecode, engine
from web.tools import dist as builder
from web.tools.failure import BuildError
from web.tools.platforms import FOLDERS, SINGLE_WIDTHS, first_sentence, platform_entries
from web.tools.policy import CONSOLE_POLICY, POLICY, headers_file
from web.tools.pyscript import write_editor
from web.tools.serve import serve_archive
from web.tools.stamps import Stamp, digest


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small folder to take the hash of."""
    tree = tmp_path / "tree"
    (tree / "inner" / "__pycache__").mkdir(parents=True)
    (tree / "a.txt").write_text("a")
    (tree / "inner" / "b.txt").write_text("b")
    return tree


def test_a_stamp_is_fresh_for_its_inputs_only(tree: Path, tmp_path: Path) -> None:
    path = tmp_path / "made" / ".stamp"
    assert not Stamp(path, digest([tree])).fresh()
    Stamp(path, digest([tree])).write()
    assert Stamp(path, digest([tree])).fresh()
    (tree / "a.txt").write_text("A")
    assert not Stamp(path, digest([tree])).fresh()


def test_the_hash_sees_content_names_and_places(tree: Path) -> None:
    hashes = [digest([tree])]
    for change in (
        lambda: (tree / "inner" / "b.txt").write_text("c"),
        lambda: (tree / "a.txt").rename(tree / "c.txt"),
        lambda: (tree / "c.txt").rename(tree / "inner" / "c.txt"),
        lambda: (tree / "empty").write_text(""),
    ):
        change()
        hashes.append(digest([tree]))
    assert len(set(hashes)) == len(hashes)


def test_the_hash_overlooks_compiled_python(tree: Path) -> None:
    before = digest([tree])
    (tree / "inner" / "__pycache__" / "b.pyc").write_bytes(b"compiled")
    assert digest([tree]) == before


def test_the_page_needs_one_place_for_the_policy(tmp_path: Path) -> None:
    source, target = tmp_path / "index.html", tmp_path / "built.html"
    source.write_text('<meta content="{{policy}}">')
    builder.write_page(source, target, POLICY)
    assert target.read_text() == f'<meta content="{POLICY}">'
    source.write_text("<p>no policy</p>")
    with pytest.raises(BuildError, match=r"exactly one \{\{policy\}\} expected"):
        builder.write_page(source, target, POLICY)


def test_what_is_loaded_later_is_a_chunk_of_its_own(root: Path, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "node_modules").symlink_to(root / "node_modules")
    for name, text in {
        "main.ts": 'import { a } from "./a.ts"; console.log(a, import("./later.ts"));',
        "later.ts": 'import { a } from "./a.ts"; console.log(a, "later");',
        "a.ts": 'export const a = "shared";',
    }.items():
        (tmp_path / "web" / name).write_text(text)
    made = tmp_path / "dist"
    made.mkdir()
    options = ("--splitting", f"--chunk-names={builder.CHUNKS}")
    parts = builder.bundle(tmp_path, made, ["main.ts"], "esm", *options)
    assert {path.relative_to(made).as_posix() for path in made.rglob("*.js")} == set(parts)
    at_once = builder.needed_at_once(parts, "main.js")
    assert ["shared" in (made / path).read_text() for path in at_once] == [True]
    later = set(parts) - {"main.js", *at_once}
    assert ["later" in (made / path).read_text() for path in later] == [True]
    assert all(path.startswith("chunks/") for path in [*at_once, *later])
    page = tmp_path / "page.html"
    page.write_text('{{policy}}<script type="module" src="main.js"></script>')
    builder.write_page(page, made / "page.html", POLICY, at_once)
    links = f'<link rel="modulepreload" href="{at_once[0]}" />'
    assert links in (made / "page.html").read_text()


def test_the_manifest_is_of_the_files_as_they_are(root: Path) -> None:
    dist = builder.provide(root)
    build = json.loads((dist / "build.json").read_text())
    listed = {file["path"]: (file["hash"], file["size_bytes"]) for file in build["files"]}
    there = {
        path.relative_to(dist).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_size,
        )
        for path in dist.rglob("*")
        if path.is_file() and path.name != "build.json"
    }
    assert listed == there
    assert build["id"] in (dist / "sw.js").read_text()


def test_every_platform_is_listed_the_default_first(root: Path) -> None:
    dist = builder.provide(root)
    listed = dist / "platforms.json"
    entries = json.loads(listed.read_text())
    assert entries[0]["id"] == "eyeriss"
    assert [entry["kind"] for entry in entries] == sorted(
        (entry["kind"] for entry in entries), key=list(FOLDERS).index
    )
    for kind, folder in FOLDERS.items():
        shipped = {path.stem for path in (root / "public" / folder).glob("*.json")}
        assert {entry["id"] for entry in entries if entry["kind"] == kind} == shipped
        assert all((dist / folder / f"{identity}.json").is_file() for identity in shipped)
    assert len(gzip.compress(listed.read_bytes())) < 4000  # the first look waits for it


def test_a_platform_is_listed_with_what_it_can_say(tmp_path: Path) -> None:
    power: dict[str, Any] = {"value": 5.0, "source": "s"}
    times = {"errors": {"rmspe": 0.12345}}
    model: dict[str, Any] = {"kind": "conv", "power_w": {}, "dtype": SINGLE_WIDTHS, "time_s": times}
    for folder, identity, more in (
        ("accelerators", "mine", {"about": "At 1.2 V. Then more."}),
        ("accelerators", "eyeriss", {"about": "No stop"}),
        ("profiles", "a", {"models": [model, model], "rated_power_w": None}),
        ("profiles", "b", {"models": [{**model, "power_w": None}], "rated_power_w": power}),
        ("profiles", "c", {"models": [{**model, "power_w": None}], "rated_power_w": None}),
        ("devices", "d", {"class": "Jetson", "peak": {"fp32": {}}, "rated_power_w": power}),
        (
            *("devices", "e"),
            {"class": "GeForce GPU", "peak": {"fp32": None, "int8": {}}, "rated_power_w": None},
        ),
    ):
        kind = next(name for name, own in FOLDERS.items() if own == folder)
        file = {"id": identity, "kind": kind, "name": identity.title(), **more}
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{identity}.json").write_text(json.dumps(file))
    found = platform_entries(tmp_path)
    assert [(entry.pop("id"), entry.pop("kind"), entry.pop("name")) for entry in found] == [
        ("eyeriss", "accelerator", "Eyeriss"),
        ("mine", "accelerator", "Mine"),
        ("a", "measured", "A"),
        ("b", "measured", "B"),
        ("c", "measured", "C"),
        ("e", "datasheet", "E"),
        ("d", "datasheet", "D"),
    ]
    assert found == [
        {"about": "No stop"},
        {"about": "At 1.2 V."},
        {"measured": ["conv"], "power": "measured", "rmspe": {"conv": 0.123}},
        {"measured": ["conv"], "power": "estimated", "rmspe": {"conv": 0.123}},
        {"measured": ["conv"], "rmspe": {"conv": 0.123}},
        {"class": "GeForce GPU", "only": ["int8"]},
        {"class": "Jetson", "power": "estimated"},
    ]


def test_platforms_of_one_id_are_refused(tmp_path: Path) -> None:
    for folder, kind in (("accelerators", "accelerator"), ("profiles", "measured")):
        (tmp_path / folder).mkdir()
        file = {"id": "a", "kind": kind, "name": "A", "about": "", "models": []}
        (tmp_path / folder / "a.json").write_text(json.dumps({**file, "rated_power_w": None}))
    with pytest.raises(BuildError, match="got twice: a"):
        platform_entries(tmp_path)


def test_an_accelerator_is_listed_with_one_sentence() -> None:
    assert first_sentence("No stop") == "No stop"
    assert first_sentence("Of Chen et al. in 2017. More.") == "Of Chen et al. in 2017."
    assert first_sentence("At 1.2 V.") == "At 1.2 V."


def test_the_archive_holds_the_engine_and_is_the_same_twice(root: Path, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        engine.write_archive(root, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    modules = engine.engine_modules(root)
    assert {"py", "py.page", "py.graph", "py.errors", "py.graph.rules.pooling"} <= set(modules)
    assert not [name for name in modules if name.split(".")[1:2] in (["samples"], ["measure"])]
    assert not {"py.terminal", "py.estimate", "py.compare", "py.layers.__main__"} & set(modules)
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        packed = {
            name.removesuffix(".pyc").removesuffix("/__init__") for name in archive.namelist()
        }
    assert packed == {name.replace(".", "/") for name in modules}


#: What the engine may import of the standard library: each takes memory in the snapshot, and some
#: bring half of the rest along (xml.sax the mail reader, html a table of 2 231 names).
MAY_BE_IMPORTED = frozenset(
    (
        *("ast", "base64", "binascii", "bisect", "collections", "contextlib", "copy", "csv"),
        *("dataclasses", "decimal", "difflib", "enum", "fractions", "functools", "gc", "hashlib"),
        *("heapq", "importlib", "io"),
        *("itertools", "json", "math", "operator", "os", "pathlib", "random", "re", "string"),
        *("struct", "sys", "textwrap", "types", "typing", "unicodedata", "weakref", "zlib"),
    )
)


def test_the_engine_imports_what_is_small(root: Path) -> None:
    packages: dict[str, list[str]] = {}
    for name in engine.engine_modules(root):
        path = root / name.replace(".", "/")
        source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        for imported in engine.imported(source):
            packages.setdefault(imported.split(".")[0], []).append(name)
    # `_pytest`: asked for by pytest only, see py/__init__.py.
    others = packages.keys() - MAY_BE_IMPORTED - {"py", "__future__", "_pytest"}
    assert not {package: packages[package] for package in others}


SOURCE = '''"""About."""
from dataclasses import dataclass
SIZE: int = 3
@dataclass(frozen=True)
class Box:
    """A box."""
    width: int = SIZE
    def wider(self, by: int = 1) -> "Box":
        """Return a wider one."""
        assert by > 0, "wider"
        return Box(self.width + by)
def nothing() -> None:
    "Only this."
'''


def test_compiled_code_does_the_same_without_what_is_never_asked_for() -> None:
    room: dict[str, Any] = {"__name__": "room"}
    sys.modules["room"] = types.ModuleType("room")  # where a dataclass looks for its types
    try:
        # S102: the code is this file's own.
        exec(bytecode.engine_code(SOURCE.encode(), "room.py"), room)  # noqa: S102
    finally:
        del sys.modules["room"]
    assert room["SIZE"] == 3
    assert room["Box"]().wider(by=2) == room["Box"](5)
    assert room["nothing"]() is None
    with pytest.raises(AssertionError, match="wider"):
        room["Box"]().wider(0)
    assert room.get("__doc__") is None
    assert room["Box"].wider.__doc__ is None
    assert room["Box"].wider.__annotations__ == {}
    # A dataclass with no docstring would write itself one.
    assert room["Box"].__doc__ == "."


def test_the_library_is_left_with_what_a_tab_has_a_use_for() -> None:
    for path in ("json/__init__.py", "statistics.py", "encodings/utf_8.py", "_pyrepl/pager.py"):
        assert bytecode.kept(path), path
    for path in ("unittest/mock.py", "encodings/cp037.py", "_pyrepl/reader.py", "pdb.py"):
        assert not bytecode.kept(path), path
    assert bytecode.kept("logging/__init__.py")
    assert not bytecode.kept("logging/handlers.py")
    assert bytecode.kept("encodings/")


def test_the_page_weighs_no_more_than_it_may(root: Path) -> None:
    for budget in budgets.measure(builder.provide(root)):
        assert budget.kept, budget
        assert 0 < budget.packed_bytes <= budget.raw_bytes * 1.01


def test_a_page_that_weighs_too_much_is_not_built(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "b").write_bytes(b"b" * 2000)
    within = budgets.budget(tmp_path, "both", 2000, ["a", "b"])
    alone = budgets.budget(tmp_path, "b", 10, ["b"])
    assert (within.raw_bytes, within.kept, alone.kept) == (4048, True, False)
    assert alone.packed_bytes < 50 < within.packed_bytes
    budgets.check([within])
    with pytest.raises(BuildError, match=r"more than it may:\nb +0\.0 kB  of"):
        budgets.check([within, alone])


def test_the_page_is_one_file_too_and_the_same_twice(root: Path, tmp_path: Path) -> None:
    dist = builder.provide(root)
    with zipfile.ZipFile(root / "dist.zip") as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
    assert names == {
        path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file()
    }
    small = tmp_path / "small"
    (small / "inner").mkdir(parents=True)
    (small / "index.html").write_text("page")
    (small / "inner" / "a").write_bytes(b"a")
    packed = []
    for _ in range(2):
        builder.write_zip(small, tmp_path / "small.zip")
        packed.append((tmp_path / "small.zip").read_bytes())
        (small / "index.html").touch()
    assert packed[0] == packed[1]


def test_a_zip_file_of_something_else_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"no zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "other")
    for name, said in (("no.zip", "expected"), ("gone.zip", "expected"), ("other.zip", "without")):
        with pytest.raises(BuildError, match=said):
            serve_archive(tmp_path / name)


def test_a_zip_file_of_the_page_is_served(root: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "page.zip", "w") as archive:
        archive.writestr("index.html", "the page")
    command = [sys.executable, str(root / "build.py"), "serve", str(tmp_path / "page.zip")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            found = re.search(r"http://localhost:\d+", serving.stdout.readline())
            assert found is not None
            with urllib.request.urlopen(found[0]) as response:
                assert response.read() == b"the page"
                assert response.headers["Content-Security-Policy"] == POLICY
        finally:
            serving.terminate()


def test_each_page_has_one_policy_on_hosts_that_read_headers() -> None:
    path = ""
    rules: dict[str, list[str]] = {}
    for line in headers_file().splitlines():
        if line.startswith("  "):
            rules[path].append(line.strip())
        else:
            path = line
            rules[path] = []
    policies = {
        path: [line for line in lines if line.startswith("Content-Security-Policy: ")]
        for path, lines in rules.items()
    }
    assert policies["/*"] == []
    assert policies["/"] == policies["/worker.js"] == [f"Content-Security-Policy: {POLICY}"]
    assert policies["/console.html"] == [f"Content-Security-Policy: {CONSOLE_POLICY}"]
    for policy in (POLICY, CONSOLE_POLICY):
        hosts = set(re.findall(r"(?:https?|wss?):\S*|\*", policy))
        assert hosts == set()


def test_the_editor_ships_with_all_that_its_scripts_name_at_once(
    root: Path, tmp_path: Path
) -> None:
    write_editor(root / "node_modules" / "@pyscript" / "core", tmp_path / "editor")
    names = {path.name for path in (tmp_path / "editor").iterdir()}
    for name in names:
        text = (tmp_path / "editor" / name).read_text()
        assert set(re.findall(r'(?:from|import)"\./([^"]+)"', text)) <= names
        assert "sourceMappingURL" not in text
    assert not [name for name in names if "xterm" in name or "zip" in name or "mpy" in name]
    with pytest.raises(BuildError, match=r"a script core\.js… expected"):
        write_editor(tmp_path, tmp_path / "none")


def test_every_sample_is_shipped_with_its_answer(root: Path) -> None:
    dist = builder.provide(root)
    samples = json.loads((root / "public" / "models" / "index.json").read_text())
    assert samples
    for sample in samples:
        answer = json.loads((dist / "samples" / f"{sample['id']}.json").read_text())
        assert answer["ok"] is True
        assert answer["result"]["options"]["batch"] == 1


def test_the_locks_hold_hashes_and_name_no_host(root: Path) -> None:
    python = (root / "requirements.txt").read_text()
    pinned = re.findall(r"^([a-z0-9-]+)==", python, re.MULTILINE)
    blocks = re.split(r"\n(?=[a-z0-9-]+==)", python)[1:]
    assert len(pinned) > 10
    assert all("--hash=sha256:" in block for block in blocks)
    node = json.loads((root / "package-lock.json").read_text())["packages"]
    for path, package in node.items():
        assert path == "" or package["integrity"].startswith("sha512-"), path
        # A package for another system that is not in the lock would make a clean install fail.
        for name in package.get("optionalDependencies", {}):
            assert f"node_modules/{name}" in node
    assert "://" not in python
    assert "resolved" not in (root / "package-lock.json").read_text()
