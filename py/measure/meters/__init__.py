"""Meters: how much energy each part of a machine has drawn, and how well that is known.

``meter`` says what a meter is. ``probe`` finds those of this machine, each with its resolution and
update period as measured, or why it doesn't work and the command that helps; and opens them.

- ``rapl`` (``powercap``, ``rapl_access``, ``wrapping_counter``): processors and memory, by Linux.
  Energy of a part is the sum over its zones of ``(now - before) mod range``, each zone read often
  enough that no wrap is lost.
- ``nvml`` (``nvml_library``, ``nvml_candidates``): NVIDIA GPUs, by their own counter, or else by
  power sampled and integrated (``sampled``, ``power_integral``). ``nvml_state`` and ``gpu_facts``
  say how a GPU runs and is set, ``which_gpu`` which of them CUDA means; ``nvml_clocks`` sets its
  clocks for a while.
- ``zeus_meters``: AMD GPUs, Apple silicon and Jetson boards, where the package zeus is installed.

``window`` (``trail``) is how energy is measured over a stretch of work: from one step of the
counter to another, so that mean power is ``(last - first) / (time of last - time of first)``.
``sampler`` is for plots. Clock and root of the file system are always passed in; nothing but the
standard library is imported before a meter that needs it is looked for.
"""
