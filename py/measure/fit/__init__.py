"""From rows to a profile: samples of one kind, folds that share them out, forms, errors, bands.

``neuralpower`` is the paper's form of a trained polynomial (Cai et al. 2017); the default form adds
up terms with coefficients not below zero (``time_form``, ``power_form``), and **errors of a fit**
compare what was predicted with what was measured.
"""
