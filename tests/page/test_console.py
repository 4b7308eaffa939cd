"""The console: PyScript's editor over the page's Python, under a policy of its own."""

import contextlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from py import console
from py.breakdown.link import encode_link
from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from web.tools.policy import CONSOLE_POLICY

EXAMPLES = 3


def example(page: Page, place: int) -> str:
    """Return an example's code as the page has it, before the editor takes it over."""
    scripts = re.findall(
        r'<script type="py-editor" env="console">\n(.*?)</script>', page_text(page), re.DOTALL
    )
    assert len(scripts) == EXAMPLES
    lines = str(scripts[place]).rstrip().splitlines()
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[indent:] for line in lines)


def page_text(page: Page) -> str:
    return page.request.get(page.url.split("#")[0]).text()


def printed_here(code: str, state: dict[str, Any], platform: dict[str, Any]) -> str:
    """Return what the code prints in this Python, for the same breakdown."""
    room: dict[str, Any] = {name: getattr(console, name) for name in console.__all__}
    room["breakdown"] = console.of_state(state, platform)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, room)  # noqa: S102 - the page's own examples
    return out.getvalue()


def run(visit: Visit, place: int) -> Locator:
    """Run an example and return where it prints."""
    visit.page.get_by_role("button", name="Python Script Run Button").nth(place).click()
    output = visit.page.locator(".py-editor-output").nth(place)
    expect(output).not_to_be_empty(timeout=READY_LIMIT_MS)
    expect(visit.page.locator(".py-editor-run-button.running")).to_have_count(0)
    return output


def run_text(visit: Visit, code: str) -> str:
    """Run code of one's own in the first editor and return what is printed, errors too."""
    visit.page.locator("script[env=console]:not([setup])").first.evaluate(
        "(script, code) => { script.code = code; }", code
    )
    return run(visit, 0).inner_text()


@pytest.fixture
def opened(site: Site, open_page: Callable[..., Visit]) -> Visit:
    """The console with the first sample, ready."""
    visit = open_page(site.url + "console.html")
    visit.ready()
    return visit


def test_the_examples_print_what_they_print_in_a_terminal(
    opened: Visit, site: Site, dist: Path
) -> None:
    state = json.loads((dist / "samples" / "alexnet.json").read_text())["state"]
    platform = json.loads((dist / "accelerators" / "eyeriss.json").read_text())
    for place in range(EXAMPLES):
        expected = printed_here(example(opened.page, place), state, platform)
        assert expected.count("\n") >= EXAMPLES
        assert run(opened, place).inner_text().strip() == expected.strip()
    opened.assert_clean(site)
    assert "/engine.snapshot" in site.asked
    assert "/engine.zip" not in site.asked[: site.asked.index("/engine.snapshot")]


def test_a_link_s_model_is_at_hand_and_goes_back(
    site: Site, dist: Path, open_page: Callable[..., Visit]
) -> None:
    state = json.loads((dist / "samples" / "lenet5.json").read_text())["state"]
    link = encode_link(state)
    visit = open_page(f"{site.url}console.html#{link}")
    visit.ready()
    total = state["totals"]["energy_j"]
    said = run_text(visit, "print(breakdown.model.name, breakdown.totals.energy_j)")
    assert said.split() == ["lenet5", repr(total)]
    back = visit.page.get_by_role("link", name="Back to the breakdown")
    assert back.get_attribute("href") == f"{site.url}#{link}"
    visit.assert_clean(site)


def test_the_page_leads_to_the_console_and_back(site: Site, visit: Visit) -> None:
    visit.ready()
    visit.page.get_by_role("link", name="Console", exact=True).click()
    visit.page.wait_for_url("**/console.html#v1.*")
    visit.ready()
    assert "alexnet on eyeriss: 23.58 mJ" in run(visit, 0).inner_text()
    visit.page.get_by_role("link", name="Back to the breakdown").click()
    visit.page.wait_for_url(site.url + "#v1.*")
    expect(visit.page).to_have_title(re.compile("^alexnet"), timeout=READY_LIMIT_MS)
    visit.assert_clean(site)


