"""Of very many rows a fit takes some: as many of each kind, evenly, the same in each reading."""

from pathlib import Path

import numpy as np
import pytest

from py.measure.fit import choice
from py.measure.fit import gathered as room
from py.measure.fit.choice import rows_at, spread
from py.measure.fit.gathered import gathered
from py.measure.fit.profile_fit import Source, fit_profile
from py.measure.fit.samples import samples_of
from py.measure.table.rows import read_rows, stream_rows
from tests.measure.made_rows import Cells, made_rows, rows_of, table_of

CONV = {"op": "conv", "batch": "4", "cin": "8", "h": "16", "cout": "8", "pad": "1", "kh": "3"}


def _mixed() -> list[Cells]:
    """Ninety rows of dense layers, thirty of pools and ten of norms, in turns."""
    cells = [*made_rows("fc", 90), *made_rows("pool", 30), *made_rows("norm", 10)]
    return [cells[place * 49 % 130] for place in range(130)]


def _counts(cells: list[Cells]) -> dict[str, int]:
    return {kind: len(found.works) for (kind, _), found in samples_of(rows_of(cells))[0].items()}


@pytest.mark.parametrize(
    ("kind", "all_kinds", "expected"),
    [
        (1000, 1000, (90, 30, 10)),
        (1000, 130, (90, 30, 10)),
        (1000, 129, (89, 30, 10)),
        (40, 1000, (40, 30, 10)),
        (1000, 60, (25, 25, 10)),
        (20, 60, (20, 20, 10)),
        (1000, 27, (9, 9, 9)),
    ],
)
def test_kinds_share_what_a_fit_takes(
    kind: int, all_kinds: int, expected: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "MOST_OF_A_KIND", kind)
    monkeypatch.setattr(choice, "MOST_OF_ALL", all_kinds)
    found = _counts(_mixed())
    assert (found["dense"], found["pool"], found["norm"]) == expected


def test_rows_taken_are_spread_over_all_of_their_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of(_mixed())
    (every, _), left = samples_of(rows), samples_of(rows)[1]
    assert not left
    monkeypatch.setattr(choice, "MOST_OF_A_KIND", 40)
    some, reasons = samples_of(rows)
    assert list(reasons) == ["90 rows of dense (32x32): a fit takes 40, spread evenly"]
    dense = every["dense", "32x32"].rows
    assert some["dense", "32x32"].rows == tuple(dense[place * 90 // 40] for place in range(40))
    assert some["pool", "32x32"].rows == every["pool", "32x32"].rows


def test_all_places_where_there_are_not_too_many() -> None:
    places = np.array([3, 5, 8, 13])
    assert spread(places, 4).tolist() == spread(places, 9).tolist() == [3, 5, 8, 13]
    assert spread(places, 3).tolist() == [3, 5, 8]
    assert spread(places, 2).tolist() == [3, 8]


def test_a_file_that_is_read_again_gives_what_its_rows_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "made.csv"
    path.write_text(table_of([*_mixed(), {"op": "idle"}, CONV]), encoding="utf-8")
    monkeypatch.setattr(choice, "MOST_OF_A_KIND", 25)
    read, held = stream_rows([path, path]), read_rows([path, path]).rows
    streamed, whole = gathered(read), gathered(held)
    assert list(streamed.left) == list(whole.left)
    assert streamed.layers == whole.layers == 2 * 131
    assert streamed.named == whole.named
    assert list(streamed.samples) == list(whole.samples)
    for key, samples in streamed.samples.items():
        other = whole.samples[key]
        assert (samples.rows, samples.works) == (other.rows, other.works)
        assert np.array_equal(samples.time_s, other.time_s)
        assert np.array_equal(samples.power_w, other.power_w, equal_nan=True)
    source = [Source("made.csv", "0" * 64, ())]
    assert fit_profile("made", read, source, {}).json == fit_profile("made", held, source, {}).json


def test_rows_at_places_are_those_of_a_list_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "made.csv"
    path.write_text(table_of(_mixed()), encoding="utf-8")
    places = np.array([0, 7, 8, 129])
    for rows in (stream_rows([path]), read_rows([path]).rows):
        assert [row.line for row in rows_at(rows, places)] == [2, 9, 10, 131]


def test_every_device_is_named_however_late(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [row | {"device": "a"} for row in made_rows("fc", 30)]
    cells[17]["device"] = cells[23]["device"] = "b"
    named = gathered(rows_of(cells)).named
    assert [row.others["device"] for row in named] == ["a", "b"]


def test_a_profile_takes_as_many_networks_as_it_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = made_rows("fc", 20)
    cells += [{"op": "network", "network": f"n{number}"} for number in range(9)]
    monkeypatch.setattr(room, "MOST_NETWORKS", 3)
    found = gathered(rows_of(cells))
    assert [row.others["network"] for row in found.networks] == ["n0", "n3", "n6"]
    assert list(found.left) == ["9 rows of networks: a profile has 3, spread evenly"]


def test_no_row_of_a_layer_gives_nothing() -> None:
    found = gathered(rows_of([{"op": "idle"}, {"op": "network"}]))
    assert (found.layers, found.samples, len(found.networks)) == (0, {}, 1)
