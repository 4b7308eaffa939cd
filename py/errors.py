"""The one kind of error that a user sees: a code, what is wrong, and what to do about it."""

from typing import Any


class JoulegraphError(Exception):
    """Bad input or bad use, told in one sentence and with a remedy.

    ``code`` is stable (``kebab-case``) and safe to test against; ``message`` says what was got and
    what was expected; ``remedy`` says what to do. The terminal and the page show the same text.
    ``questions`` are what the input leaves open, each as JSON, where other answers may help.
    """

    def __init__(self, code: str, message: str, remedy: str) -> None:
        message, remedy = _printable(message), _printable(remedy)
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.questions: tuple[dict[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.message} {self.remedy} [{self.code}]"

    def as_json(self) -> dict[str, str]:
        """Return the error as the page's door passes it on."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy}


def _printable(text: str) -> str:
    """Return the text as one readable line: names in it come from files and may hold anything."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "?" for character in text)
