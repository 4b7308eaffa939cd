"""Names from files as one line of letters that can be seen, in every export alike."""

import unicodedata


def plain(text: str) -> str:
    """Return text without what drives a terminal, breaks a line or turns text around.

    Each such letter is replaced by a visible mark, each kind of blank by a plain one.
    """
    if text.isprintable():
        return text
    return "".join(map(_letter, text))


def _letter(letter: str) -> str:
    if letter.isprintable():
        return letter
    return " " if unicodedata.category(letter) == "Zs" else "\N{REPLACEMENT CHARACTER}"
