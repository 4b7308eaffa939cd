"""Rows of sweeps that never were: by columns, as a table of rows has them."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

PLATFORMS = (("eyeriss", "accelerator"), ("tesla-t4-torch", "measured"))
LINK = "https://example.org/#v1."


def row(model: str = "net", platform: str = "eyeriss", **others: Any) -> dict[str, Any]:
    """Return a row that is ok; ``energy`` and ``time`` are of an inference."""
    asked = repr((model, platform, sorted(others.items(), key=str)))
    energy, time = others.pop("energy", 1e-3), others.pop("time", 1e-4)
    batch = others.get("batch", 1)
    found = {
        "id": hashlib.sha256(asked.encode()).hexdigest(),
        "status": "ok",
        "model": model,
        "model_path": f"models/{model}.onnx",
        "model_sha256": hashlib.sha256(model.encode()).hexdigest(),
        "platform": platform,
        "platform_kind": dict(PLATFORMS).get(platform, "accelerator"),
        "platform_hash": hashlib.sha256(platform.encode()).hexdigest()[:16],
        "batch": batch,
        "macs": 1_000_000 * (batch or 1),
        "parameters": 1000,
        "energy_j": None if energy is None else energy * (batch or 1),
        "per_inference_energy_j": energy,
        "per_inference_time_s": time,
        **others,
    }
    found.setdefault("link", f"{LINK}{found['id']}")
    return found


def failed(model: str, platform: str = "eyeriss", **others: Any) -> dict[str, Any]:
    """Return a row without a result."""
    unknown: Mapping[str, Any] = {"energy": None, "time": None, "macs": None, "parameters": None}
    said = {"reason_code": "onnx-damaged", "reason": "The file ends in the middle."}
    return row(model, platform, status="failed", link=None, **{**unknown, **said, **others})


def sweep(
    models: int,
    *,
    batches: Sequence[int] = (1,),
    names: Sequence[str] = ("arch",),
    errors: bool = True,
) -> list[dict[str, Any]]:
    """Return the rows of so many models on two platforms: a few failed, a few partial."""
    draw = random.Random(5)
    found = []
    for number in range(models):
        name = f"{names[number % len(names)]}-{number:05}"
        macs = int(5e6 * (2 + sum(draw.choice((0, 0, 1, 9)) * (5 + k) for k in range(6)) / 5))
        right = 0.5 + 0.4 * draw.random() ** 2 * macs / (macs + 5e7)
        for platform, kind in PLATFORMS:
            off = draw.gauss(0, 0.15)
            energy = (4e-12 * macs + 2e-5) * exp(off) * (1 if kind == "accelerator" else 60)
            for batch in batches:
                own: dict[str, Any] = {"batch": batch, "macs": macs * batch}
                own |= {"parameters": macs // 40 + number % 7}
                own |= {"energy": energy * (0.6 + 0.4 / batch), "time": energy / 0.3}
                own |= {"accuracy": round(right, 4) if errors else None}
                if number % 97 == 41:
                    found.append(failed(name, platform, batch=batch))
                elif number % 89 == 5:
                    said = {"reason_code": "not-modelled", "reason": "Two nodes have no estimate."}
                    found.append(row(name, platform, status="partial", **said, **own))
                else:
                    found.append(row(name, platform, **own))
    return found
