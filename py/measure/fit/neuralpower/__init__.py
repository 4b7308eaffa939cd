"""NeuralPower's form of a trained polynomial (Cai et al. 2017, papers/003), as the paper has it.

Runtime, its equation (1): all products of the features of a layer up to a degree, plus **special
terms**: the memory accesses of each tensor and the number of operations. Power, equation (2): the
same with the logarithms of the features as further features, because power levels off. Section
4.1.1 says how the model is selected: for each degree, Lasso takes terms out; of the degrees, the
one with the least cross-validated RMSE is kept. The penalty of Lasso comes from the same ten folds.

The form is here as the reference that others are compared with. It minimises squared seconds, so a
few long layers rule it, small ones come out far off, and some below zero: the paper's own weakness.

``features`` names what the paper uses, ``expansion`` multiplies it out, ``lasso`` is the path of
penalties and its cross-validation, ``degree`` the search, ``fit`` what a caller needs.
"""
