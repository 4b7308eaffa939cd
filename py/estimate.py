"""``python -m py.estimate``: what a model costs on a platform, layer by layer."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any, NamedTuple

from py.breakdown import (
    Options,
    Result,
    changes,
    encode_link,
    open_state,
    options_on,
    platform_for,
    price,
    result_csv,
    result_table,
    results_csv,
    state_of,
)
from py.breakdown.opened import platform_of
from py.breakdown.quantity import with_unit
from py.calibration_option import NONE, calibration_of, networks_of
from py.columns import printable, several, written_for
from py.errors import JoulegraphError
from py.layers import Density, Layer, Model
from py.layers.report.table import WIDTH
from py.model_argument import ProgressLine, load_model
from py.options import (
    add_model_arguments,
    add_table_arguments,
    choices_of,
    depth_of,
    whole,
)
from py.platforms import Platform
from py.platforms.accelerator.mapper.worth import OBJECTIVES
from py.platforms.load import (
    DEFAULT_PLATFORM,
    is_platform_id,
    read_platform_file,
)
from py.pricing_options import bits_of, budget_of, capacities_of, density_of, zeros_of
from py.simulation_option import (
    Simulator,
    Written,
    add_simulation_arguments,
    note_link,
    simulator_of,
)
from py.terminal import FINE, PARTIAL, run, text_width, write_output

DEFAULT_SITE = "http://localhost:8000/"
_MOST_LINK_CHARACTERS = 8000
_MOST_OWN_PLATFORM = 8000
_UNITS = {"J": "joules", "MACe": "MAC energies"}
_BUDGETS = {"J": "5mJ", "MACe": "4GMACe"}


class Answer(NamedTuple):
    """A result, the platform's file if it is the user's own, and what was simulated."""

    result: Result
    own_file: dict[str, Any] | None
    simulated: Written | None


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    given = _parser().parse_args(arguments)
    batch = None if given.batch is None else whole(given.batch, "--batch", most=1 << 20)
    given.depth = depth_of(given)
    budget = None if given.max_energy is None else budget_of(given.max_energy)
    zeros, count_weights = zeros_of(given.density)
    simulator = simulator_of(given)
    networks = networks_of(given.calibrate)
    options = Options(
        choices_of(given, batch),
        bits_of(given.bits),
        None if simulator or (count_weights and zeros is None) else density_of(zeros, given.model),
        given.dataflow,
        capacities_of(given.capacity),
        given.fuse,
        given.objective,
    )
    model, state, options = _loaded(given, options, simulator, count_weights=count_weights)
    asked = options
    if state is not None:
        model, options = open_state(state, options, keep_zeros=zeros != "none")
    results: list[Answer] = []
    for file, own in _platforms(given.platform, state):
        here = options if state is None else options_on(file, asked, options)
        if networks is not None:
            here = replace(
                here, calibration=calibration_of(networks, model, platform_for(file, here))
            )
        elif given.calibrate == NONE:
            here = replace(here, calibration=None)
        platform = platform_for(file, here)
        result = _priced(model, platform, here, alone=simulator is not None)
        simulated = None if simulator is None else simulator.beside(result)
        results.append(Answer(result, file if own else None, simulated))
        if state is not None and not given.platform:
            for note in changes(state, state_of(result)):
                sys.stderr.write(f"warning: {printable(note.text)}\n")
    # A budget that can't be checked is refused before anything is printed.
    code = max(_exit_code(answer.result, budget) for answer in results)
    if given.format == "table":
        text = _tables(results, given)
    else:
        text = _formatted(results, given.format, given.site)
    if simulator is not None and given.format == "link":
        note_link()
    if given.format == "csv" and any(answer.result.what_if is not None for answer in results):
        sys.stderr.write("note: CSV has no place for what fusing would save; table and JSON do.\n")
    write_output(text, given.output)
    return code


def _priced(model: Model, platform: Platform, options: Options, *, alone: bool) -> Result:
    """Return the result, the layers mapped on all cores unless ``alone``, with a line meanwhile."""
    with ProgressLine() as line:

        def told(done: int, total: int) -> None:
            line.show(f"layer {done} of {total} on {printable(platform.name)}")

        def ahead(on: Platform, layers: Sequence[Layer]) -> None:
            import_module("py.native.ahead").map_ahead(on, layers, told)

        return price(model, platform, options, told, None if alone else ahead)


def _loaded(
    given: argparse.Namespace, options: Options, simulator: Simulator | None, *, count_weights: bool
) -> tuple[Model, dict[str, Any] | None, Options]:
    """Return the model, a link's state if it is one, and the options with the zeros counted."""
    if simulator is not None:
        model, choices, density = simulator.read(options.choices)
        return model, None, replace(options, choices=choices, density=density)
    model, state = load_model(given.model, options.choices, count_weights=count_weights)
    return model, state, replace(options, density=Density.of(options.density, model.counted))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m py.estimate",
        description="Say how many joules one inference costs, layer by layer, and why.",
    )
    add_model_arguments(parser)
    add_table_arguments(parser)
    parser.add_argument(
        "--platform",
        action="append",
        metavar="ID|FILE.json",
        help=f"what it runs on; more than one for several results (default: {DEFAULT_PLATFORM})",
    )
    parser.add_argument(
        "--dataflow",
        metavar="NAME",
        help="one of the platform's dataflows, or any for all mappings (default: its first)",
    )
    parser.add_argument(
        "--calibrate",
        metavar="FILE",
        help="scale a measured platform by measured times of networks: a table with the columns "
        "model, batch, runtime_ms and power_w; none takes back what a link says",
    )
    parser.add_argument(
        "--objective",
        choices=OBJECTIVES,
        help="of what the mapping of each layer has the least (default: energy)",
    )
    parser.add_argument(
        "--capacity",
        action="append",
        metavar="LEVEL=BYTES",
        help="another capacity of a memory level, such as global_buffer=200KiB (inside the PEs: of "
        "each PE); what a word costs there follows by the platform's rule; none takes back those "
        "of a link",
    )
    parser.add_argument(
        "--fuse",
        action=argparse.BooleanOptionalAction,
        help="say too what fusing pairs of layers would save, where the feature map between them "
        "fits on chip",
    )
    parser.add_argument("--batch", metavar="N", help="inferences at once")
    parser.add_argument("--bits", metavar="N|w=8,a=8", help="widths of weights and activations")
    parser.add_argument(
        "--density",
        action="append",
        metavar="FILE|weights|none",
        help="zero fractions per layer (default: MODEL's name with .density.json, if there is "
        "one), or weights: count those in the model's weights; both may be given",
    )
    add_simulation_arguments(parser)
    parser.add_argument("--format", choices=("table", "json", "csv", "link"), default="table")
    parser.add_argument("--output", metavar="FILE", help="write there instead of standard output")
    parser.add_argument(
        "--max-energy",
        metavar="5mJ",
        help="exit with 1 if one inference costs more (J, or MACe as in 4GMACe)",
    )
    parser.add_argument(
        "--site",
        metavar="URL",
        default=DEFAULT_SITE,
        help=f"where links lead (default: {DEFAULT_SITE})",
    )
    return parser


