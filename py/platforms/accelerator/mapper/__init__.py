"""The mapper: of all mappings of a space, the best one, proven.

**Energy is a sum of products.** What a tensor costs at a boundary is its price there times, for
each loop, how often that loop turns outside, or how far an ifmap tile reaches along it
(``plan/flows.py``: the terms; ``plan/factors.py``: their factors in a given mapping).

**Orders are few.** Only the innermost loops of a level matter: they are loops that one tensor does
not depend on, and that tensor stays where it is. So a level has three orders: weight, ifmap or
ofmap stationary; where halos are kept also the loop along which the window slides; and those in
which a tensor passes a level by, as no loop turns there that it depends on (``plan/modes.py``). A
plan has an order for each level (``plan/plans.py``).

**Tiles nest whole**, so a level's tiles of a loop are known by their number: t tiles, gathered by
k, make ceil(t / k) tiles of the level outside (``ask/picks.py``). What a level costs and whether it
holds its tiles then depends on its own tiles alone.

The rooms, each of which knows only those before it:

- ``ask``: the question; what each loop may do at each level (``picks.py``), where its boundaries
  are (``places.py``), and where on the array loops find their PEs (``spots.py``, ``placing.py``).
- ``stage``: what one level may do, or the first level inside the PEs with the array. The loops
  along windows are settled first (``leaves.py``); then what the others cost adds up
  (``tails.py``), since images multiply the weights' terms alone, ofmap channels the ifmap's, ifmap
  channels the ofmap's. What these reach side by side on the PEs left (``fronts.py``) bounds their
  cost, and they are gone through in the order of it (``ranking.py``).
- ``plan``: which factor of a term belongs to which stage (``shares.py``, ``items.py``; for each
  choice ``columns.py``, ``reach.py``), how free a plan leaves its stages (``freedom.py``,
  ``offers.py``), and the bill: what each stage pays, and what it pays at least while others are
  open (``bill.py``).
- **The search** (``search.py``) keeps what is open with a bound below all that may become of it,
  and looks into the lowest first: it settles the next stage in all ways that are cheap enough, the
  last one as cheaply as it goes. It ends when nothing open is below the best mapping known
  (``incumbent.py``; ``settle.py``, ``side.py``, ``found.py``). Nothing is left out but for a bound;
  where the effort is limited and spent, the lowest bound left says how far from the best the
  mapping found can be. ``number.py`` says how many mappings that stands for.
- **Other objectives** (``objectives.py``): the least delay, and the least of what follows from
  energy and delay (``worth.py``), are found by searching for the least energy within a delay.
"""
