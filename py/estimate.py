"""``python -m py.estimate``: what a model costs on a platform, layer by layer."""

import argparse
import sys

from py.answers import answers_of
from py.budget_option import budget_of, exit_code
from py.forms import add_form_arguments, formed
from py.options import add_model_arguments, add_table_arguments, depth_of
from py.pricing_arguments import add_pricing_arguments
from py.scenario_options import add_scenario_arguments, scenarios_of
from py.simulation_option import add_simulation_arguments
from py.terminal import run, write_output
from py.training_option import add_training_arguments, run_of


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    given = _parser().parse_args(arguments)
    given.depth = depth_of(given)
    budget = budget_of(given.max_energy)
    scenarios = scenarios_of(given)
    answers = [scenarios.beside(answer) for answer in answers_of(given)]
    given.run = run_of(given, [answer.result for answer in answers])
    # A budget that can't be checked is refused before anything is printed.
    code = exit_code([answer.result for answer in answers], budget)
    write_output(formed(answers, given), given.output)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m py.estimate",
        description="Say how many joules one inference costs, layer by layer, and why.",
    )
    add_model_arguments(parser)
    add_table_arguments(parser)
    parser.add_argument(
        "--proxies",
        action="store_true",
        help="below the table, how well parameters, MACs, bytes and time rank the layers by energy",
    )
    add_pricing_arguments(parser)
    add_training_arguments(parser)
    add_simulation_arguments(parser)
    add_scenario_arguments(parser)
    add_form_arguments(parser)
    parser.add_argument(
        "--max-energy",
        metavar="5mJ",
        help="exit with 1 if one inference costs more (J, or MACe as in 4GMACe)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
