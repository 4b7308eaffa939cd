"""The file as it is: the protobuf wire format, and values that mirror ONNX's messages.

Nothing is worked out here. ``wire`` and ``message`` read fields, ``model`` is the top, and below it
``body``, ``node``, ``attribute``, ``initializer`` and ``value_info`` are one message each.
"""
