"""Is a profile fit to publish? What a reviewer needs to know, on one page.

A **check** is a small function that looks at one thing and gives a **finding**: pass, warn, fail or
not checked, with a sentence that has the numbers. A profile without a failed check is fit to
publish. What is too much of anything stands with its reason in ``bounds.json``.
"""
