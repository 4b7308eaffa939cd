"""The page that a sweep leaves: it stands by itself, for everyone, on every screen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from py.sweep.summary.page import summary_page
from py.sweep.summary.source import Listed
from py.sweep.summary.summary import About, summarise
from tests.page.conftest import Site, Visit
from tests.page.reading import axe_faults
from tests.sweep.summary.made_rows import sweep

DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A summary where a host may find it: long names among short ones, several points."""
    rows = sweep(400, batches=(1, 4, 16), names=("arch", "a-network-of-a-long-name/" * 4))
    page = summary_page(summarise(Listed(rows), About(sweep={"models": ["nets/*.onnx"]})))
    at = tmp_path_factory.mktemp("summary")
    (at / "index.html").write_text(page, encoding="utf-8")
    return at


@pytest.mark.parametrize(
    "options",
    [
        DESK,
        DESK | {"color_scheme": "dark"},
        DESK | {"forced_colors": "active"},
        {"viewport": {"width": 320, "height": 640}},
    ],
    ids=["light", "dark", "forced colours", "narrowest"],
)
def test_a_summary_is_for_everyone(
    options: dict[str, Any],
    folder: Path,
    serve: Callable[..., Site],
    open_page: Callable[..., Visit],
    root: Path,
) -> None:
    site = serve(folder, {})
    visit = open_page(site.url, **options)
    page = visit.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Sweep of 400 models on 2 platforms")
    expect(page.get_by_role("img")).not_to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe_faults(page, root) == []
    visit.assert_clean(site)
