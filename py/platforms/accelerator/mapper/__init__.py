"""The mapper: of all mappings of a space, the one of least energy, proven.

**Energy is a sum of products.** What a tensor costs at a boundary is its price there times, for
each loop, how often that loop turns outside (or how far an ifmap tile reaches along it). So, with
the orders of the loops settled, each term is a product with one factor for each loop (loops over
outputs and taps of one window go together), and so are the tiles' sizes and the cycles.

**Orders are few.** Only the innermost loops of a level matter: they are loops that one tensor does
not depend on, and that tensor stays where it is. So a level has three orders: weight, ifmap or
ofmap stationary; where halos are kept also the loop along which the window slides.

**The search** (``search.py``) goes through the levels from the outside in. ``flows.py`` says which
terms there are, ``modes.py`` which orders, ``options.py`` lists for each axis of the problem the
tiles that one level offers, with their factors. ``product.py`` takes one option for each axis such
that the tiles fit, and goes through such choices as long as a bound below says that they can still
be better than the best mapping known. What remains inside is bounded by the same machinery, on the
whole problem with each level by itself (``bounds.py``).
"""
