"""What a term of a polynomial stands for: computing, moving one of the tensors, or starting."""

from functools import lru_cache

from py.platforms.measured.polynomial import factors_of

_OF_BATCH = frozenset({"batch", "images", "groups"})
_OF_PLACE = frozenset({"h", "w", "oh", "ow", "in_side", "out_side"})
_OF_BYTES = {"ifmap_bytes": "ifmap", "weight_bytes": "weight", "ofmap_bytes": "ofmap"}
_COMPUTED = frozenset({"macs", "ops", "patches", "row_reads"})
_CONDITIONS = ("above(", "beyond(", "between(")


@lru_cache(8192)
def role_of(text: str) -> str:
    """Return the role of a term, one of ``py.platforms.timed.ROLES``.

    By what it grows with: ifmap channels and ofmap channels are computing, one of them is that
    tensor, both without images and places are weights. Terms that grow with nothing start a kernel.
    """
    factors = factors_of(text)
    names = {factor.feature for factor in factors if not factor.text.startswith(_CONDITIONS)}
    if names & _COMPUTED:
        return "computation"
    for name, role in _OF_BYTES.items():
        if name in names:
            return role
    if "bytes" in names:
        return "data"
    inside, outside = "cin" in names, "cout" in names
    spread = bool(names & (_OF_BATCH | _OF_PLACE))
    if inside and outside:
        return "computation" if spread else "weight"
    if inside:
        return "ifmap" if spread else "weight"
    if outside:
        return "ofmap" if spread else "weight"
    if names & {"kernel", "kh", "kw"}:
        return "computation" if spread else "launch"
    if names & _OF_PLACE:
        return "data"
    return "launch"
