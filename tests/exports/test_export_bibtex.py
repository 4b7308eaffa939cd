"""BibTeX read by a small strict parser: entries used, each once, every value closed."""

import json
import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.exports.bibtex import _entry, bibtex
from py.exports.export import Export
from py.platforms.load import read_platform_file, shipped_platforms
from tests.exports.made import BIBLIOGRAPHY, sample, wicked
from tests.test_schemas import schema

_Fields = dict[str, str]


def parsed(text: str) -> dict[str, _Fields]:
    """Read entries; anything that is not one, a comment line or blank fails."""
    entries: dict[str, _Fields] = {}
    place = 0
    while place < len(text):
        if match := re.compile(r"(?:%[^@\n]*)?\n").match(text, place):
            place = match.end()
            continue
        start = re.compile(r"@([a-z]+)\{([A-Za-z0-9_-]+),\n").match(text, place)
        assert start is not None, text[place : place + 60]
        assert start[2] not in entries
        fields: _Fields = {"entry type": start[1]}
        place = start.end()
        while not text.startswith("}\n", place):
            name = re.compile(r"  ([a-z]+) = \{").match(text, place)
            assert name is not None, text[place : place + 60]
            end = _closing(text, name.end())
            assert text.startswith(",\n", end + 1)
            assert name[1] not in fields
            fields[name[1]] = text[name.end() : end]
            place = end + 3
        place += 2
        entries[start[2]] = fields
    return entries


def _closing(text: str, place: int) -> int:
    """The brace that closes a value; BibTeX counts every brace, and escaped ones count too."""
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        place += 1
    return place - 1


def test_the_bibliography_agrees_with_what_platforms_say_of_their_sources() -> None:
    jsonschema.validate(BIBLIOGRAPHY, schema("bibliography"))
    entries = BIBLIOGRAPHY["entries"]
    named = [key for part in ("methods", "features") for key in BIBLIOGRAPHY[part].values()]
    assert {key for keys in named for key in keys} | set(BIBLIOGRAPHY["same"].values()) <= set(
        entries
    )
    compared = 0
    for platform in shipped_platforms("accelerator"):
        for key, text in read_platform_file(platform)["sources"].items():
            said = re.search(r"doi (10\.\S+?)[,:;]?(?:\s|$)", text)
            if key in entries and said is not None:
                assert entries[key]["doi"] == said[1]
                assert entries[key]["year"] in text
                assert entries[key]["author"][0].split(",")[0] in text
                compared += 1
    assert compared >= 10


@pytest.mark.parametrize("platform", shipped_platforms())
def test_every_platform_has_entries(platform: str) -> None:
    taken = sample("lenet5")
    file = read_platform_file(platform)
    known = sample("lenet5", platform) if file["kind"] != "accelerator" else taken
    entries = parsed(bibtex(Export(known.result, file), BIBLIOGRAPHY))
    method = BIBLIOGRAPHY["methods"][known.result.platform.kind]
    assert set(method) <= set(entries)
    for key in entries:
        own = [name for name, same in BIBLIOGRAPHY["same"].items() if same == key]
        if key not in method and not key.endswith("-rows"):
            assert any(name in json.dumps(file) for name in (key, *own)), key
    for fields in entries.values():
        assert fields.get("title") or fields.get("note")


def test_only_sources_that_a_constant_names() -> None:
    known = sample("lenet5")
    file = {**known.file, "sources": {**known.file["sources"], "unused99": "Nobody, Nothing"}}
    entries = parsed(bibtex(Export(known.result, file), BIBLIOGRAPHY))
    assert "unused99" not in entries
    assert "jssc17" in entries


def test_an_own_platform_is_cited_as_its_file_says() -> None:
    known = sample("lenet5")
    file = {
        "kind": "accelerator",
        "sources": {"own1": "A {B} 50% & C, doi 10.1000/x_y(z), https://a.example/b_c"},
        "mac": {"value": 1, "source": "own1 table 2"},
    }
    (own,) = [
        fields
        for key, fields in parsed(bibtex(Export(known.result, file), BIBLIOGRAPHY)).items()
        if key == "own1"
    ]
    assert own["doi"] == "10.1000/x_y(z)"
    assert own["url"] == "https://a.example/b_c"
    assert r"50\% \& C" in own["note"]


@given(st.text(max_size=60))
def test_any_text_stays_in_its_value(text: str) -> None:
    fields = {"type": "misc", "title": text, "author": [text, f"{{{text}}}"], "url": text}
    (entry,) = parsed(_entry("key", fields)).values()
    assert set(entry) == {"entry type", "title", "author", "url"}


def test_wicked_names_open_no_entry() -> None:
    entries = parsed(bibtex(wicked(), BIBLIOGRAPHY))
    assert "evil" not in entries


@pytest.mark.parametrize(
    "other", [None, {}, [], {"schema": "x"}, {"schema": BIBLIOGRAPHY["schema"]}]
)
def test_another_bibliography_is_refused(other: object) -> None:
    with pytest.raises(JoulegraphError) as caught:
        bibtex(sample("lenet5"), other)
    assert caught.value.code == "bibliography-invalid"
