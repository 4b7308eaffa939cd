"""Write the samples, their index and their zero fractions into a folder."""

import json
from pathlib import Path
from typing import Any

from onnx import ModelProto

from py.samples.catalogue import SAMPLES, Sample
from py.samples.density import density

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "public" / "models"
REFERENCE = REPOSITORY.parent / "shared" / "references" / "activation_sparsity.json"


def model_of(sample: Sample) -> ModelProto:
    """Return the sample as an ONNX model without weights."""
    doc = f"{sample.name}. {sample.about} Source: {sample.source}. Weights have no stored values."
    return sample.declare().model(doc)


def write_samples(folder: Path, reference: Path | None) -> list[Path]:
    """Write every file into ``folder`` and return what was written.

    Without ``reference`` (the published zero fractions) the density files stay as they are.
    """
    zeros = json.loads(reference.read_text(encoding="utf-8")) if reference else None
    written = [_write_json(folder / "index.json", [sample.as_json() for sample in SAMPLES])]
    for sample in SAMPLES:
        model = model_of(sample)
        path = folder / sample.file
        path.write_bytes(model.SerializeToString(deterministic=True))
        written.append(path)
        if sample.zeros and sample.density_file and zeros is not None:
            table = density(model, zeros, sample.zeros)
            written.append(_write_json(folder / sample.density_file, table))
    return written


def _write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
