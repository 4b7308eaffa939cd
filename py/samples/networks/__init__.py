"""One declaration per network, gathered by family; the catalogue says where each comes from."""
