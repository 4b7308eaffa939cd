"""A sweep in a TOML file: what it says, and what it may not say."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.sweep.asked.axes import AXES
from py.sweep.asked.toml_file import read_toml

KEYS = ("models", "platforms", "errors", "site", "layers", "links", "grid")
WRONG = ("1979-05-27", "07:32:00", "{a = 1}", "[[1]]", "[{}]", "[]")
"""Values of types that nothing has."""


def read(tmp_path: Path, text: str | bytes) -> object:
    path = tmp_path / "sweep.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_toml(path)


def refused(tmp_path: Path, text: str | bytes) -> JoulegraphError:
    with pytest.raises(JoulegraphError) as caught:
        read(tmp_path, text)
    assert len(caught.value.message) < 500
    return caught.value


def test_all_that_it_can_say(tmp_path: Path) -> None:
    text = """
        models = ["zoo", "a.onnx"]
        platforms = "t4"
        errors = "errors.csv"
        site = "https://example.org/"
        layers = true
        links = false
        [grid]
        batch = [1, 8]
        bits = ["16", "w=8,a=8"]
        clock = 1.5e6
        zeros = "none"
    """
    assert read(tmp_path, text) == {
        "models": ["zoo", "a.onnx"],
        "platforms": ["t4"],
        "errors": "errors.csv",
        "site": "https://example.org/",
        "layers": True,
        "links": False,
        "grid": {
            "batch": ("1", "8"),
            "bits": ("16", "w=8,a=8"),
            "clock": ("1500000.0",),
            "zeros": ("none",),
        },
    }
    assert read(tmp_path, "") == {}


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("key", [*KEYS, *(f"grid.{name}" for name in AXES)])
def test_every_value_of_a_wrong_type_is_named(tmp_path: Path, key: str, value: str) -> None:
    error = refused(tmp_path, f"{key} = {value}")
    assert error.code == "toml-invalid"
    assert key.rpartition(".")[2] in error.message or "the grid has the axes" in error.message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("models = [1]", "models has texts, got 1"),
        ("models = true", "models has texts, got True"),
        ("platforms = ['t4', 4]", "platforms has texts, got 4"),
        ("errors = ['a.csv']", "errors is a text"),
        ("site = 3", "site is a text, got 3"),
        ("layers = 'yes'", "layers is true or false, got 'yes'"),
        ("links = 1", "links is true or false, got 1"),
        ("grid = 4", "grid is a table, got 4"),
        ("grid.batch = [true]", "batch has texts or numbers, got True"),
        ("model = 'a.onnx'", "models, platforms"),
        ("grid.epochs = 3", "'epochs'"),
        ("batch = [1]", "'batch'"),
        ("models = [", "it is TOML"),
        ("models = 'a'\nmodels = 'b'", "it is TOML"),
        ("a" * 5000 + " = 1", "got 'aaaa"),
        ("grid.batch = " + "9" * 5000, "it is TOML"),
        ("grid.batch = 0x" + "f" * 9000, "4,000 digits"),
        ("layers = 0x" + "f" * 9000, "4,000 digits"),
        ("models = " + "[" * 100_000, "it is TOML"),
        ("\x00", "it is TOML"),
        ("#" * 4_000_001, "4,000,000 bytes"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    error = refused(tmp_path, text)
    assert error.code == "toml-invalid"
    assert told in error.message


def test_what_is_no_text_or_is_not_there_is_unreadable(tmp_path: Path) -> None:
    assert refused(tmp_path, b"\xff\xfe").code == "unreadable"
    for path in (tmp_path / "missing.toml", tmp_path):
        with pytest.raises(JoulegraphError) as caught:
            read_toml(path)
        assert caught.value.code == "unreadable"


_VALUES = st.one_of(
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats().map(lambda number: repr(number).replace("e+", "e")),
    st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=4).map(repr),
).map(lambda value: str(value).lower() if isinstance(value, bool) else str(value))
_LISTS = st.lists(_VALUES, max_size=3).map(lambda texts: f"[{', '.join(texts)}]")


@given(
    key=st.sampled_from([*KEYS, "other", *(f"grid.{name}" for name in AXES), "grid.other"]),
    value=_VALUES | _LISTS,
)
def test_what_comes_out_is_of_the_right_types(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "drawn.toml"
    path.write_text(f"{key} = {value}")
    try:
        found = read_toml(path)
    except JoulegraphError as error:
        found = {"site": error.code}
    ((name, own),) = found.items()
    if name == "grid":
        assert all(
            axis in AXES and texts and all(isinstance(text, str) for text in texts)
            for axis, texts in own.items()
        )
    elif name in ("models", "platforms"):
        assert own
        assert all(isinstance(text, str) for text in own)
    else:
        assert type(own) is (bool if name in ("layers", "links") else str)
