"""What can never be right is refused before any work; what is wrong for some costs their rows."""

from collections.abc import Sequence

from py.breakdown import Options, platform_for
from py.errors import JoulegraphError
from py.sweep.asked import Point, Sweep
from py.sweep.asked.axes import AXES
from py.sweep.plan.opened import opened_at, without_model
from py.sweep.plan.setting import PlatformFile


def check(sweep: Sweep, platforms: Sequence[PlatformFile]) -> None:
    """Refuse a sweep of which a value is wrong for every model or on every platform.

    A value of hardware that one accelerator takes is right: elsewhere its rows say why not.

    Raises:
        JoulegraphError: as ``py.estimate`` does of an option; ``bad-option`` for an axis that no
            platform takes, and for two platforms of one id.
    """
    ids = [file.id for file in platforms]
    for name in ids:
        if ids.count(name) > 1:
            raise JoulegraphError(
                "bad-option",
                f"Two platforms have the id {name!r}: their rows could not be told apart.",
                "Leave one out, or give its file another id.",
            )
    accelerators = [file for file in platforms if file.kind == "accelerator"]
    for name, texts in sweep.grid.values.items():
        of_hardware = AXES[name].of_hardware
        if of_hardware and not accelerators:
            raise JoulegraphError(
                "bad-option",
                f"{AXES[name].flag} is for platforms of the kind accelerator, and none of "
                f"{', '.join(ids)[:200]} is one.",
                "Leave it out, or give --platform eyeriss or another accelerator.",
            )
        for text in texts:
            options = _read(name, text)
            if of_hardware:
                _one_takes(accelerators, options)


def _read(name: str, text: str) -> Options:
    """Return the options of one value, told of in the words of a sweep where it is none."""
    try:
        return opened_at("", Point({name: text}), without_model).options
    except JoulegraphError as error:
        if name != "zeros":
            raise
        remedy = "Give --zeros none, weights, a file, or shares such as ifmap=0.5,weight=0.2."
        raise JoulegraphError(error.code, error.message, remedy) from None


def _one_takes(accelerators: Sequence[PlatformFile], options: Options) -> None:
    first: JoulegraphError | None = None
    for file in accelerators:
        try:
            platform_for(dict(file.file), options)
        except JoulegraphError as error:
            first = first or error
        else:
            return
    if first is not None:
        raise first
