"""Exports: a result in the forms that people take elsewhere, each saying how it was made.

``export.Export`` is a result with its platform's file and its link; ``formats`` writes it as
``markdown`` and ``latex`` (tables to paste), ``netron`` (an attachment that Netron shows beside the
model), ``badge`` (SVG), ``bibtex`` (the papers behind the numbers), ``json`` (opens again) and
``csv``. ``human`` turns joules into the units of everyday life, CO2e by the ``regions`` of
public/regions.json. Each is imported by itself: most programs need one or none.
"""
