"""Accelerators: an array of PEs among memory levels, as in Yang et al. 2017
(A Method to Estimate the Energy Consumption of Deep Neural Networks).

An accelerator is data: ``file`` reads it into ``hardware`` (``level``, ``array``, ``macs``,
``codings``, ``dataflow``). The way of one layer: ``problem`` turns its loop bounds into a problem
of the ``nest``, which says what is counted; ``costs`` is the energy of one word of each access;
``chooser`` asks ``best``, and that the ``mapper``, for the mapping that has the least of an
objective, or takes one ``held`` from before and made to fit (``room``); ``counted`` is what it
moves, ``terms`` every access at every level that it costs at, ``work`` and ``delay`` how long it
takes, ``nest_text`` the mapping for people; ``engine`` puts them together. ``streams`` prices
layers that only move data, ``capacity`` changes the room of a level, ``fused`` keeps the map
between two layers on chip.
"""
