"""A fuzzer that knows what an ONNX file is made of.

Terms: a *seed* is a whole model that reads well; a *case* is a seed after some mutations, with the
choices a user might make for it; it *ends well* in a model or in one of our errors, soon and in
little memory. ``tree`` is a file as fields that can be changed one by one and written again, right
or wrong; ``mutations`` changes them; ``seeds`` has models to begin with; ``pipeline`` takes a case
through all that reads it; ``minimise`` makes a case that ends badly small; ``search`` does all of
it many times. ``python -m tests.graph.fuzzing --cases 100000`` runs it; what it finds is kept in
``fixtures`` and read again by the tests.
"""
