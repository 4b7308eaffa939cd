"""Plans: which layers and networks are measured, and in which order."""
