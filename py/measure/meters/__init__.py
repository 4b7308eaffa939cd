"""Meters: how much energy each part of a machine has drawn."""
