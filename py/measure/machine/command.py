"""``python -m py.measure doctor``: what this machine is and what can be measured on it."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from py.columns import written_for
from py.terminal import FINE, PARTIAL, text_width

if TYPE_CHECKING:
    from py.measure.machine.line import Line

_USUAL_WIDTH = 80
#: Colours that are legible on dark and on light grounds.
_STYLES = {"head": "bold", "good": "green", "bad": "magenta"}


def add_to(steps: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the step to the program's."""
    about = "say what this machine is and what can be measured on it; changes nothing"
    doctor = steps.add_parser("doctor", help=about, description=about)
    doctor.add_argument("--json", action="store_true", help="the same as JSON, fit to be published")
    doctor.add_argument("--root", default="/", help=argparse.SUPPRESS)
    doctor.set_defaults(do=_doctor)


def _doctor(given: argparse.Namespace) -> int:
    from py.measure.machine.describe import describe

    facts = describe(Path(given.root))
    if given.json:
        sys.stdout.write(json.dumps(facts.as_json(), indent=1, ensure_ascii=False) + "\n")
    else:
        from py.measure.machine.screen import screen

        show(screen(facts, text_width(_USUAL_WIDTH)))
    runs = any(one.quantity == "runtime" and one.available for one in facts.quantities)
    return FINE if runs else PARTIAL


def show(lines: "list[Line]") -> None:
    """Write lines to standard output; with colours on a terminal, where rich is installed."""
    if sys.stdout.isatty():
        try:
            from rich.console import Console
            from rich.text import Text
        except ImportError:
            pass
        else:
            console = Console(highlight=False, soft_wrap=True)
            for line in lines:
                console.print(Text.assemble((line.mark, _STYLES.get(line.role, "")), line.text))
            return
    text = "".join(f"{line.plain}\n" for line in lines)
    sys.stdout.write(written_for(text, sys.stdout.encoding))
