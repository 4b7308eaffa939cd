"""The papers and pages behind a result's numbers as BibTeX: of the method, and of the platform.

The method's papers are by the kind of platform in public/bibliography.json. A platform's file has
``sources`` by a short key, and its constants name them; only those that a constant names go in.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from py.errors import JoulegraphError
from py.exports.export import Export
from py.exports.latex import escaped
from py.exports.plain import plain

SCHEMA = "joulegraph/bibliography/1"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DOI = re.compile(r"\bdoi (10\.\d{4,9}/\S+?)(?=[,;)]?(?:\s|$))")
_URL = re.compile(r"https?://[^\s,;)]+")
_MOST_DEPTH = 64


def bibtex(export: Export, bibliography: Any) -> str:
    """Return the entries, each once; ``bibliography`` is public/bibliography.json.

    Raises:
        JoulegraphError: ``bibliography-invalid``.
    """
    try:
        if bibliography["schema"] != SCHEMA:
            raise ValueError(str(bibliography["schema"])[:60])
        entries = list(_entries(export, bibliography))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise JoulegraphError(
            "bibliography-invalid",
            f'A bibliography says "schema": "{SCHEMA}" and has methods and entries, got '
            f"{type(error).__name__} {str(error)[:60]}.",
            "Take public/bibliography.json as it ships.",
        ) from None
    facts = {"model": export.result.model.name, **export.made()}
    # What stands between entries is a comment; an @ would begin one.
    comments = [f"% {name}: {plain(text)}".replace("@", "(at)") for name, text in facts.items()]
    return "\n".join(["% Made by Joulegraph.", *comments, "", *entries])


def _entries(export: Export, bibliography: Mapping[str, Any]) -> Iterator[str]:
    known, same = bibliography["entries"], bibliography.get("same", {})
    features = bibliography.get("features", {})
    result = export.result
    keys = list(bibliography["methods"].get(result.platform.kind, ()))
    keys += [key for name in result.options for key in features.get(name, ())]
    sources = export.file.get("sources")
    sources = sources if isinstance(sources, Mapping) else {}
    for key in _used(export.file, sources):
        own = same.get(key, key)
        if own in known:
            keys.append(own)
        elif _KEY.fullmatch(key):
            keys.append(key)
    for key in dict.fromkeys(keys):
        fields = dict(known[key]) if key in known else _page(sources[key])
        yield _entry(key, fields)
    measured = export.file.get("measured")
    if isinstance(measured, Mapping):
        yield _entry(f"{result.platform.id}-rows", _measured(result.platform.name, measured))


def _used(file: Mapping[str, Any], sources: Mapping[str, Any]) -> list[str]:
    """Return the keys that the file's constants name, in the order of ``sources``."""
    said = "\n".join(_texts({k: v for k, v in file.items() if k != "sources"}, _MOST_DEPTH))
    return [
        key for key in sources if re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", said, re.ASCII)
    ]


def _texts(value: Any, depth: int) -> Iterator[str]:
    """Yield what every ``source`` in a file says."""
    if depth and isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "source" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner, depth - 1)
    elif depth and isinstance(value, list):
        for inner in value:
            yield from _texts(inner, depth - 1)


def _page(source: Any) -> dict[str, Any]:
    """Return the fields of a source that is no known paper: what the platform's file says of it."""
    if isinstance(source, Mapping):
        seen = source.get("seen")
        return {
            "type": "misc",
            "title": source.get("title"),
            "url": source.get("url"),
            "note": f"Read on {seen}" if seen else None,
        }
    text = str(source)
    doi, url = _DOI.search(text), _URL.search(text)
    return {
        "type": "misc",
        "note": text,
        "doi": doi[1] if doi else None,
        "url": url[0] if url else None,
    }


def _measured(name: str, measured: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the measurements that a profile was fitted to."""
    source = str(measured.get("source") or "")
    return {
        "type": "misc",
        "title": f"Measurements behind the profile {name}",
        "author": [f"{{{measured['who']}}}"] if measured.get("who") else None,
        "year": str(measured["date"])[:4] if measured.get("date") else None,
        "url": source if _URL.fullmatch(source) else None,
        "note": None if _URL.fullmatch(source) else source or None,
    }


_VERBATIM = ("doi", "url", "eprint", "archiveprefix")
_BARE = ("pages", "year", "volume", "number")


def _entry(key: str, fields: Mapping[str, Any]) -> str:
    lines = [f"@{fields['type']}{{{key},"]
    for name, value in fields.items():
        if name == "type" or value is None:
            continue
        if name == "author":
            text = " and ".join(map(_author, value))
        elif name in _VERBATIM:
            text = re.sub(r"[^!#-;=?-\[\]_a-z~]", "", str(value)).replace("%", r"\%")
        elif name in _BARE:
            text = re.sub(r"[^0-9A-Za-z-]", "", str(value))
        else:
            text = _protected(escaped(str(value)))
        lines.append(f"  {name} = {{{text}}},")
    return "\n".join([*lines, "}", ""])


def _author(name: str) -> str:
    """Return a name; one in braces is an organisation's or a whole name, left as it is."""
    if name == "others":
        return name
    if name.startswith("{") and name.endswith("}"):
        return f"{{{escaped(name[1:-1])}}}"
    return escaped(name)


def _protected(text: str) -> str:
    """Return a title whose capitals inside words BibTeX's styles leave as they are."""
    return re.sub(r"(?<![\\{\w])(\w*[a-z0-9]\w*[A-Z]\w*|[A-Z]{2,}\w*)", r"{\1}", text)
