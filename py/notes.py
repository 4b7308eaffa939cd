"""A note: something that the reader of a result must know and that is not an error."""

from typing import NamedTuple


class Note(NamedTuple):
    """A remark with a stable ``code``; ``text`` is one sentence for people."""

    code: str
    text: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "text": self.text}