def test_what_is_wrong_is_told_as_text(opened: Visit) -> None:
    said = run_text(opened, "raise ValueError('<img src=x id=broken>')")
    assert "ValueError: <img src=x id=broken>" in said
    assert opened.page.locator("#broken").count() == 0


def test_a_run_without_end_is_stopped_and_the_next_one_has_a_new_python(opened: Visit) -> None:
    page = opened.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("script[env=console]:not([setup])").first.evaluate(
        "(script) => { script.code = 'while True: pass'; }"
    )
    button = page.get_by_role("button", name="Python Script Run Button").first
    button.click()
    expect(page.locator(".py-editor-run-button.running")).to_have_count(1)
    page.evaluate("document.documentElement.dataset.state = 'boot'")
    button.click()
    opened.ready()
    expect(page.locator(".py-editor-run-button")).to_have_count(EXAMPLES)
    assert "8 bits:" in run(opened, 1).inner_text()


def test_a_link_that_cannot_be_read_is_told(site: Site, open_page: Callable[..., Visit]) -> None:
    visit = open_page(f"{site.url}console.html#v1.eJwBAAA")
    expect(visit.page.get_by_role("status")).to_contain_text("The link", timeout=READY_LIMIT_MS)
    assert visit.page.locator("html").get_attribute("data-state") == "error"


ATTEMPT = """
from pyodide.http import pyfetch
try:
    await pyfetch("{url}")
    print("reached")
except Exception as error:
    print("refused")
"""


@pytest.mark.parametrize(
    ("headers", "workers"), [(True, "allow"), (False, "allow"), (False, "block")]
)
def test_nothing_gets_out(
    headers: bool,
    workers: str,
    dist: Path,
    tmp_path: Path,
    serve: Callable[..., Site],
    open_page: Callable[..., Visit],
) -> None:
    (tmp_path / "welcome.txt").write_text("welcome")
    elsewhere = serve(tmp_path, {"Access-Control-Allow-Origin": "*"})
    site = serve(dist) if headers else serve(dist, {})
    visit = open_page(site.url + "console.html", service_workers=workers)
    visit.ready()
    assert "refused" in run_text(visit, ATTEMPT.format(url=elsewhere.url + "welcome.txt"))
    assert "reached" in run_text(visit, ATTEMPT.format(url=site.url + "models/index.json"))
    assert elsewhere.asked == []


@pytest.mark.parametrize("service_workers", ["allow"])
def test_each_page_has_its_own_policy(site: Site, opened: Visit) -> None:
    for host in (site.url, ""):
        script = """async (base) => {
          const policies = {};
          for (const path of ["console.html", "index.html", "worker.js"])
            policies[path] = (await fetch(base + path)).headers.get("Content-Security-Policy");
          return policies;
        }"""
        opened.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        found = opened.page.evaluate(script, host)
        assert found["console.html"] == CONSOLE_POLICY
        assert "unsafe-eval'" not in found["index.html"].replace("'wasm-unsafe-eval'", "")
        assert found["worker.js"] == found["index.html"]


@pytest.mark.parametrize("service_workers", ["allow"])
def test_works_offline_after_a_visit_of_the_page(site: Site, visit: Visit, dist: Path) -> None:
    visit.ready()
    count = len(json.loads((dist / "build.json").read_text())["files"]) - 2
    for _ in range(300):
        kept = visit.page.evaluate(
            "async () => { let n = 0; for (const name of await caches.keys())"
            " n += (await (await caches.open(name)).keys()).length; return n; }"
        )
        if kept >= count:
            break
        visit.page.wait_for_timeout(100)
    assert kept >= count
    site.stop()
    visit.page.context.set_offline(True)
    visit.page.goto(site.url + "console.html")
    visit.ready()
    assert "alexnet on eyeriss" in run(visit, 0).inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    scheme: str, root: Path, site: Site, open_page: Callable[..., Visit]
) -> None:
    visit = open_page(site.url + "console.html", color_scheme=scheme)
    visit.ready()
    run(visit, 0)
    axe = (root / "node_modules" / "axe-core" / "axe.min.js").read_text()
    visit.page.evaluate(axe)
    found = visit.page.evaluate("async () => (await axe.run()).violations")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
