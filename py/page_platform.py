"""The page's question about a platform alone: what its file says of it, as the gallery shows it."""

from typing import Any

from py.breakdown import Options, platform_for
from py.graph.weights import Count
from py.page_options import object_in
from py.page_request import Progress


def about_platform(
    request: dict[str, Any], _progress: Progress | None, _count: Count | None
) -> dict[str, Any]:
    """Answer ``{"do": "platform", "file": content of a platform's file}`` with ``platform``.

    It is what a result says of its platform.

    Raises:
        JoulegraphError: ``request-invalid``, or that of a file which is none of a platform.
    """
    return {"platform": platform_for(object_in(request, "file"), Options()).as_json()}
