"""The machine: what is here, and what of it can be measured (doctor).

``describe`` looks at it, ``facts`` holds what it found, ``screen`` shows it. ``profile_facts`` says
what a profile makes of it, ``identity`` what must stay the same within a capture. Everything is
read through ``host``: files below a root (``tree``), commands, a clock. What can't be read is None,
unavailable; nothing here raises for what a file holds. Nothing that names a person, a host or a
network is kept (``published``), for a capture carries all of it into the open.
"""
