"""One call that measures a GPU: ``python -m py.measure.gpu --output DIR``.

A preset of what the other rooms have: doctor, a capture of the standard plan by torch in two
precisions and at two batches, and, where scikit-learn is there, the fit with its errors and the
check. On the machine with the GPU it needs torch, numpy and nvidia-ml-py alone. It keeps to its
time: rows are on the disk as they come, and the same call again goes on where the last one stopped.
"""
