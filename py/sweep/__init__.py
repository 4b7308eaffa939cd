"""Sweeps: many models on many platforms with many options, one row per combination."""
