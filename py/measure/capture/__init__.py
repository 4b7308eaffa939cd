"""Captures: shapes measured one by one, kept row by row."""
