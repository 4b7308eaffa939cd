"""The mapper: of all mappings of a space, the one of least energy, proven.

**Energy is a sum of products.** What a tensor costs at a boundary is its price there times, for
each loop, how often that loop turns outside (or how far an ifmap tile reaches along it). So, with
the orders of the loops settled, each term is a product with one factor for each loop (loops over
outputs and taps of one window go together), and so are the tiles' sizes and the cycles.

**Orders are few.** Only the innermost loops of a level matter: they are loops that one tensor does
not depend on, and that tensor stays where it is. So a level has three orders: weight, ifmap or
ofmap stationary; where halos are kept also the loop along which the window slides.

**The search** (``search.py``) takes one plan after the other: the orders of all levels together
(``plans.py``, of ``modes.py``), the most promising first. ``flows.py`` says which terms the energy
has, ``chains.py`` lists all ways to tile and unroll one loop from its bound to the MAC, and
``factors.py`` says how often a loop turns in each. With the loops along the windows settled
(``windows.py``), what the others cost adds up: images multiply the weights' terms alone, ofmap
channels the ifmap's, ifmap channels the ofmap's. ``tail.py`` goes through these in the order of
their cost. Whatever is left out is left out because a bound says that it can't be better than the
best mapping known.
"""
