"""From measurements to a profile: rows are read, forms are fitted, errors are told. Native only.

A **row** is one measured layer (``rows``: the tidy CSVs, ``row``: what one holds). **Folds** share
rows out for cross-validation (``folds``), **errors of a fit** compare what was predicted with what
was measured (``errors_of_fit``), and ``neuralpower`` is the paper's form of a trained polynomial
(Cai et al. 2017).
"""
