"""Accelerators: a spatial array with a memory hierarchy, as in Yang et al. 2017
(A Method to Estimate the Energy Consumption of Deep Neural Networks).

The way of one layer: ``problem`` turns its loop bounds into what the array sees (strips, folds);
``mapping`` is one choice of the dataflow's parameters and says whether it fits; ``counts`` gives
the words that this choice moves at each level, in closed form; ``costs`` the energy of one such
word (width, coding); ``search`` finds the mapping of least energy; ``engine`` puts them together.
``hardware`` and ``conventions`` are the platform file as value types; ``streams`` prices layers
that only move data.
"""
