"""The machine: what is here, and what of it can be measured (doctor)."""
