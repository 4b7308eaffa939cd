"""Captures: shapes measured one by one, kept row by row.

A **capture** is one file: a header that says what was to be measured, by what and on what, and a
row for every shape (``columns``). A **session** looks at the machine, makes a plan and runs it. The
**station** is where shapes are measured: a process of its own, with a **bench** of runner and
meters, that is started anew when a shape kills it. Rows are on the disk before the next shape is
begun, so that whatever ends a capture costs the row under way, and the same command goes on.
"""
