"""Where a step writes: never over what it reads."""

from collections.abc import Iterable
from pathlib import Path

from py.errors import JoulegraphError


def spare_inputs(output: str, inputs: Iterable[str | None]) -> None:
    """Refuse an output that is one of the inputs: it would be lost.

    Raises:
        JoulegraphError: ``output-is-input``.
    """
    for name in inputs:
        if name is None or not Path(output).exists() or not Path(name).exists():
            continue
        if Path(output).samefile(name):
            raise JoulegraphError(
                "output-is-input",
                f"The output {Path(output).name} is one of the files that are read.",
                "Choose another --output.",
            )
