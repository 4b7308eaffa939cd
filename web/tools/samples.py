"""Writes the engine's answer for each sample of public/models: python -m web.tools.samples FOLDER

The page shows a sample's breakdown before Python has started; it is this very answer. An answer is
kept in .cache/samples under the hash of what it was made from.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from web.tools.stamps import digest

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "public" / "models"
PLATFORM = ROOT / "public" / "accelerators" / "eyeriss.json"
CACHE = ROOT / ".cache" / "samples"


def request_for(sample: dict[str, Any], *, folder: str) -> dict[str, Any]:
    """Return the request that the page makes for a sample whose file lies in ``folder``."""
    density = sample.get("density")
    return {
        "do": "estimate",
        "source": {"kind": "file", "path": f"{folder}/{sample['file']}", "name": sample["file"]},
        "platform": json.loads(PLATFORM.read_text()),
        "options": {
            "batch": 1,
            "bits": None,
            "density": json.loads((MODELS / density).read_text()) if density else None,
            "inputs": {},
            "dims": {},
            "values": {},
        },
    }


def answer_for(sample: dict[str, Any]) -> str:
    """Return the engine's answer as JSON text; raise ``ValueError`` when it is an error."""
    from py.page import handle

    text = handle(json.dumps(request_for(sample, folder=str(MODELS))))
    if not json.loads(text)["ok"]:
        raise ValueError(f"{sample['id']}: an estimate expected, got {text}")
    return text


def cached_answer(sample: dict[str, Any]) -> str:
    """Return ``answer_for`` the sample, made anew only when engine, model or platform changed."""
    density = [MODELS / sample["density"]] if sample.get("density") else []
    inputs = digest([Path(__file__), ROOT / "py", MODELS / sample["file"], PLATFORM, *density])
    kept = CACHE / f"{sample['id']}-{inputs[:32]}.json"
    if not kept.is_file():
        text = answer_for(sample)
        for old in CACHE.glob(f"{sample['id']}-*.json"):
            old.unlink()
        CACHE.mkdir(parents=True, exist_ok=True)
        kept.write_text(text)
    return kept.read_text()


def main(output: Path) -> None:
    """Write one file per sample into ``output``."""
    samples = json.loads((MODELS / "index.json").read_text())
    output.mkdir(parents=True)
    with ProcessPoolExecutor() as pool:
        for sample, text in zip(samples, pool.map(cached_answer, samples), strict=True):
            (output / f"{sample['id']}.json").write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
