"""One small network that is really trained, so that its weights and activations are real values.

The simulator's tests need a network whose zeros come from training and not from chance. It learns
the handwritten digits that scikit-learn ships, in plain numpy: ``digits`` has the images,
``windows`` the convolution and pooling with their gradients, ``network`` the layers in a row,
``training`` the steps, ``file`` the ONNX file. ``python -m py.samples.trained`` trains it again; no
program of the project does so by itself, and none but that one needs scikit-learn (on one thread,
OPENBLAS_NUM_THREADS=1, as the committed file was made: more threads add in another order).
"""
