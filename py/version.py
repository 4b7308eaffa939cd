"""The engine's version: it changes when the same input may give another result."""

ENGINE = "0.1.0"
