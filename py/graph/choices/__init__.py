"""What the user chooses about a model's inputs, and the stated defaults for what is left open."""
