"""That a layer fits nowhere, remembered: nobody searches for it again."""

from dataclasses import dataclass

from py.errors import JoulegraphError


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the mapper said of a layer that it can't map; the texts of a ``JoulegraphError``.

    Raises:
        ValueError: a text that is none.
    """

    code: str
    message: str
    remedy: str

    def __post_init__(self) -> None:
        for name in ("code", "message", "remedy"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value:
                raise ValueError(f"Refusal.{name}: a text, got {value!r}")

    @classmethod
    def of(cls, error: JoulegraphError) -> "Refusal":
        return cls(error.code, error.message, error.remedy)

    def error(self) -> JoulegraphError:
        """Return it as the error that the search had raised."""
        return JoulegraphError(self.code, self.message, self.remedy)

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "remedy": self.remedy}
