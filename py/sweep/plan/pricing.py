"""The task that makes rows: combinations of one model, with the answers that they need."""

from collections.abc import Mapping
from dataclasses import dataclass

from py.breakdown import encode_link, price, state_of
from py.breakdown.result import Result
from py.errors import JoulegraphError
from py.forms import carried_file
from py.platforms.accelerator.choice import Choice, LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.sweep.answers import Answer, Refusal
from py.sweep.plan.reading import Part
from py.sweep.plan.setting import setting
from py.sweep.plan.variant import Variant
from py.sweep.rows.row import Row, failed_row, row_of
from py.sweep.work.failed import TaskFailed


@dataclass(frozen=True, slots=True)
class PriceAsk:
    """A part, and what was found for its layers on each of its platforms."""

    part: Part
    answers: Mapping[Variant, Mapping[LayerQuestion, Answer]]


def rows_of(ask: PriceAsk) -> list[Row]:
    """Return the rows of a part; one that can't be priced says why."""
    here = setting()
    model, ready = ask.part.unpacked()
    rows = []
    for one in ready:
        try:
            platform = one.variant.platform_made()
            if isinstance(platform, Accelerator):
                known = ask.answers.get(one.variant, {})
                platform.learn({asked: _learnt(found) for asked, found in known.items()})
            result = price(model, platform, one.options)
            link = _link(result, one.variant) if here.links else None
            rows.append(
                row_of(one.place, one.id, one.values, result, layers=here.layers, link=link)
            )
        except (MemoryError, KeyboardInterrupt):
            raise  # the machine's, not the combination's
        except Exception as raised:
            error = TaskFailed.of(raised).told()
            rows.append(failed_row(one.place, one.id, {**one.values, "model": model.name}, error))
    return rows


def _learnt(found: Answer) -> Choice | JoulegraphError:
    return found.error() if isinstance(found, Refusal) else found


def _link(result: Result, variant: Variant) -> str | None:
    """Return the address that shows a result; None where its platform goes into no link."""
    here = setting()
    platform = here.platforms[variant.platform]
    file = dict(platform.file) if platform.own else None
    if file is not None and not carried_file(file):
        return None
    return f"{here.site}#{encode_link(state_of(result, file))}"
