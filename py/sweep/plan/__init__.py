"""From a sweep to its rows: combinations, the distinct layers behind them, and what each costs.

``plan`` is a sweep whose platforms are read and whose values are ``checked``. ``combination`` is a
row to be, ``opened`` its model and options. ``reading`` (a task) turns those of a model into parts,
small enough for one worker, and says which questions they leave open; ``mapping`` (a task) answers
a question; ``pricing`` (a task) makes the rows of a part with the answers. ``variant`` is a
platform as a point of the grid has it, ``setting`` what all tasks share, ``spool`` keeps parts out
of memory.
"""
