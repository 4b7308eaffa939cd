"""The three lines that say how to contribute a profile."""

import shlex
from pathlib import Path
from typing import Any

from py.bounded_json import parse_json, read_bounded
from py.errors import JoulegraphError
from py.platforms.load import PUBLIC, is_platform_id

PROFILES, CAPTURES = "public/profiles", "public/captures"
_MOST_BYTES = 1_000_000


def how_to_contribute(profile: Path, capture: Path) -> tuple[str, str, str]:
    """Return three lines for a shell at the top of the project.

    Both files go where published ones lie, under the profile's id; they are checked; and they are
    committed and pushed, to become a pull request. Files that lie there already are left there.
    """
    identity = _identity(profile)
    goals = f"{PROFILES}/{identity}.json", f"{CAPTURES}/{identity}.csv.gz"
    put = [f"git switch -c profile-{identity}"]
    for path, goal in zip((profile, capture), goals, strict=True):
        if path.resolve() != PUBLIC.parent / goal:
            put.append(f"mkdir -p {Path(goal).parent} && cp {shlex.quote(str(path))} {goal}")
    return (
        " && ".join(put),
        f"python -m py.measure check {goals[0]}",
        f"git add {' '.join(goals)} && git commit -m 'Profile {identity}' && "
        "git push -u origin HEAD  # then open a pull request, or attach both files to the issue "
        "form 'A profile'",
    )


def _identity(profile: Path) -> str:
    """Return the profile's id, as it states it; the file's name where it can't be read."""
    try:
        data: Any = parse_json(read_bounded(profile, _MOST_BYTES), what=profile.name)
    except (JoulegraphError, OSError, UnicodeDecodeError):
        data = None
    found = data.get("id") if isinstance(data, dict) else None
    if isinstance(found, str) and is_platform_id(found):
        return found
    return profile.stem if is_platform_id(profile.stem) else "ID"
