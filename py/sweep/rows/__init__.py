"""The rows of a sweep: what each combination costs, kept while it runs and written when it ends.

``columns`` says what a row holds, ``row`` makes one of a result or of what went wrong, ``journal``
keeps those that are finished until all are, ``write`` makes the tables of them (Parquet and CSV)
and ``read`` reads these again.
"""
