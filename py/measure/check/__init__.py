"""Checks: is a profile fit to publish?."""