def _platforms(
    names: list[str] | None, state: dict[str, Any] | None
) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield a file, and whether it is the user's own: as asked, as linked, or the default."""
    linked, file = (None, None) if state is None else platform_of(state)
    if names is None and file is not None:
        yield file, True
        return
    for name in names or [linked or DEFAULT_PLATFORM]:
        if names is None and not is_platform_id(name):
            raise JoulegraphError(
                "platform-unknown",
                f"The link's platform is called {printable(name[:60])!r}, which is no id.",
                "Give --platform.",
            )
        yield read_platform_file(name), name.endswith(".json")


def _formatted(results: list[Answer], form: str, site: str) -> str:
    if form == "json":
        documents = [
            result.as_json() if simulated is None else simulated.json(result.as_json())
            for result, _, simulated in results
        ]
        document = (
            documents[0]
            if len(documents) == 1
            else {"schema": "joulegraph/results/1", "results": documents}
        )
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if form == "link":
        return "".join(_link(result, file, site) + "\n" for result, file, _ in results)
    if all(simulated is None for _, _, simulated in results):
        return results_csv([result for result, _, _ in results])
    texts = [
        result_csv(result) if simulated is None else simulated.csv(result_csv(result))
        for result, _, simulated in results
    ]
    return texts[0] + "".join(text.split("\n", 1)[1] for text in texts[1:])


def _tables(results: list[Answer], given: argparse.Namespace) -> str:
    """Return a table for each platform, as wide as the terminal, in letters that it has."""
    width = WIDTH if given.output else text_width(WIDTH)
    text = "\n".join(
        result_table(result, width=width, depth=given.depth, every=given.all)
        + ("" if simulated is None else simulated.text(width, every=given.all))
        for result, _, simulated in results
    )
    return text if given.output else written_for(text, sys.stdout.encoding)


def _link(result: Result, file: dict[str, Any] | None, site: str) -> str:
    if file is not None and len(json.dumps(file, separators=(",", ":"))) > _MOST_OWN_PLATFORM:
        raise JoulegraphError(
            "platform-too-large",
            f"A platform of one's own goes into a link up to {_MOST_OWN_PLATFORM} bytes.",
            "Share the result as a file with --format json.",
        )
    link = f"{site}#{encode_link(state_of(result, file))}"
    if len(link) > _MOST_LINK_CHARACTERS:
        sys.stderr.write(
            f"note: this link is {len(link)} characters long and many programs cut links; "
            "--format json makes a file.\n"
        )
    return link


def _exit_code(result: Result, budget: tuple[float, str] | None) -> int:
    code = FINE
    if result.not_modelled:
        sys.stderr.write(
            f"note: {several(len(result.not_modelled), 'layer')} got no estimate "
            f"on {printable(result.platform.name)}.\n"
        )
        code = PARTIAL
    if budget is None:
        return code
    most, unit = budget
    energy = result.energy_j if unit == "J" else result.energy_macs
    if energy is None:
        other = "MACe" if unit == "J" else "J"
        known = result.energy_macs if unit == "J" else result.energy_j
        raise JoulegraphError(
            "budget-unit",
            f"{printable(result.platform.name)} gives no {_UNITS[unit]} to check --max-energy in "
            f"{unit}.",
            f"Give the budget in {_UNITS[other]}, as in {_BUDGETS[other]}."
            if known is not None
            else "Choose a platform whose power is known, or leave the budget out.",
        )
    each = energy / result.model.batch
    if each > most:
        sys.stderr.write(
            f"over budget: one inference costs {with_unit(each, unit)}, "
            f"at most {with_unit(most, unit)}.\n"
        )
        code = PARTIAL
    return code


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
