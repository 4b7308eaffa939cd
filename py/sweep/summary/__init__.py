"""What a sweep's rows tell: rankings, fronts, how far MACs mislead, outliers, what options change.

``source`` says how rows are read, twice: ``collected`` keeps of them the numbers and texts as
codes; what only rows that are named need (links, reasons) is read afterwards (``details``). Rows
are compared within a ``Group``: a platform and a point of the grid, so that they differ in their
model alone. Only rows whose every layer got an estimate are compared, but for rankings, where one
that is partial costs at least what is said. Which row comes first never hangs on the order of rows.
"""
