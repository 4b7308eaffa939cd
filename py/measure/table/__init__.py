"""Tidy tables of measured layers: what a row holds, how a CSV is read, what its layer computes."""
