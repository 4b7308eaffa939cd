"""Bad profiles: one clear error for the first thing wrong; the reader and the schema agree."""

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.bounded_json import parse_json
from py.errors import JoulegraphError
from py.platforms.load import PUBLIC, platform_from_json
from py.platforms.measured.read import profile_from_json
from tests.platforms.measured.made_up import MADE_UP, edited, profile

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((PUBLIC / "schema" / "profile.schema.json").read_text())
)
SCRIPT = "<script>alert(1)</script>\x1b[31m"
TERM = "models.0.time_s.terms.1.term"
ONE_KIND = edited({"models": MADE_UP["models"][:1]})
"""The made-up profile with the model of convolutions alone."""
Path = tuple[str | int, ...]


def paths(data: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every field, and of the first entry of lists."""
    entries: list[tuple[str | int, Any]] = []
    if isinstance(data, dict):
        entries = list(data.items())
    elif isinstance(data, list):
        entries = list(enumerate(data[:1]))
    for name, value in entries:
        yield (*path, name)
        yield from paths(value, (*path, name))


def put(path: Path, value: Any) -> dict[str, Any]:
    """Return the made-up profile with one value replaced; ... leaves it out."""
    data = copy.deepcopy(ONE_KIND)
    place: Any = data
    for name in path[:-1]:
        place = place[name]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


def dotted(path: Path) -> str:
    return ".".join(map(str, path))


def refused(data: Any) -> JoulegraphError:
    """Return the error that a profile is refused with."""
    with pytest.raises(JoulegraphError) as caught:
        platform_from_json(data)
    error = caught.value
    assert error.code == "platform-invalid"
    assert error.remedy
    assert len(error.message) < 1200
    assert error.message.isprintable()
    return error


REQUIRED = [
    path
    for path in paths(ONE_KIND)
    if isinstance(path[-1], str) and not SCHEMA.is_valid(put(path, ...))
]


def test_nearly_every_field_is_required() -> None:
    fields = [path for path in paths(ONE_KIND) if isinstance(path[-1], str)]
    optional = {dotted(path) for path in fields if path not in REQUIRED}
    left_out = {name.split(".")[-1] for name in optional}
    assert left_out <= {*("batch", "cin", "cout", "in_side", "stride"), "bounds_w"}
    assert len(REQUIRED) > 90


@pytest.mark.parametrize("path", REQUIRED, ids=dotted)
def test_a_missing_field_is_named(path: Path) -> None:
    assert str(path[-1]) in refused(put(path, ...)).message


WRONG: tuple[Any, ...] = (
    *(float("nan"), float("inf"), float("-inf"), 1e308, -1e308, -1, 10**400, True),
    *("text", "", [], {}, None, [1e308], {"value": 1e308}, SCRIPT, [[[]]]),
)


@pytest.mark.parametrize("path", list(paths(ONE_KIND)), ids=dotted)
def test_what_the_schema_refuses_the_reader_refuses(path: Path) -> None:
    """Whatever is loaded can be shown: its JSON has neither NaN nor Infinity."""
    for value in WRONG:
        data = put(path, value)
        if SCHEMA.is_valid(data):
            try:
                found = platform_from_json(data)
            except JoulegraphError as error:
                assert error.code == "platform-invalid"  # noqa: PT017 - refusing is not demanded
            else:
                json.dumps(found.as_json(), allow_nan=False)
        else:
            refused(data)


BAD: list[tuple[str, Any, str]] = [
    ("schema", "joulegraph/profile/2", "joulegraph/profile/1"),
    ("schema", "joulegraph/device/1", "joulegraph/profile/1"),
    ("name", "x" * 1_000_000, "name"),
    ("surprise", 1, "surprise"),
    ("models.0.surprise", 1, "surprise"),
    ("models.0.time_s.terms.1.coefficient", 1e308, "coefficient"),
    ("models.0.time_s.terms.1.coefficient", "1e-9", "coefficient"),
    ("models.0.ranges.cin", [256.0, 1.0], "the least before the most"),
    ("models.0.ranges.cin", [1.0], "two numbers"),
    ("models.0.ranges.wings", [1.0, 2.0], "wings"),
    ("models.0.fixed", {"wings": 2.0}, "wings"),
    ("models.2.power_w", {}, "models[2].power_w"),
    ("models.0.power_w.bounds_w", [200.0, 20.0], "the least before the most"),
    (TERM, "wings", "wings"),
    (TERM, "cin * wings", "wings"),
    (TERM, "cube(cin)", "cube"),
    (TERM, "ceil(cin)", "ceil"),
    (TERM, "ceil(cin,0)", "ceil"),
    (TERM, "ceil(cin,-8)", "ceil"),
    (TERM, "ceil(cin,nan)", "ceil"),
    (TERM, "ceil(cin,1e400)", "ceil"),
    (TERM, "between(cin,3)", "between"),
    (TERM, "cin^0.5", "cin"),
    (TERM, "cin^7", "cin^7"),
    (TERM, "cin^-1", "cin"),
    (TERM, "cin ** 2", "cin ** 2"),
    (TERM, "cin*cout", "cin*cout"),
    (TERM, " * ".join(["cin"] * 13), "12"),
    (TERM, "__import__('os').system('true')", "__import__"),
    (TERM, "time_s", "time_s"),
    (TERM, "1", "not there twice"),
    ("otherwise.terms.1.term", "cin", "cin"),
    ("otherwise.terms.1.coefficient", -1e-12, "coefficient"),
    ("models.0.time_s.regimes.feature", "batch", "batch"),
    ("models.0.time_s.regimes.low", 0, "regimes.low"),
    ("models.0.time_s.regimes.low", None, "regimes.low"),
    ("models.0.time_s.interval.level", 0.9, "level"),
    ("models.0.time_s.interval.bands", [], "bands"),
    ("models.0.time_s.interval.bands.0.low", 3.0, "low"),
    ("models.0.time_s.interval.bands.2.up_to_s", 0.5, "last"),
    ("models.0.time_s.interval.bands.1.up_to_s", 0.001, "grow"),
    ("form", "magic", "form"),
    ("remarks", ["read this"] * 31, "remarks"),
    ("correlation", 1.5, "correlation"),
]


@pytest.mark.parametrize(("path", "value", "named"), BAD)
def test_what_is_wrong_is_named(path: str, value: Any, named: str) -> None:
    assert named in refused(edited({path: value})).message


def test_a_kind_has_one_model() -> None:
    twice = edited({"models": [MADE_UP["models"][0], MADE_UP["models"][0]]})
    assert "the only model of conv" in refused(twice).message


def test_a_script_in_a_name_is_text() -> None:
    found = profile(**{"name": SCRIPT, "remarks": [SCRIPT], "device": SCRIPT})
    assert found.name == SCRIPT
    assert json.loads(json.dumps(found.as_json()))["about"]["device"] == SCRIPT


def _deep(levels: int) -> Any:
    tree: Any = 1.0
    for _ in range(levels):
        tree = {"feature": "cin", "most": 3.0, "low": 1.0, "high": tree}
    return tree


def test_regimes_are_as_deep_as_they_may_be() -> None:
    profile(**{"models.0.time_s.regimes": _deep(24)})
    refused(edited({"models.0.time_s.regimes": _deep(25)}))


LARGE: dict[str, dict[str, Any]] = {
    "a term of a megabyte": {TERM: "cin * " * 170_000 + "cin"},
    "a number of a megabyte in a term": {TERM: f"ceil(cin,{'9' * 1_000_000})"},
    "a million terms": {"models.0.time_s.terms": [{"term": "cin", "coefficient": 1.0}] * 1_000_000},
    "a million models": {"models": [MADE_UP["models"][0]] * 1_000_000},
    "a million bands": {
        "models.0.time_s.interval.bands": [{"up_to_s": None, "low": 1.0, "high": 1.0}] * 1_000_000
    },
    "a million points": {"models.0.time_s.points": [[1.0, 1.0]] * 1_000_000},
    "a million features": {"models.0.ranges": {f"f{place}": [0, 1] for place in range(1_000_000)}},
    "a million rows": {"rows": [{}] * 1_000_000},
    "a remark of a megabyte": {"remarks": ["x" * 1_000_000]},
    "a device of a megabyte": {"device": "x" * 1_000_000},
    "a dtype of a megabyte": {"models.0.dtype": "9" * 1_000_000},
    "a number of a thousand digits": {"models.0.rows": 10**1_000},
}


@pytest.mark.parametrize("changes", LARGE.values(), ids=LARGE)
def test_what_is_too_large_is_refused_at_once(changes: dict[str, Any]) -> None:
    refused_at_once(edited(changes))


def refused_at_once(data: dict[str, Any]) -> None:
    begun = time.perf_counter()
    with pytest.raises(JoulegraphError) as caught:
        profile_from_json(data)  # files are smaller: these come from Python alone
    assert caught.value.code == "platform-invalid"
    assert len(caught.value.message) < 1200
    assert time.perf_counter() - begun < 30  # a hang would be minutes


def test_ten_thousand_regimes_one_in_another_are_refused_at_once() -> None:
    tree = _deep(10_000)
    refused_at_once(edited({}) | {"models": [_with_regimes(tree)]})
    while isinstance(tree, dict):  # Python's own clean-up of it is recursive
        tree = tree.pop("high")


def _with_regimes(tree: Any) -> dict[str, Any]:
    model: dict[str, Any] = edited({})["models"][0]
    model["time_s"]["regimes"] = tree
    return model


@pytest.mark.parametrize(
    "text",
    [
        '{"schema": "joulegraph/profile/1", "rows": NaN}',
        '{"schema": "joulegraph/profile/1", "rows": Infinity}',
        '{"schema": "joulegraph/profile/1", "rows": 1e999}',
        '{"schema": "joulegraph/profile/1", "rows": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"schema": "joulegraph/profile/1", "rows": ' + "9" * 5_000 + "}",
        '{"schema": "joulegraph/profile/1"',
        "",
        "\ufeff{}",
    ],
    ids=["nan", "infinity", "1e999", "deep", "long number", "cut", "empty", "byte order mark"],
)
def test_what_is_not_json_is_one_error(text: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        parse_json(text, what="The platform file own.json")
    assert caught.value.code == "json-invalid"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


@given(st.sampled_from(list(paths(ONE_KIND))), JSON)
def test_any_field_may_hold_anything(path: Path, value: Any) -> None:
    try:
        found = platform_from_json(put(path, value))
    except JoulegraphError as error:
        assert error.code == "platform-invalid"  # noqa: PT017 - refusing is not demanded
    else:
        json.dumps(found.as_json(), allow_nan=False)


FACTORS = st.sampled_from(
    [
        "cin",
        "cout^2",
        "sqrt(h)",
        "ceil(cin,8)",
        "between(kernel,0,3)",
        "log(macs)",
        "1",
        "(",
        ",",
        "",
    ]
)


@given(st.lists(FACTORS, max_size=14).map(" * ".join) | st.text(max_size=40))
def test_any_text_may_be_a_term(text: str) -> None:
    data = edited({TERM: text})
    try:
        platform_from_json(data)
    except JoulegraphError as error:
        assert error.code == "platform-invalid"  # noqa: PT017 - refusing is not demanded
    else:
        SCHEMA.validate(data)
