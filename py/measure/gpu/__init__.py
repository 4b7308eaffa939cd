"""One call that measures a GPU: ``python -m py.measure.gpu --output DIR``.

It composes what the other rooms have: doctor, a capture of the standard plan by torch in two
precisions, and, where scikit-learn is there, the fit with its errors. On the machine with the GPU
it needs torch, numpy and nvidia-ml-py alone. It keeps to its time: rows are on the disk as they
come, and the same call again goes on where the last one stopped.

A GPU's energy counter steps about ten times a second, so a window with energy lasts two seconds,
and one with runtime alone a tenth of that. In the time there is, every row with energy stands in
the way of several without; so layers take turns (``turns``), and networks always have theirs.
"""
