"""The shell of the page: it boots under its policy, on any host, offline, and changes version."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import Site, Visit

COUNT_CACHED = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("joulegraph-"));
  const counts = {};
  for (const name of names) counts[name] = (await (await caches.open(name)).keys()).length;
  return counts;
}"""


def build_of(dist: Path) -> tuple[str, int]:
    """Return the build's id and the number of files that its cache holds."""
    build = json.loads((dist / "build.json").read_text())
    left_out = {"sw.js", "_headers"}
    return build["id"], sum(file["path"] not in left_out for file in build["files"])


@pytest.fixture
def service_workers() -> str:
    """As every visitor has it."""
    return "allow"


def wait_for_cache(visit: Visit, expected: dict[str, int]) -> None:
    """Wait until the caches hold as many files as expected, looking from the outside."""
    for _ in range(300):
        counts = visit.page.evaluate(COUNT_CACHED)
        if counts == expected:
            return
        visit.page.wait_for_timeout(100)
    assert counts == expected


def test_boots_from_the_snapshot_and_asks_nobody_else(visit: Visit, site: Site) -> None:
    visit.ready()
    visit.assert_clean(site)
    assert "/engine.snapshot" in site.asked
    assert "/engine.zip" not in site.asked[: site.asked.index("/engine.snapshot")]


def test_every_file_comes_with_the_policy_and_its_type(site: Site, visit: Visit) -> None:
    for path, kind in {
        "": "text/html",
        "main.js": "text/javascript",
        "pyodide/pyodide.mjs": "text/javascript",
        "pyodide/pyodide.asm.wasm": "application/wasm",
    }.items():
        response = visit.page.request.get(site.url + path)
        assert response.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert response.headers["content-type"].split(";")[0] == kind


def test_meta_policy_is_the_header_policy(site: Site, visit: Visit) -> None:
    header = visit.page.request.get(site.url).headers["content-security-policy"]
    meta = visit.page.locator('meta[http-equiv="Content-Security-Policy"]')
    assert meta.get_attribute("content") == header


def test_works_on_a_host_without_headers(
    dist: Path, serve: Callable[..., Site], open_page: Callable[..., Visit]
) -> None:
    site = serve(dist, {})
    visit = open_page(site.url)
    visit.ready()
    visit.assert_clean(site)


def test_works_where_the_browser_refuses_service_workers(
    site: Site, open_page: Callable[..., Visit]
) -> None:
    visit = open_page(site.url, service_workers="block")
    visit.ready()


def test_does_not_start_python_where_nothing_brings_the_policy(
    dist: Path, serve: Callable[..., Site], open_page: Callable[..., Visit]
) -> None:
    site = serve(dist, {})
    visit = open_page(site.url, service_workers="block")
    visit.failed()
    assert not [path for path in site.asked if path.startswith("/pyodide/")]


def test_works_under_a_path_of_a_larger_site(
    tmp_path: Path, dist: Path, serve: Callable[..., Site], open_page: Callable[..., Visit]
) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "energy").symlink_to(dist)
    site = serve(tmp_path, {})
    visit = open_page(site.url + "tools/energy/")
    visit.ready()
    visit.assert_clean(site)


def test_works_offline_after_the_first_visit(dist: Path, site: Site, visit: Visit) -> None:
    visit.ready()
    build_id, count = build_of(dist)
    wait_for_cache(visit, {f"joulegraph-{build_id}": count})
    site.stop()
    visit.page.context.set_offline(True)
    visit.page.reload()
    visit.ready()
    visit.assert_clean(site)


def test_starts_plainly_when_the_snapshot_does_not_fit(
    tmp_path: Path, dist: Path, serve: Callable[..., Site], open_page: Callable[..., Visit]
) -> None:
    changed = tmp_path / "dist"
    shutil.copytree(dist, changed)
    (changed / "engine.snapshot").write_bytes(b"not a snapshot")
    site = serve(changed)
    visit = open_page(site.url)
    visit.ready()
    assert "/engine.zip" in site.asked


def test_can_be_installed_from_under_any_path(
    tmp_path: Path, dist: Path, serve: Callable[..., Site], open_page: Callable[..., Visit]
) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "energy").symlink_to(dist)
    home = serve(tmp_path, {}).url + "tools/energy/"
    page = open_page(home).page
    developer = page.context.new_cdp_session(page)
    told = developer.send("Page.getAppManifest")
    assert told["url"] == home + "manifest.webmanifest"
    assert told["errors"] == []
    said = json.loads(told["data"])
    for icon in said["icons"]:
        response = page.request.get(home + icon["src"])
        assert response.headers["content-type"] == icon["type"]
    assert said["start_url"] == said["scope"] == "./"
    assert {"any", "192x192", "512x512"} <= {icon["sizes"] for icon in said["icons"]}
    problems = developer.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A fresh profile is a private window, where nothing can be installed.
    assert {problem["errorId"] for problem in problems} <= {"in-incognito"}


@pytest.mark.parametrize("path", ["pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs", "worker.js"])
def test_a_part_that_is_missing_is_told(
    path: str,
    tmp_path: Path,
    dist: Path,
    serve: Callable[..., Site],
    open_page: Callable[..., Visit],
) -> None:
    changed = tmp_path / "dist"
    shutil.copytree(dist, changed)
    (changed / path).unlink()
    open_page(serve(changed).url).failed()


def test_a_new_version_waits_until_it_is_asked_for(
    tmp_path: Path, dist: Path, serve: Callable[..., Site], open_page: Callable[..., Visit]
) -> None:
    changed = tmp_path / "dist"
    shutil.copytree(dist, changed)
    old_id, count = build_of(dist)
    new_id = "f" * len(old_id)
    site = serve(changed)
    visit = open_page(site.url)
    visit.ready()
    wait_for_cache(visit, {f"joulegraph-{old_id}": count})
    worker = (changed / "sw.js").read_text()
    assert old_id in worker
    (changed / "sw.js").write_text(worker.replace(old_id, new_id))
    site.asked.clear()

    visit.page.reload()
    visit.ready()
    # The new version is fetched beside the old one, which goes on; what is the same is not
    # fetched again.
    wait_for_cache(visit, {f"joulegraph-{old_id}": count, f"joulegraph-{new_id}": count})
    assert {path for path in site.asked if path != "/sw.js"} == set()

    activate: Any = """async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      registration.waiting.postMessage({ type: "activate" });
    }"""
    visit.page.evaluate(activate)
    wait_for_cache(visit, {f"joulegraph-{new_id}": count})


def test_a_file_of_another_version_is_not_kept(
    tmp_path: Path, dist: Path, serve: Callable[..., Site], open_page: Callable[..., Visit]
) -> None:
    changed = tmp_path / "dist"
    shutil.copytree(dist, changed)
    (changed / "licences.txt").write_text("changed on the host")
    build_id, count = build_of(dist)
    visit = open_page(serve(changed).url)
    visit.ready()
    visit.page.evaluate("async () => { await fetch('licences.txt') }")
    visit.page.wait_for_timeout(2000)
    kept = visit.page.evaluate("async () => (await caches.match('licences.txt')) !== undefined")
    assert not kept
    assert visit.page.evaluate(COUNT_CACHED)[f"joulegraph-{build_id}"] < count
