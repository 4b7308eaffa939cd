"""What the page takes along of a result: the verb "export"."""

from typing import Any

from py.exports.export import Export
from py.exports.formats import FORMATS, exported
from py.graph.weights import Count
from py.page_options import bad_request, object_in
from py.page_request import Asked, Progress


def export(
    request: dict[str, Any], progress: Progress | None, count: Count | None
) -> dict[str, Any]:
    """Answer ``{"do": "export", "format", "link"}`` beside what "estimate" takes.

    ``link`` is the page's URL with the breakdown in its fragment, left out where there is none;
    ``own_platform`` says that the platform's file goes along; "bibtex" needs ``bibliography``,
    the content of bibliography.json. The answer has ``text``, ``mime`` and a file's ``name``.
    Everything is mapped anew: what is taken along is the last word.
    """
    form, link = request.get("format"), request.get("link")
    if not isinstance(form, str) or form not in FORMATS:
        raise bad_request("format", " or ".join(map(repr, FORMATS)), form)
    if link is not None and not isinstance(link, str):
        raise bad_request("link", "a URL, or left out", link)
    bibliography = object_in(request, "bibliography", optional=form != "bibtex")
    asked = Asked({**request, "mappings": None}, progress, count)
    result = asked.priced()
    taken = Export(result, asked.platform_file, request.get("own_platform") is True, link)
    known = FORMATS[form]
    return {
        "text": exported(form, taken, bibliography),
        "mime": known.mime,
        "name": f"{taken.name}{known.ending}",
    }
