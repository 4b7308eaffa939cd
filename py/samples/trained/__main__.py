"""python -m py.samples.trained: train the network of the simulator's tests again."""

import argparse
from pathlib import Path

import numpy as np

from py.samples.trained.digits import digits
from py.samples.trained.file import model_of
from py.samples.trained.training import SEED, accuracy, trained
from py.samples.write import REPOSITORY

FOLDER = REPOSITORY / "tests" / "simulate" / "trained"


def main() -> None:
    """Train, then write the model and the held-out digits; say how well it does."""
    parser = argparse.ArgumentParser(prog="python -m py.samples.trained", description=__doc__)
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder to write into")
    folder = parser.parse_args().output
    learnt, held_out = digits(SEED)
    parameters = trained(learnt)
    right = accuracy(parameters, held_out)
    folder.mkdir(parents=True, exist_ok=True)
    model = model_of(parameters, right).SerializeToString(deterministic=True)
    (folder / "digits_cnn.onnx").write_bytes(model)
    np.savez_compressed(folder / "held_out.npz", image=held_out.images)
    np.save(folder / "held_out_labels.npy", held_out.labels.astype(np.uint8))
    print(f"{len(model)} bytes, {100 * right:.1f} % of the held-out digits told right")


if __name__ == "__main__":
    main()
