"""Nothing gets out: from the engine's worker, where Python runs, another host is not reached."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Worker

from tests.page.conftest import Site, Visit

#: Every way in which a worker can ask a host for something.
ATTEMPTS = {
    "fetch": "async (url) => { await fetch(url, { mode: 'no-cors' }); }",
    "request": """(url) => new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.onload = resolve;
        request.onerror = () => reject(new Error('refused'));
        request.open('GET', url);
        request.send();
    })""",
    "socket": """(url) => new Promise((resolve, reject) => {
        const socket = new WebSocket(url.replace('http', 'ws'));
        socket.onopen = resolve;
        socket.onerror = () => reject(new Error('refused'));
    })""",
    "module": "async (url) => { await import(url); }",
    "events": """(url) => new Promise((resolve, reject) => {
        const events = new EventSource(url);
        events.onopen = resolve;
        events.onerror = () => { events.close(); reject(new Error('refused')); };
    })""",
}


def attempt(worker: Worker, way: str, url: str) -> bool:
    """Try to get out; return whether the worker itself thinks that it did."""
    script = f"(url) => ({ATTEMPTS[way]})(url).then(() => true, () => false)"
    return bool(worker.evaluate(script, url))


@pytest.fixture
def elsewhere(tmp_path: Path, serve: Callable[..., Site]) -> Site:
    """Another host: it welcomes everybody and writes down who came."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "welcome.js").write_text("export {};\n")
    return serve(folder, {"Access-Control-Allow-Origin": "*"})


@pytest.fixture
def bare(tmp_path: Path, serve: Callable[..., Site]) -> Site:
    """A page of no policy with a worker of its own, to see that the attempts are real."""
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "index.html").write_text(
        '<!doctype html><script type="module" src="main.js"></script>'
    )
    (folder / "main.js").write_text(
        'globalThis.kept = new Worker("worker.js", {type: "module"});\n'
    )
    (folder / "worker.js").write_text("self.onmessage = () => undefined;\n")
    return serve(folder, {})


@pytest.mark.parametrize("headers", [True, False], ids=["headers", "no headers"])
def test_the_engine_cannot_get_out(
    headers: bool,
    dist: Path,
    serve: Callable[..., Site],
    open_page: Callable[..., Visit],
    elsewhere: Site,
) -> None:
    site = serve(dist) if headers else serve(dist, {})
    # Without headers it is the service worker that brings the policy.
    visit = open_page(site.url, service_workers="allow")
    visit.ready()
    (worker,) = visit.page.workers
    for way in ATTEMPTS:
        assert not attempt(worker, way, elsewhere.url + "welcome.js"), way
    assert elsewhere.asked == []


@pytest.mark.parametrize("way", ["fetch", "request", "module"])
def test_the_attempts_would_get_out_of_a_worker_without_policy(
    way: str, bare: Site, elsewhere: Site, open_page: Callable[..., Visit]
) -> None:
    page = open_page().page
    with page.expect_worker() as started:
        page.goto(bare.url)
    assert attempt(started.value, way, elsewhere.url + "welcome.js")
    assert elsewhere.asked == ["/welcome.js"]
