"""Where the tasks of a sweep run: here, in processes of this machine, or on a Dask cluster.

A *task* is a module-level function of one argument; argument and result can be pickled. It depends
on its argument and on what is *shared* alone, so that it may be run twice and anywhere. Whichever
``Workers`` are taken, the results are the same; only their order differs.

``pool`` is the door: ``inline``, ``processes``, ``cluster``. ``failed`` says why a task has no
result, ``attempt`` runs one. Of the processes: ``limit`` (cores, memory), ``serve`` (the child's
side), ``served`` (the parent's), ``queue`` (what is to be done and again), ``processes``.
``interrupts`` keeps Ctrl-C from them.
Of a cluster: ``remote`` (what its workers run), ``engine_files`` (an engine for workers that have
none), ``local`` (one of this machine), ``address`` and ``agreement`` (one that will do), ``link``
(connected, and again), ``pace`` and ``flight`` (what is under way), ``cluster``.

**Deaths.** A worker that dies costs no result: its task goes to another. A task that was under way
in three deaths is put aside until nothing else is to be done, and run alone once more; if it dies
alone as well, it is ``TaskFailed``. So no task is blamed for what its neighbour did to the machine.

**Memory.** The arguments are taken a few per worker ahead, however many there are.
"""
