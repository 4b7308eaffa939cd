"""Readable declarations of well-known networks, and the small ONNX files made from them.

``network`` is the vocabulary (conv, pool, fc, lrn, ...), ``networks/`` the declarations,
``catalogue`` what is offered and where each comes from, ``density`` the zero fractions beside four,
``trained`` the one network with real weights, which the simulator's tests run.
``python -m py.samples`` writes public/models again, byte for byte. Native only: it needs ``onnx``.

The files carry no weights: a weight is a ``Constant`` node with a sparse value without entries.
That is a few dozen bytes for any shape, passes ``onnx.checker`` with shape inference, and runs in
onnxruntime (as zeros). An initializer without data fails the checker, an external one asks for a
file that is not there, and a sparse initializer stops the shape inference of ``onnx`` itself.
"""
