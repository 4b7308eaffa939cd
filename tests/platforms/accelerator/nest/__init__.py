"""The accelerator's nest of loops, tested against a walk of it."""
