"""A combination: a model on a platform at a point of the grid, a row to be."""

import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from json import dumps

from py.breakdown.link import is_link
from py.sweep.asked import Point
from py.sweep.plan.opened import opened_at, without_model
from py.sweep.plan.setting import PlatformFile
from py.sweep.rows.columns import Value
from py.version import ENGINE

_ID_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Combination:
    """A row to be: its ``place`` in the plan, its platform's place among them, its point."""

    place: int
    platform: int
    point: Point

    def id(self, content: str, platform: PlatformFile, zeros: str | None = None) -> str:
        """Return the hash of all that the row hangs on.

        ``content`` is the model's SHA-256 and the path that tells it from its copies, ``zeros`` the
        SHA-256 of the file of zero fractions that it has.
        """
        told = [content, platform.hash, dict(self.point.texts), ENGINE, zeros]
        text = dumps(told, separators=(",", ":"), ensure_ascii=True)
        return sha256(text.encode()).hexdigest()[:_ID_DIGITS]

    def values(
        self,
        model: str,
        sha256: str | None,
        platform: PlatformFile,
        top_errors: Mapping[str, float],
    ) -> dict[str, Value]:
        """Return what the row says of what was asked, by the names of its columns."""
        texts = self.point.texts
        asked: dict[str, Value] = {
            name: text for name, text in texts.items() if name not in ("batch", "clock")
        }
        return {
            "model": _name(model),
            "model_path": model,
            "model_sha256": sha256,
            "platform": platform.id,
            "platform_kind": platform.kind,
            "platform_hash": platform.hash,
            "batch": _batch(texts["batch"]) if "batch" in texts else None,
            "clock_hz": _clock_hz(texts["clock"]) if "clock" in texts else None,
            **asked,
            **_precision(model, top_errors),
        }


def names_of(model: str) -> tuple[str, ...]:
    """Return what a model may be called: its path, its file's name, that without its ending."""
    name = os.path.basename(model)
    return model, name, os.path.splitext(name)[0]


def _name(model: str) -> str:
    """Return the name of a model that has no result: its file's."""
    return "a link" if is_link(model) and not os.path.exists(model) else names_of(model)[-1]


def _precision(model: str, top_errors: Mapping[str, float]) -> dict[str, float]:
    for called in names_of(model):
        if called in top_errors:
            wrong = top_errors[called]
            return {"top_error": wrong, "accuracy": float(f"{1 - wrong:.11e}")}
    return {}


@lru_cache(maxsize=1024)
def _batch(text: str) -> int | None:
    return opened_at("", Point({"batch": text}), without_model).options.choices.batch


@lru_cache(maxsize=1024)
def _clock_hz(text: str) -> float | None:
    return opened_at("", Point({"clock": text}), without_model).options.clock_hz or None
