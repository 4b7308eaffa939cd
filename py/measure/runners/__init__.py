"""Runners: one layer at a time on a device, by onnxruntime or torch."""
