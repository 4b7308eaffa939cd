"""Reports for people: sections of facts, tables and plots, as text and as one page. Native only.

``content`` is what a report is made of, ``text`` and ``page`` write it: the page runs nothing and
loads nothing. ``svg``, ``axis``, ``even_axis`` and ``frame`` draw the plots, ``style`` is the look.
"""
