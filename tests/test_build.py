"""The build: stamps that notice what changed, a manifest that tells the truth, locks that hold."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from web.tools import dist as builder
from web.tools.failure import BuildError
from web.tools.platforms import FOLDERS, first_sentence, platform_entries
from web.tools.policy import POLICY
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
    builder.write_page(source, target)
    assert target.read_text() == f'<meta content="{POLICY}">'
    source.write_text("<p>no policy</p>")
    with pytest.raises(BuildError, match=r"exactly one \{\{policy\}\} expected"):
        builder.write_page(source, target)


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
    model: dict[str, Any] = {"kind": "conv", "power_w": {}}
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
        {"measured": ["conv"], "power": "measured"},
        {"measured": ["conv"], "power": "estimated"},
        {"measured": ["conv"]},
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
        builder.write_archive(root, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    modules = builder.engine_modules(root)
    assert {"py", "py.page", "py.graph", "py.errors"} <= set(modules)
    assert not [name for name in modules if name.split(".")[1:2] in (["samples"], ["measure"])]
    assert not builder.TERMINAL & set(modules)
    assert all((root / f"{name.replace('.', '/')}.py").is_file() for name in builder.TERMINAL)


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
