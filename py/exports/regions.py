"""What a kilowatt-hour of electricity emits by region: public/regions.json, dated and sourced."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from py.errors import JoulegraphError

SCHEMA = "joulegraph/regions/1"
_MOST_REGIONS = 1000


@dataclass(frozen=True, slots=True)
class Region:
    """A region's yearly average in grams of CO2 equivalents per kilowatt-hour, and its source."""

    id: str
    name: str
    g_per_kwh: float
    year: int
    source: str
    url: str

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "g_per_kwh": self.g_per_kwh,
            "year": self.year,
            "source": self.source,
            "url": self.url,
        }


def regions_of(data: Any) -> Mapping[str, Region]:
    """Return the regions of a file by their ids.

    Raises:
        JoulegraphError: ``regions-invalid``.
    """
    try:
        if data["schema"] != SCHEMA or len(data["regions"]) > _MOST_REGIONS:
            raise ValueError(str(data["schema"])[:60])
        sources = data["sources"]
        return {
            str(one["id"]): Region(
                str(one["id"]),
                str(one["name"]),
                float(one["g_per_kwh"]),
                int(one["year"]),
                *_said(sources[one.get("source", data["source"])], str(data["licence"])),
            )
            for one in data["regions"]
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise JoulegraphError(
            "regions-invalid",
            f'A file of regions says "schema": "{SCHEMA}" and has sources and regions, got '
            f"{type(error).__name__} {str(error)[:60]}.",
            "Take public/regions.json as it ships.",
        ) from None


def _said(source: Mapping[str, Any], licence: str) -> tuple[str, str]:
    """Return a source's title with date and licence, and its URL."""
    return f"{source['title']}, read on {source['seen']}; {licence}", str(source["url"])


def region_named(regions: Mapping[str, Region], name: str) -> Region:
    """Return a region by its id or its name, in any case.

    Raises:
        JoulegraphError: ``region-unknown`` with those whose names are alike.
    """
    asked = name.strip().casefold()
    for region in regions.values():
        if asked in (region.id.casefold(), region.name.casefold()):
            return region
    from difflib import get_close_matches  # only where something is wrong

    names = {
        one.casefold(): f"{region.id} ({region.name})"
        for region in regions.values()
        for one in (region.id, region.name)
    }
    close = list(dict.fromkeys(names[one] for one in get_close_matches(asked[:64], names, 3, 0.7)))
    raise JoulegraphError(
        "region-unknown",
        f"No region is called {name[:40]!r}; "
        + (f"like it are {', '.join(close)}." if close else f"there are {', '.join(regions)}."),
        "Choose one of these, WORLD, or give the grams per kWh themselves, as in region=350g.",
    )
