"""Other mappers' results beside ours: the same layer on the same hardware, counted their way.

Each peer has a module that asks our mapper the peer's question (``nn_dataflow.py``, ``zigzag.py``,
``timeloop.py``): the hardware as a machine, what an access costs there, and a space. A space is
either all that the peer could choose from, or more that the same hardware can run, or less: energy
that is at most the peer's in less space is at most the peer's in all of it.
"""
