"""The columns of a table of layers in its plain form."""

BOUNDS = ("n", "g", "m", "c", "p", "q", "r", "s", "h", "w")
WRITTEN = (
    *("name", "kind", *BOUNDS, "stride", "dilation", "pad", "output", "batch", "runs"),
    *("macs", "ops", "parameters", "ifmap_elements", "weight_elements", "ofmap_elements"),
    *("in_place", "window", "dtype_w", "dtype_a", "op_types", "nodes", "path"),
)
"""The columns that ``py.layers`` writes, in this order."""
COLUMNS = (*WRITTEN, "bits_w", "bits_a", "zeros_w", "zeros_a", "zeros_o")
