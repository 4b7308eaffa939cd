"""Measured devices: the time, power and energy of a layer from coefficients fitted to measurements.

A **workload** is a layer as it is timed (``workload``). Its **features** (``features``) are named
numbers: sizes, MACs, bytes. A **polynomial** (``polynomial``) adds up coefficients times products
of **factors** of features, as papers/003, equations (1) and (2), have it; a **regime**
(``regimes``) scales it where a library changes its algorithm. A **profile** (``profile``) has those
of each kind of layer with their errors, and ``engine`` makes a platform of it.

Fitting is no part of this room: py.measure fits, this evaluates, in the terminal and in the page.
"""

SCHEMA = "joulegraph/profile/1"
