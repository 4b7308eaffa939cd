"""What the terminal does faster where other packages are installed; the engine does without."""
