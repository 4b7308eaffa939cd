"""A layer as a nest of tiled loops on a hierarchy of memories, and what a walk of it moves.

What the counts mean, once, for everything in this room:

**Problem.** Ten loops (``dims.py``): images n, groups g, ofmap channels m and ifmap channels c of a
group, ofmap planes o, rows p and columns q, filter planes t, rows r and columns s. Three tensors:
weights depend on g m c t r s, the ofmap on n g m o p q, the ifmap on n g c and on three windows
(o, t), (p, r), (q, s).

**Machine.** Memory levels from the outermost in; the outermost holds everything. The array of PEs
lies between two of them: levels above it exist once, levels below it in every PE. Inside the
innermost level is the multiplier.

**Boundaries.** From the outermost level in: the tile of each further memory level; where the array
lies, the array's tile just before that of the first level inside it; last a single MAC (all sizes
1). The array's tile is the PE's tile times the unrolling factors, cut at the tile around it. PE j
of a loop takes the j-th piece of it.

**Loops.** A memory level runs loops over the tiles of the next boundary, in its order, outermost
first. A loop exists if its trip count, with both tiles at full size, is above one. It then exists
everywhere, in a last, partial tile too, where it may turn only once. Loops over the PEs of the
array run at once.

**Fills.** A tensor's tile at a boundary is filled just inside the innermost existing loop, of all
loops outside that boundary, that the tensor depends on; before everything if there is none. Each
time the walk comes by, the tile is filled at its true size. Inside the array every PE fills its
own tile.

**Size of an ifmap tile** along a window with p outputs from the i-th, r taps from the j-th: the
stretch from i*stride + j*dilation, (p - 1)*stride + (r - 1)*dilation + 1 long; of it, with padding
``not_fetched``, only what lies in the image. The array's tile is what its PEs' tiles cover.

**Halo.** Where a level's halo is ``kept`` and the innermost existing loop that the ifmap depends
on, outside it, is a loop over o, p, q, t, r or s, each turn of that loop but the first fills only
what the tile of the turn before did not hold (each PE compared with itself).

**Keeping.** A level keeps a tensor or it does not; then the next level inside is filled from the
one outside. The outermost keeps all.

**Psums.** Each fill of an ofmap tile is a visit: its psums come down when it begins and go up when
it ends. Where the level outside counts its first access ``write_only``, one visit of each output
brings nothing down (the first); with ``read_and_write`` each brings something. PEs that add to the
same output send psums from neighbour to neighbour, a hop for each PE but one; that one meets the
level outside, so PEs that visit an output in the same turn count once there. Of the words that
leave for a level above the array, each output's last is complete (``ofmap``); all others, and all
that pass between levels inside a PE, are ``psum``.

**Accesses** have a tensor, a place (a level, or the array) and a kind. Between two levels that keep
a tensor in turn: ``read`` of the outer one, ``deliver`` at the array where it lies between, and
``fill`` of the inner one; of psums also, going up, ``drain`` of the inner one, ``hop`` and
``collect`` at the array, ``update`` of the outer one. One read of the outer level serves all PEs
that take the word at the same time where the array can ``multicast``; else each PE has its own. A
psum on its way down is read once and delivered to one PE.

Between the innermost level that keeps a tensor and the multiplier:

- ``every_mac`` and a level in the PE: one ``read`` for every MAC; of psums a ``read`` and an
  ``update``.
- ``on_change`` and a level in the PE: as if the multiplier were a level of one word per tensor,
  whose own fills and drains cost nothing and are not listed.
- a level above the array: every turn of all loops takes its words anew: ``read`` as above, a
  ``deliver`` for every MAC (padding too); of psums a visit in every turn, with its hops.
  Where PEs have levels, but none that keeps the tensor, it is the same.

**Time.** A PE does one MAC in a cycle; the array's tile takes as long as its busiest PE. So compute
takes, multiplied over the loops, the sum over the array's tiles of the largest piece of a PE.
"""
