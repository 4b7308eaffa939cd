"""``COLUMN=VALUE``: which rows of a table are meant."""

from typing import NamedTuple

from py.errors import JoulegraphError


class Condition(NamedTuple):
    """A column and the value that it has, compared as text or as a number."""

    column: str
    value: str

    def __str__(self) -> str:
        return f"{self.column}={self.value}"


def condition_of(text: str) -> Condition:
    """Return the condition that a text says.

    Raises:
        JoulegraphError: ``condition-invalid`` for a text without a column and an equals sign.
    """
    column, equals, value = text.partition("=")
    if not equals or not column.strip():
        raise JoulegraphError(
            "condition-invalid",
            f"A condition is COLUMN=VALUE, got {text[:60]!r}.",
            "Write for example --where device=cpu:raptorlake.",
        )
    return Condition(column.strip(), value.strip())
