"""Populations: many networks described without files, priced together as arrays.

For search loops. ``layers`` makes single layers, ``drawing`` whole networks with what is folded
found out, ``network`` lists and cells of layers, ``population`` many of them over one vocabulary of
distinct layers, ``costs`` their energies and times. ``spaces`` has search spaces that are known.
"""
