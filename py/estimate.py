"""``python -m py.estimate``: what a model costs on a platform, layer by layer."""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from py.bounded_json import parse_json
from py.breakdown import Options, Result, encode_link, price, result_csv, result_table, state_of
from py.breakdown.quantity import with_unit
from py.errors import JoulegraphError
from py.layers import Bits, Density
from py.platforms.load import DEFAULT_PLATFORM, platform_from_json, read_platform_file
from py.terminal import (
    FINE,
    PARTIAL,
    add_model_arguments,
    choices_of,
    load_model,
    run,
    whole,
    write_output,
)

DEFAULT_SITE = "http://localhost:8000/"
_MOST_LINK_CHARACTERS = 8000
_PREFIX_POWERS = {
    "f": -15,
    "p": -12,
    "n": -9,
    "u": -6,
    "µ": -6,
    "m": -3,
    "": 0,
    "k": 3,
    "M": 6,
    "G": 9,
    "T": 12,
}


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    given = _parser().parse_args(arguments)
    batch = None if given.batch is None else whole(given.batch, "--batch", most=1 << 20)
    budget = None if given.max_energy is None else _budget(given.max_energy)
    model, state = load_model(given.model, choices_of(given, batch))
    options = Options(
        choices_of(given, batch), _bits(given.bits), _density(given.density, given.model)
    )
    if state is not None and isinstance(state.get("options"), dict):
        options = _linked(options, state["options"])
    results: list[tuple[Result, str, dict[str, Any]]] = []
    for name in given.platform or [_platform_of(state)]:
        file = read_platform_file(name)
        results.append((price(model, platform_from_json(file), options), name, file))
    write_output(_formatted(results, given.format, given.site), given.output)
    return max(_exit_code(result, budget) for result, _, _ in results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m py.estimate",
        description="Say how many joules one inference costs, layer by layer, and why.",
    )
    add_model_arguments(parser)
    parser.add_argument(
        "--platform",
        action="append",
        metavar="ID|FILE.json",
        help=f"what it runs on; more than one for several results (default: {DEFAULT_PLATFORM})",
    )
    parser.add_argument("--batch", metavar="N", help="inferences at once")
    parser.add_argument("--bits", metavar="N|w=8,a=8", help="widths of weights and activations")
    parser.add_argument(
        "--density",
        metavar="FILE|none",
        help="zero fractions per layer (default: MODEL's name with .density.json, if there is one)",
    )
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


def _platform_of(state: dict[str, Any] | None) -> str:
    """Return a link's own platform, else the default."""
    linked = None if state is None else state.get("platform")
    return str(linked["id"]) if isinstance(linked, dict) and "id" in linked else DEFAULT_PLATFORM


def _linked(options: Options, stated: dict[str, Any]) -> Options:
    """Return the options of a link, the terminal's own first."""
    bits, density = stated.get("bits"), stated.get("density")
    return Options(
        options.choices,
        options.bits
        or (Bits(bits.get("weight"), bits.get("activation")) if isinstance(bits, dict) else None),
        Density(str(density.get("source", "")), {}) if isinstance(density, dict) else None,
    )


def _bits(text: str | None) -> Bits | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,2})|w=(\d{1,2}),a=(\d{1,2})|a=(\d{1,2}),w=(\d{1,2})", text)
    if match is not None:
        both, w, a, a_first, w_second = match.groups()
        weight, activation = int(both or w or w_second), int(both or a or a_first)
        if 1 <= weight <= 64 and 1 <= activation <= 64:
            return Bits(weight, activation)
    raise JoulegraphError(
        "bad-option", f"--bits takes 8, or w=4,a=8, from 1 to 64, got {text[:40]!r}.", "Correct it."
    )


def _density(text: str | None, model: str) -> Density | None:
    if text == "none":
        return None
    if text is None:
        path = Path(model).with_suffix(".density.json") if model.endswith(".onnx") else None
        if path is None or not path.is_file():
            return None
    else:
        path = Path(text)
    try:
        return Density.from_json(parse_json(path.read_text(encoding="utf-8"), what=path.name))
    except (OSError, UnicodeDecodeError) as error:
        raise JoulegraphError(
            "unreadable",
            f"The zero fractions {path} can't be read: {error}.",
            "Check the path, or say --density none.",
        ) from None


def _budget(text: str) -> tuple[float, str]:
    match = re.fullmatch(r"(\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?)\s*([fpnuµmkMGT]?)(J|MACe)", text)
    if match is None:
        raise JoulegraphError(
            "bad-option",
            f"--max-energy takes an energy like 5mJ or 4GMACe, got {text[:40]!r}.",
            "Correct it.",
        )
    number, prefix, unit = match.groups()
    return float(f"{number}e{_PREFIX_POWERS[prefix]}") if "e" not in number else float(
        number
    ) * 10.0 ** _PREFIX_POWERS[prefix], unit


def _formatted(results: list[tuple[Result, str, dict[str, Any]]], form: str, site: str) -> str:
    if form == "json":
        documents = [result.as_json() for result, _, _ in results]
        document = (
            documents[0]
            if len(documents) == 1
            else {"schema": "joulegraph/results/1", "results": documents}
        )
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if form == "link":
        return "".join(_link(result, name, file, site) + "\n" for result, name, file in results)
    if form == "csv":
        texts = [result_csv(result) for result, _, _ in results]
        return texts[0] + "".join(text.split("\n", 1)[1] for text in texts[1:])
    return "\n".join(result_table(result) for result, _, _ in results)


def _link(result: Result, name: str, file: dict[str, Any], site: str) -> str:
    link = f"{site}#{encode_link(state_of(result, file if name.endswith('.json') else None))}"
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
            f"note: {len(result.not_modelled)} layers got no estimate on {result.platform.name}.\n"
        )
        code = PARTIAL
    if budget is None:
        return code
    most, unit = budget
    energy = result.energy_j if unit == "J" else result.energy_macs
    if energy is None:
        raise JoulegraphError(
            "budget-unit",
            f"{result.platform.name} gives no joules, so --max-energy in J can't be checked.",
            "Give the budget in MAC energies, as in 4GMACe.",
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
