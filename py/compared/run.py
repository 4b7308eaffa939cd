"""A run: a priced model with a name, read from the JSON of a result, and per inference.

Of a result are read ``schema``, ``engine``, ``model.name``, ``platform`` (id, name, kind),
``options`` (batch, train), ``totals``, ``coverage.not_modelled`` and of each layer ``name``,
``kind``, ``op_types``, ``macs``, ``ops``, ``parameters``, ``energy_j``, ``energy_macs``,
``time_s``, ``loops`` and ``zeros``; whatever else is there may be left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from py.compared.foreign import a_list, a_text, amount, an_object, invalid, share, whole
from py.errors import JoulegraphError
from py.layers import KINDS
from py.quantities import divided

MOST_RUNS = 8
MOST_LAYERS = 20_000
LONGEST_RUN_NAME = 80
RESULT, RESULTS = "joulegraph/result/1", "joulegraph/results/1"
QUANTITIES = ("energy_j", "energy_macs", "time_s", "macs", "parameters")
"""What is compared of a layer and in total."""
_SIZES = ("n", "g", "m", "c", "p", "q", "r", "s")
_MOST_BATCH = 1 << 50
_MOST_SIZE = 1 << 50

Amounts = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class RunLayer:
    """A layer of a run: what it is, and its ``amounts`` per inference (parameters as they are).

    ``loops`` are its bounds by letter, of the whole batch, with ``stride``; None without MACs.
    """

    name: str
    kind: str
    operators: tuple[str, ...]
    amounts: Amounts
    ops: float | None
    loops: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Run:
    """A model on a platform, per inference. ``error`` is the share of answers that are wrong.

    ``pass_on``: in a cascade, the share of the inputs that reach this model and go on to the next.
    ``interval`` has the ends of quantities where they are known. ``train``: the optimiser where it
    is a step of training, which is then meant by an inference. ``zeros``: whether zero fractions of
    any layer are known.
    """

    name: str
    model: str
    platform: Mapping[str, str]
    batch: int
    engine: str
    layers: tuple[RunLayer, ...]
    totals: Amounts
    origins: Mapping[str, str | None]
    interval: Mapping[str, tuple[float, float]]
    not_modelled: int = 0
    error: float | None = None
    pass_on: float | None = None
    train: str | None = None
    zeros: bool = False

    @classmethod
    def from_json(cls, name: Any, result: Any, error: Any = None, pass_on: Any = None) -> "Run":
        """Read a result; its layers' details may stand apart, as the page has them.

        Raises:
            JoulegraphError: ``result-invalid`` naming the part that is wrong, ``share-invalid``,
                ``run-name-invalid``.
        """
        result = an_object(result, "a result")
        if result.get("schema") != RESULT:
            raise invalid(f'"schema" says "{RESULT}"', result.get("schema"))
        model = an_object(result.get("model"), "its model")
        platform = an_object(result.get("platform"), "its platform")
        options = an_object(result.get("options"), "its options")
        batch = whole(options.get("batch"), "its batch", 1, _MOST_BATCH)
        coverage = an_object(result.get("coverage", {}), "its coverage")
        left = a_list(coverage.get("not_modelled", []), "what is not modelled", MOST_LAYERS)
        details = a_list(result.get("details", []), "the layers' details", MOST_LAYERS)
        layers = [
            _whole_layer(layer, details)
            for layer in a_list(result.get("layers"), "the layers", MOST_LAYERS)
        ]
        totals = an_object(result.get("totals"), "its totals")
        named = run_name(name)
        return cls(
            name=named,
            model=a_text(model.get("name"), "the model's name"),
            platform={
                part: a_text(platform.get(part), f"the platform's {part}")
                for part in ("id", "name", "kind")
            },
            batch=batch,
            engine=a_text(result.get("engine", ""), "the engine"),
            layers=tuple(_layer(layer, batch) for layer in layers),
            totals=_amounts(totals, batch, "the total's"),
            origins=_origins(totals.get("origins")),
            interval=_interval(totals.get("interval"), batch),
            not_modelled=len(left),
            error=share(error, f"The error of {named!r}"),
            pass_on=share(pass_on, f"What {named!r} passes on"),
            train=None if options.get("train") is None else a_text(options["train"], "train"),
            zeros=any(_has_zeros(layer) for layer in layers),
        )


def runs_of(document: Any) -> list[dict[str, Any]]:
    """Return the results in a file: one, or several of joulegraph/results/1.

    Raises:
        JoulegraphError: ``result-invalid``.
    """
    document = an_object(document, "a result")
    if document.get("schema") != RESULTS:
        return [document]
    return [
        an_object(one, "a result") for one in a_list(document.get("results"), "results", MOST_RUNS)
    ]


def run_name(name: Any) -> str:
    """Return a run's name.

    Raises:
        JoulegraphError: ``run-name-invalid``.
    """
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_RUN_NAME:
        raise JoulegraphError(
            "run-name-invalid",
            f"A run's name should have 1 to {LONGEST_RUN_NAME} characters, got {str(name)[:90]!r}.",
            "Give another name.",
        )
    return name


def _whole_layer(layer: Any, details: list[Any]) -> dict[str, Any]:
    layer = an_object(layer, "a layer")
    if "detail" not in layer:
        return dict(layer)
    place = whole(layer["detail"], "the place of a layer's detail", 0, len(details) - 1)
    return {**layer, **an_object(details[place], "a layer's detail")}


def _layer(data: dict[str, Any], batch: int) -> RunLayer:
    name = a_text(data.get("name"), "a layer's name")
    if data.get("kind") not in KINDS:
        raise invalid(f"the kind of {name[:40]!r} is one of {', '.join(KINDS)}", data.get("kind"))
    operators = a_list(data.get("op_types", []), "a layer's operators", MOST_LAYERS)
    loops = data.get("loops")
    return RunLayer(
        name=name,
        kind=data["kind"],
        operators=tuple(a_text(one, "an operator") for one in operators),
        amounts=_amounts(data, batch, f"{name[:40]!r}:"),
        ops=divided(amount(data.get("ops"), f"{name[:40]!r}: ops"), batch),
        loops=None if loops is None else _loops(an_object(loops, "a layer's loops")),
    )


def _has_zeros(layer: dict[str, Any]) -> bool:
    shares = an_object(layer.get("zeros") or {}, "a layer's zero fractions")
    return any(share is not None for share in shares.values())


def _amounts(data: dict[str, Any], batch: int, whose: str) -> Amounts:
    found = {quantity: amount(data.get(quantity), f"{whose} {quantity}") for quantity in QUANTITIES}
    return {
        quantity: value if quantity == "parameters" else _each(value, batch)
        for quantity, value in found.items()
    }


def _each(value: float | None, batch: int) -> float | None:
    """Return the share of one inference; what is of one already stays as it is."""
    return value if batch == 1 else divided(value, batch)


def _loops(data: dict[str, Any]) -> Mapping[str, int]:
    found = {size: whole(data.get(size), f"loop bound {size}", 1, _MOST_SIZE) for size in _SIZES}
    strides = a_list(data.get("stride", [1, 1]), "a stride", 2)
    for axis, stride in zip("hw", strides, strict=False):
        found[f"stride_{axis}"] = whole(stride, "a stride", 1, _MOST_SIZE)
    return found


def _origins(data: Any) -> Mapping[str, str | None]:
    known = an_object({} if data is None else data, "its origins")
    return {
        quantity: None if known.get(quantity) is None else a_text(known[quantity], "an origin")
        for quantity in ("energy_j", "time_s")
    }


def _interval(data: Any, batch: int) -> Mapping[str, tuple[float, float]]:
    """Return the ends of each quantity per inference; of power there is nothing to compare."""
    known = an_object({} if data is None else data, "its interval")
    found = {}
    for quantity in ("energy_j", "time_s"):
        if known.get(quantity) is not None:
            ends = a_list(known[quantity], "an interval", 2)
            low, high = (amount(end, "the end of an interval") for end in (ends + [None] * 2)[:2])
            if low is None or high is None or low > high:
                raise invalid("an interval has a low and a high end", ends)
            found[quantity] = (low / batch, high / batch)
    return found
