"""The page's numbers are the terminal's: every sample, every layer of it, through both."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from py.estimate import main as estimate
from tests.page.conftest import Site, Visit
from tests.page.reading import column, number, sample_answer, shows

SAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).resolve().parents[2] / "public/models/index.json").read_text()
)


def terminal(sample: dict[str, Any], dist: Path, folder: Path) -> Any:
    """Return what ``python -m py.estimate`` writes about a sample's file."""
    target = folder / f"{sample['id']}.json"
    model = dist / "models" / sample["file"]
    assert estimate([str(model), "--format", "json", "--output", str(target)]) == 0
    return json.loads(target.read_text())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample["id"]))
def test_a_sample_has_the_same_numbers_on_the_page(
    sample: dict[str, Any],
    tmp_path: Path,
    dist: Path,
    site: Site,
    open_page: Callable[..., Visit],
) -> None:
    said = terminal(sample, dist, tmp_path)
    shipped = sample_answer(dist, sample["id"])["result"]
    assert said["totals"] == shipped["totals"]
    assert said["proxies"] == shipped["proxies"]
    assert [numbers(layer) for layer in said["layers"]] == [
        numbers(layer) for layer in shipped["layers"]
    ]
    page = open_page(site.url, viewport={"width": 1440, "height": 900}).page
    page.get_by_label("Sample").select_option(sample["id"])
    shows(page, sample["name"])
    assert number(page.locator(".totals dd b").first.inner_text()) == pytest.approx(
        said["totals"]["energy_j"], rel=5.1e-4
    )
    shown = [number(text) for text in column(page, "Energy")]
    energies = [layer["energy_j"] for layer in said["layers"]]
    assert shown == pytest.approx(energies[: len(shown)], rel=5.1e-4)
    assert len(shown) == len(energies) or len(shown) >= 100  # longer tables are shown in parts
    times = [number(text) for text in column(page, "Time")]
    assert times == pytest.approx(
        [layer["time_s"] for layer in said["layers"]][: len(times)], rel=5.1e-4
    )


def numbers(layer: dict[str, Any]) -> list[Any]:
    return [layer[name] for name in ("name", "macs", "bytes", "energy_j", "time_s", "parts")]
