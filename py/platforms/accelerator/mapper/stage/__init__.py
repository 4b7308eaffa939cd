"""One stage by itself: a level, or the first level inside the PEs with the array."""
