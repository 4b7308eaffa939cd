"""From a machine to its profile: meters are read, layers run and timed, forms fitted. Native only.

``machine`` says what is here and what can be measured (``doctor``), ``meters`` read energy
counters, ``runners`` run one layer at a time, ``plans`` choose which, ``capture`` measures them and
keeps the rows. ``table`` reads tidy tables of rows, ``fit`` makes a profile from them, ``report``
draws what came out, ``check`` says whether it is fit to publish, and ``shipped`` makes the
project's own profiles anew.
"""
