"""A combination: a model on a platform at a point of the grid, a row to be."""

from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from py.sweep.asked import Point
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

    def id(self, content: str, platform: PlatformFile) -> str:
        """Return the hash of all that the row hangs on; ``content`` is the model's SHA-256."""
        told = [content, platform.hash, dict(self.point.texts), ENGINE]
        text = dumps(told, separators=(",", ":"), ensure_ascii=True)
        return sha256(text.encode()).hexdigest()[:_ID_DIGITS]

    def values(self, path: str, content: str | None, platform: PlatformFile) -> dict[str, Value]:
        """Return what the row says of what was asked, by the names of its columns."""
        texts = self.point.texts
        asked = {name: text for name, text in texts.items() if name not in ("batch", "clock")}
        return {
            "model_path": path,
            "model_sha256": content,
            "platform": platform.id,
            "platform_kind": platform.kind,
            "platform_hash": platform.hash,
            **asked,
        }
