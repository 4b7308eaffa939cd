"""The report of a fit of made-up rows: all of it follows from the rows, and none of it runs."""

import csv
import io
import math
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from statistics import median

import pytest

from py.errors import JoulegraphError
from py.measure.fit.errors_of_fit import bias, mape, median_error, rmspe
from py.measure.fit.profile_fit import ProfileFit
from py.measure.report import units, write_report
from py.measure.table.set_aside import SetAside
from py.platforms.measured.read import profile_from_json
from tests.measure.report.made_fit import FILE, NAME, SOURCE, made_fit, made_neuralpower, rows

_FILES = ("report.txt", "report.html", "folds.csv")
_VOID = frozenset({"meta", "br", "img", "link"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(made_fit(), tmp_path_factory.mktemp("report"))


def written(found: ProfileFit, at: Path) -> Path:
    write_report(found, at, lambda _: None)
    return at


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


class Tree(HTMLParser):
    """Reads a page strictly: every tag is closed by its own, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def tree_of(page: str) -> Tree:
    tree = Tree()
    tree.feed(page)
    tree.close()
    assert tree.open == []
    return tree


def test_the_same_fit_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = written(made_fit(), tmp_path / "made" / "anew")
    assert sorted(path.name for path in again.iterdir()) == sorted(_FILES)
    for name in _FILES:
        assert (folder / name).read_bytes() == (again / name).read_bytes()


def test_no_date_and_no_path_is_in_it(folder: Path) -> None:
    for name in _FILES:
        text = read(folder, name)
        assert str(Path.cwd()) not in text
        assert str(folder) not in text
        assert not re.search(r"\b20[2-9]\d-\d\d-\d\d\b", text)


def test_the_page_is_well_formed_and_runs_nothing(folder: Path) -> None:
    tree = tree_of(read(folder, "report.html"))
    tags = {tag for tag, _ in tree.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "b"}
    for tag, attributes in tree.tags:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "srcset", "action"):
            value = attributes.get(name)
            assert value is None or value.startswith("#"), (tag, value)
    assert "url(" not in read(folder, "report.html")
    assert "@import" not in read(folder, "report.html")


def test_names_from_files_are_words_of_the_page(folder: Path) -> None:
    tree = tree_of(read(folder, "report.html"))
    said = "".join(tree.words)
    assert NAME in said
    assert FILE in said
    assert SOURCE.sha256 in said


def test_links_lead_to_sections(folder: Path) -> None:
    tree = tree_of(read(folder, "report.html"))
    anchors = {attributes.get("id") for _, attributes in tree.tags}
    links = [attributes["href"] for tag, attributes in tree.tags if tag == "a"]
    assert len(links) == 4
    assert all(link is not None and link[1:] in anchors for link in links)


def test_plots_name_what_they_show_and_have_every_row(folder: Path) -> None:
    page = read(folder, "report.html")
    pictures = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(pictures) == 6
    for picture, count in zip(pictures, (66, 66, 65, 65, 65, 65), strict=True):
        assert 'role="img"' in picture
        assert 'aria-label="' in picture
        dots = picture.count("h0") + picture.count("<circle")
        assert dots == count
        assert picture.count("<title>") == 20
    places = [float(x) for x in re.findall(r"M(-?[\d.]+) ", "".join(pictures))]
    assert min(places) >= 84
    assert max(places) <= 466


def test_rows_csv_has_each_row_once_with_the_fits_predictions(folder: Path) -> None:
    table = list(csv.DictReader(io.StringIO(read(folder, "folds.csv"))))
    (kind,) = made_fit().kinds
    measured = [row for row in rows() if row.runtime_s is not None]
    assert [int(row["line"]) for row in table] == [row.line for row in measured]
    assert {int(row["fold"]) for row in table} == set(range(10))
    assert [row["file"] for row in table] == [FILE] * 66
    assert kind.power is not None
    powers = iter(kind.power.predicted.tolist())
    for place, row in enumerate(table):
        assert float(row["measured_time_s"]) == pytest.approx(measured[place].runtime_s, rel=1e-8)
        assert float(row["predicted_time_s"]) == pytest.approx(kind.time.predicted[place], rel=1e-8)
        assert (row["measured_power_w"] == "") == (measured[place].power_w is None)
        if row["measured_power_w"]:
            assert float(row["predicted_power_w"]) == pytest.approx(next(powers), rel=1e-8)
        else:
            assert row["predicted_power_w"] == ""
    assert next(powers, None) is None


def columns_of(table: list[dict[str, str]], name: str) -> tuple[list[float], list[float]]:
    """Return predicted and measured of a quantity, as the rows' file has them."""
    if name != "energy":
        column = "time_s" if name == "runtime" else "power_w"
        known = [row for row in table if row[f"measured_{column}"]]
        return (
            [float(row[f"predicted_{column}"]) for row in known],
            [float(row[f"measured_{column}"]) for row in known],
        )
    known = [row for row in table if row["measured_power_w"]]
    return (
        [float(row["predicted_time_s"]) * float(row["predicted_power_w"]) for row in known],
        [float(row["measured_time_s"]) * float(row["measured_power_w"]) for row in known],
    )


@pytest.mark.parametrize("name", ["runtime", "power", "energy"])
def test_errors_in_the_text_follow_from_the_rows(folder: Path, name: str) -> None:
    table = list(csv.DictReader(io.StringIO(read(folder, "folds.csv"))))
    predicted, measured = columns_of(table, name)
    told = line_after(read(folder, "report.txt"), "Cross-validated errors", name)
    expected = [
        str(len(measured)),
        units.percent(rmspe(predicted, measured)),
        units.percent(mape(predicted, measured)),
        units.percent(median_error(predicted, measured)),
        units.percent(bias(predicted, measured), sign=True),
    ]
    assert re.split(r"\s{2,}", told)[1:6] == expected


def test_sizes_in_the_text_follow_from_the_rows(folder: Path) -> None:
    text = read(folder, "report.txt")
    used = [row for row in rows() if row.runtime_s is not None]
    reads: dict[str, Callable[[int], int | None]] = {
        "batch": lambda place: used[place].batch,
        "cin": lambda place: used[place].cin,
        "cout": lambda place: used[place].cout,
    }
    for name, read_size in reads.items():
        values = [value for place in range(len(used)) if (value := read_size(place)) is not None]
        told = re.split(r"\s{2,}", line_after(text, "between what they lie", name))
        assert told[1:3] == [str(min(values)), str(max(values))]


def test_the_noise_floor_follows_from_the_repeated_rows(folder: Path) -> None:
    """Pairs alone: the least sum of a pair is (a - b)^2 / (a^2 + b^2)."""
    used = [row.runtime_s for row in rows() if row.runtime_s is not None]
    pairs = [(used[place], used[60 + place]) for place in range(6)]
    squares = [(one - two) ** 2 / (one**2 + two**2) for one, two in pairs]
    floor = math.sqrt(math.fsum(squares) / 6)
    text = " ".join(read(folder, "report.txt").split())
    assert "Noise floor of runtime: 6 workloads were measured more than once, in 12 rows." in text
    assert f"would have an RMSPE of {units.percent(floor)} on these" in text


def test_the_terms_in_the_text_are_the_profiles(folder: Path) -> None:
    text = read(folder, "report.txt")
    terms = made_fit().json["models"][0]["time_s"]["terms"]
    listed = [
        term for term in terms if re.search(rf"^{re.escape(term['term'])}\s{{2,}}", text, re.M)
    ]
    assert len(listed) >= min(10, len(terms))
    for term in listed[:10]:
        told = line_after(text, "Terms of runtime", term["term"])
        assert units.coefficient(term["coefficient"]) in told


def test_shares_of_all_terms_add_up(folder: Path) -> None:
    """With as few terms as here all are listed, unless there are more than ten."""
    text = read(folder, "report.txt")
    model = profile_from_json(made_fit().json).models["dense", "32x32"]
    part = text[text.index("Terms of runtime") :]
    part = part[: part.index("Mean share")]
    shares = [float(found) for found in re.findall(r"([\d.]+) %$", part, re.M)]
    assert len(shares) == min(10, len(model.time.polynomial.terms))
    assert shares == sorted(shares, reverse=True)
    if len(shares) == len(model.time.polynomial.terms):
        assert math.fsum(shares) == pytest.approx(100, abs=0.05 * len(shares))
    else:
        assert math.fsum(shares) < 100.5


def test_candidates_are_all_there_with_the_chosen_one_marked(folder: Path) -> None:
    text = read(folder, "report.txt")
    time = made_fit().kinds[0].time
    for candidate, error in time.candidates.items():
        told = re.split(r"\s{2,}", line_after(text, "Candidates for runtime", candidate))
        assert told[1] == units.percent(error)
        assert (told[2:] == ["chosen"]) == (candidate == time.chosen)


def test_the_row_without_a_runtime_is_named(folder: Path) -> None:
    text = read(folder, "report.txt")
    assert "Left out: 1" in text
    assert re.search(r"no runtime\s+1 row: line 68", text)


def test_rows_that_were_not_read_in_full_are_told_by_reason(tmp_path: Path) -> None:
    aside = [
        *(SetAside(FILE, line, "power_w is -1, not above 0", kept=True) for line in (4, 9)),
        SetAside("other.csv", 3, "op 'swim' is no kind of layer that is modelled"),
    ]
    write_report(made_fit(), tmp_path, lambda _: None, aside)
    text = " ".join(read(tmp_path, "report.txt").split())
    assert f"Set aside: 2 rows of {FILE}: power_w is not above 0; the runtime is used" in text
    assert "(lines 4, 9)." in text
    assert "Set aside: 1 row of other.csv: op 'swim' is no kind of layer that is modelled" in text
    tree_of(read(tmp_path, "report.html"))


def test_text_and_page_say_the_same(folder: Path) -> None:
    words = "".join(tree_of(read(folder, "report.html")).words)
    said = set(re.findall(r"[−+]?\d[\d.,]*(?: %| [µmn]?[sWJ]\b)", read(folder, "report.txt")))
    assert len(said) > 80
    assert [one for one in sorted(said) if one not in words] == []


def test_the_worst_row_is_named_first(folder: Path) -> None:
    table = list(csv.DictReader(io.StringIO(read(folder, "folds.csv"))))
    worst = max(
        table,
        key=lambda row: abs(float(row["predicted_time_s"]) / float(row["measured_time_s"]) - 1),
    )
    text = read(folder, "report.txt")
    part = text[text.index("Where runtime is furthest off") :].splitlines()
    assert part[3].startswith(f"{FILE} line {worst['line']} ")


def test_a_fit_of_neuralpower_is_reported_by_rmse(tmp_path: Path) -> None:
    folder = written(made_neuralpower(), tmp_path)
    text = read(folder, "report.txt")
    time = made_neuralpower().kinds[0].time
    for candidate, error in time.candidates.items():
        told = re.split(r"\s{2,}", line_after(text, "Candidates for runtime", candidate))
        assert told[1] == units.quantity(error, "s")
    assert f"Chosen: {time.chosen}." in " ".join(text.split())
    assert "How it does beyond its data was not tried." in text
    assert "No workload was measured more than once" in text
    tree_of(read(folder, "report.html"))


def test_a_folder_that_is_a_file_is_one_error(tmp_path: Path) -> None:
    there = tmp_path / "report"
    there.write_text("a file")
    with pytest.raises(JoulegraphError) as error:
        write_report(made_fit(), there, lambda _: None)
    assert error.value.code == "unwritable"


def line_after(text: str, title: str, start: str) -> str:
    """Return the first line that begins with a cell, after a title."""
    lines = text[text.index(title) :].splitlines()
    return next(line for line in lines if re.match(rf"{re.escape(start)}(\s{{2,}}|$)", line))


def test_the_median_of_extrapolation_is_said(folder: Path) -> None:
    beyond = made_fit().kinds[0].extrapolation
    assert beyond is not None
    text = " ".join(read(folder, "report.txt").split())
    assert f"median error of {units.percent(beyond.median_error)}," in text
    inside = median(
        abs(error)
        for error in (
            made_fit().kinds[0].time.predicted / made_fit().kinds[0].time.measured - 1
        ).tolist()
    )
    assert f"where it is {units.percent(inside)} with cross-validation" in text
