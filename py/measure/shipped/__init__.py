"""The profiles that the project ships: which rows they are from, and what is known besides.

``shipped.json`` has, by id, the tables and conditions that choose the rows, the quantities that are
left out, where a quantity is unreliable, and the facts of device, software and source. The tables
are not part of the project; with them, ``python -m py.measure.shipped TABLES`` fits all profiles
anew, to the same bytes.
"""
