"""The built page in a real browser: what serves it, what opens it, and what watches it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from py.breakdown.link import decode_link
from web.tools import browser as browsers
from web.tools import dist as builder
from web.tools.policy import HEADERS
from web.tools.serve import Server, make_server

#: Python starts in one or two seconds; a loaded machine may take its time.
READY_LIMIT_MS = 60_000

expect.set_options(timeout=10_000)


@dataclass
class Site:
    """A folder served on a free port of this machine, with the paths it was asked for."""

    server: Server
    asked: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def stop(self) -> None:
        """Take the host away; its visitors get no connection any more."""
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Visit:
    """A page with everything it did that somebody might mind."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def ready(self) -> None:
        """Wait until the engine is up."""
        expect(self.page.locator("html[data-state=ready]")).to_be_attached(timeout=READY_LIMIT_MS)

    def mapped_with(self, **options: Any) -> None:
        """Wait until the link, which is written when all is mapped anew, states these options."""
        limit = time.monotonic() + READY_LIMIT_MS / 1000
        said: dict[str, Any] = {}
        while time.monotonic() < limit:
            if "#" in self.page.url:
                said = decode_link(self.page.url)["options"]
                if options.items() <= said.items():
                    self.ready()
                    return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"a link with {options} expected, got {said}")

    def failed(self) -> None:
        """Wait until the page says that the engine did not start."""
        expect(self.page.locator("html[data-state=error]")).to_be_attached(timeout=READY_LIMIT_MS)

    def assert_clean(self, site: Site) -> None:
        """All requests to the page's own host; no console error, no policy violation."""
        assert self.hosts <= {urlsplit(site.url).netloc}
        assert self.errors == []
        assert self.violations == []


@pytest.fixture(scope="session")
def dist(root: Path) -> Path:
    """The built page, made from today's sources."""
    return builder.provide(root)


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    """Serve a folder until the test ends; ``headers={}`` is a host that sets none."""
    sites: list[Site] = []

    def start(folder: Path, headers: dict[str, str] = HEADERS) -> Site:
        asked: list[str] = []
        site = Site(make_server(folder, 0, headers, asked.append), asked)
        threading.Thread(target=site.server.serve_forever, daemon=True).start()
        sites.append(site)
        return site

    yield start
    for site in sites:
        site.stop()


@pytest.fixture
def site(dist: Path, serve: Callable[..., Site]) -> Site:
    """The page as a good host serves it."""
    return serve(dist)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's browser, else Playwright's own; build.py test sees to it that there is one."""
    path = browsers.find_on_system()
    running = playwright.chromium.launch(executable_path=path, args=browsers.flags())
    yield running
    running.close()


@pytest.fixture
def service_workers() -> str:
    """``block``, as the worker keeps the whole site in each fresh profile; or ``allow``."""
    return "block"


@pytest.fixture
def open_page(browser: Browser, service_workers: str) -> Iterator[Callable[..., Visit]]:
    """Open an address in a fresh profile, watched; options are those of the profile."""
    contexts: list[BrowserContext] = []

    def open_in_new_profile(url: str | None = None, **options: Any) -> Visit:
        context = browser.new_context(**{"service_workers": service_workers} | options)
        contexts.append(context)
        visit = Visit(context.new_page())
        watch(visit)
        if url is not None:
            visit.page.goto(url)
        return visit

    yield open_in_new_profile
    for context in contexts:
        context.close()


@pytest.fixture
def visit(site: Site, open_page: Callable[..., Visit]) -> Visit:
    """The page, opened for the first time."""
    return open_page(site.url)


def watch(visit: Visit) -> None:
    """Note every host asked, every console error, and every violation the browser itself sees."""
    context, page = visit.page.context, visit.page

    def note_host(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob"):
            visit.hosts.add(parts.netloc)

    def note_issue(issue: Any) -> None:
        details = issue["issue"]["details"].get("contentSecurityPolicyIssueDetails")
        if details:
            visit.violations.append(str(details))

    context.on("request", note_host)
    page.on("console", lambda m: visit.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    developer = context.new_cdp_session(page)
    developer.on("Audits.issueAdded", note_issue)
    developer.send("Audits.enable")
