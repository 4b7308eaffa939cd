"""Whether a shape fits into the memory that is free."""

_GIGA = 1e9


def too_large(needed: int | None, free: int | None) -> str | None:
    """Return why a shape can't be measured, or None where it fits or nobody knows."""
    if needed is None or free is None or needed <= free:
        return None
    return f"needs {needed / _GIGA:.1f} GB, {free / _GIGA:.1f} GB are free"
