"""A plan, with an order for each level: its flows, and what of them each stage pays."""
