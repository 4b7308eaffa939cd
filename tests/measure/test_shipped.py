"""How shipped profiles are made: each recipe is complete, and its profile says what it says."""

import json

import pytest

from py.measure.fit.about import FACTS
from py.measure.shipped.recipe import Recipe, recipes
from py.measure.table.condition import condition_of
from py.platforms.load import PUBLIC, is_platform_id
from py.platforms.measured.workload import KINDS

IDS = [recipe.id for recipe in recipes()]


@pytest.fixture(params=recipes(), ids=IDS)
def recipe(request: pytest.FixtureRequest) -> Recipe:
    found: Recipe = request.param
    return found


def test_ids_are_apart() -> None:
    assert len(set(IDS)) == len(IDS)
    assert all(map(is_platform_id, IDS))


def test_a_recipe_is_complete(recipe: Recipe) -> None:
    assert recipe.files
    assert any(condition_of(text).column == "device" for text in recipe.where)
    assert set(recipe.leave_out) <= {"power_w"}
    assert set(recipe.unreliable) <= set(KINDS)
    assert set(recipe.facts) <= set(FACTS)
    for name in ("name", "about", "device", "software", "precision", "licence", "measured"):
        assert recipe.facts[name], name
    assert recipe.facts["remarks"]


def test_sources_and_licences_are_stated(recipe: Recipe) -> None:
    measured = recipe.facts["measured"]
    assert set(measured) == {"who", "date", "source", "licence", "method"}
    assert measured["source"].startswith("https://")
    assert all(isinstance(value, str) and value for value in measured.values())


def test_a_profile_says_what_its_recipe_says(recipe: Recipe) -> None:
    path = PUBLIC / "profiles" / f"{recipe.id}.json"
    profile = json.loads(path.read_text(encoding="utf-8"))
    assert profile["id"] == recipe.id
    assert [one["file"] for one in profile["rows"]] == list(recipe.files)
    assert all(one["where"] == list(recipe.where) for one in profile["rows"])
    for name, value in recipe.facts.items():
        assert profile[name] == value, name
    for model in profile["models"]:
        power = model["power_w"]
        if "power_w" in recipe.leave_out:
            assert power is None
        if power is not None:
            assert power.get("unreliable") == recipe.unreliable.get(model["kind"])
