"""Ten thousand links, each changed somewhere: the state that it says, or one clear error."""

import base64
import copy
import json
import random
import string
import zlib
from pathlib import Path
from typing import Any

import pytest

from py.breakdown.link import decode_link, encode_link
from py.errors import JoulegraphError
from py.page import handle

SEED = 20261122
CHANGED_TEXTS = 5_000
CHANGED_STATES = 5_000
OPTIONS: dict[str, Any] = {
    "batch": 2,
    "layer_bits": {"C3": {"weight": 4, "activation": None}},
    "layer_zeros": {"C1": {"weight": 0.5}},
    "active": {"C5": 0.5},
    "exits": [{"after": "C3", "leave": 0.25}],
}
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, -0.0, 1e308, 1 << 40, 1 << 60, "", "x", "<b>x</b>", "\u202e"),
    *([], {}, [[]], [None], {"a": {}}, "9" * 400, "__proto__", [0] * 50),
)


@pytest.fixture(scope="module")
def device(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "public/devices/gtx-1080.json").read_text())
    return found


@pytest.fixture(scope="module")
def state(root: Path, device: dict[str, Any]) -> dict[str, Any]:
    model = root / "public/models/lenet5.onnx"
    answer = asked(
        {"kind": "file", "path": str(model), "name": model.name}, device, options=OPTIONS
    )
    assert answer["ok"], answer
    found: dict[str, Any] = answer["state"]
    run = {"name": "before", "state": copy.deepcopy(found), "error": 0.2}
    return found | {"page": {"tab": "compare", "fields": {"a.b": 1}}, "runs": [run]}


def asked(source: dict[str, Any], platform: dict[str, Any], **more: Any) -> dict[str, Any]:
    request = {"do": "estimate", "source": source, "platform": platform} | more
    answer: dict[str, Any] = json.loads(handle(json.dumps(request)))
    return answer


def test_a_link_with_changed_characters_says_the_same_or_that_it_is_damaged(
    state: dict[str, Any],
) -> None:
    chance = random.Random(SEED)
    link = encode_link(state)
    letters = string.ascii_letters + string.digits + "-_=.#%/ <\n"
    for _ in range(CHANGED_TEXTS):
        text = list(link)
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            at = chance.randrange(len(text))
            what = chance.randrange(4)
            if what == 0:
                text[at] = chance.choice(letters)
            elif what == 1:
                del text[at]
            elif what == 2:
                text.insert(at, chance.choice(letters))
            else:
                del text[at:]
                text.append("A")
        found, code = None, ""
        try:
            found = decode_link("".join(text))
        except JoulegraphError as error:
            code = error.code
        assert found == state or code in ("link-damaged", "link-version", "link-too-long")


def test_a_state_that_is_changed_is_priced_or_refused_with_one_error(
    state: dict[str, Any], device: dict[str, Any]
) -> None:
    chance = random.Random(SEED)
    priced = 0
    for _ in range(CHANGED_STATES):
        changed = copy.deepcopy(state)
        for _ in range(chance.choice((1, 1, 2, 4))):
            change_somewhere(changed, chance)
        packed = zlib.compress(json.dumps(changed).encode())
        link = "v1." + base64.urlsafe_b64encode(packed).decode().rstrip("=")
        try:
            decoded = decode_link(link)
        except JoulegraphError:
            continue
        answer = asked({"kind": "state", "state": decoded}, device)
        priced += answer["ok"]
        if not answer["ok"]:
            assert answer["error"]["code"] != "internal", (answer, changed)
            assert answer["error"]["message"]
            assert answer["error"]["remedy"]
    assert priced > CHANGED_STATES / 20  # the changes are not all of a kind


def change_somewhere(value: Any, chance: random.Random) -> None:
    """Change one thing at some depth: a key lost, doubled, renamed, or a value that is odd."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = chance.choice(keys)
        inner = value[key]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.15:
            break
        value = inner
    what = chance.randrange(5)
    if what == 0:
        del value[key]
    elif what == 1 and isinstance(value, list):
        value.insert(key, copy.deepcopy(value[key]))
    elif what == 1:
        value[f"{key}_"] = value[key]
    elif what == 2 and isinstance(value[key], int | float):
        value[key] = value[key] * chance.choice((-1, 2, 0.5, 1e9))
    else:
        value[key] = copy.deepcopy(chance.choice(ODD))
