"""Writes links.json: links made by Python's zlib, and broken ones with the error each must give.

Run by hand when the format changes: python tests/vectors/make_links.py
"""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

ALEXNET = {
    "v": 1,
    "engine": "0.1.0",
    "model": {"name": "AlexNet", "source": "onnx", "file": "alexnet.onnx"},
    "platform": {"id": "eyeriss", "hash": "0123456789abcdef"},
    "options": {"batch": 1, "bits": None, "inputs": {}, "dims": {}, "values": {}},
    "layers": {"name": ["conv1", "fc6"], "macs": [105415200, 37748736], "zeros": [0.0001, None]},
    "totals": {"macs": 143163936, "energy_j": None, "energy_macs": 3894123456.125},
}
UNICODE = {"v": 1, "model": {"name": "netz-ü-層-😀", "note": '"<img src=x onerror=alert(1)>\\'}}
NUMBERS = {"v": 1, "numbers": [0, -1, 1e-300, 1.7976931348623157e308, 0.1, 2**53, 1e22, True, None]}
LONG = {
    "v": 1,
    "layers": {
        "name": [f"layer{i}/conv{i % 3}" for i in range(176)],
        "macs": [i**3 for i in range(176)],
    },
}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def packed(data: bytes) -> str:
    return base64url(zlib.compress(data, 9))


def link(state: Any) -> str:
    return "#v1." + packed(json.dumps(state, separators=(",", ":"), ensure_ascii=False).encode())


def flipped(fragment: str, at: int) -> str:
    other = "A" if fragment[at] != "A" else "B"
    return fragment[:at] + other + fragment[at + 1 :]


def bad_links() -> list[dict[str, str]]:
    good = link(ALEXNET)
    body = good.removeprefix("#v1.")
    raw_deflate = zlib.compress(b'{"v":1}', 9)[2:-4]
    nested = {n: b'{"v":1,"a":' + b"[" * n + b"]" * n + b"}" for n in (70, 200_000)}
    cases = [
        ("truncated by half", good[: len(good) // 2], "link-damaged"),
        ("truncated checksum", "#v1." + body[: len(body) - len(body) % 4 - 4], "link-damaged"),
        ("empty", "#v1.", "link-damaged"),
        ("not base64", "#v1.%%%%", "link-damaged"),
        ("space inside", "#v1." + body[:30] + " " + body[30:], "link-damaged"),
        ("raw deflate", "#v1." + base64url(raw_deflate), "link-damaged"),
        ("not JSON", "#v1." + packed(b"hello"), "json-invalid"),
        ("not UTF-8", "#v1." + packed(b'{"v":1,"a":"\xff"}'), "link-damaged"),
        ("NaN", "#v1." + packed(b'{"v":1,"a":NaN}'), "json-invalid"),
        ("too deep", "#v1." + packed(nested[70]), "json-invalid"),
        ("far too deep", "#v1." + packed(nested[200_000]), "json-invalid"),
        ("bomb of 20 MB", "#v1." + packed(b" " * 20_000_000 + b'{"v":1}'), "link-too-long"),
        ("too long", "#v1." + "A" * 65_536, "link-too-long"),
        ("unknown version", good.replace("#v1.", "#v2."), "link-version"),
        ("an array", link([1, 2, 3]), "link-damaged"),
        ("another state version", link({"v": 2}), "link-invalid"),
        ("no state version", link({"model": {}}), "link-invalid"),
    ]
    for at in (4, 5, 20, 60, len(good) // 2, len(good) - 5):
        cases.append((f"flipped character {at}", flipped(good, at), "link-damaged"))
    return [{"name": name, "fragment": fragment, "code": code} for name, fragment, code in cases]


def main() -> None:
    good = [
        {"fragment": link(state), "state": state} for state in (ALEXNET, UNICODE, NUMBERS, LONG)
    ]
    text = json.dumps({"good": good, "bad": bad_links()}, indent=1, ensure_ascii=False)
    Path(__file__).with_name("links.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
