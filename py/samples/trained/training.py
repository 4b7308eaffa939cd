"""Stochastic gradient descent with momentum; the same numbers each time on one thread."""

import numpy as np

from py.samples.trained.digits import Digits, Labels
from py.samples.trained.network import Parameters, Pass, drawn
from py.samples.trained.windows import Array

SEED = 20170
EPOCHS = 30
BATCH = 32
RATE = 0.02
MOMENTUM = 0.9


def trained(digits: Digits) -> Parameters:
    """Return parameters after ``EPOCHS`` rounds over the digits, the rate falling to zero."""
    random = np.random.default_rng(SEED)
    parameters = drawn(random)
    speed = {name: np.zeros_like(value) for name, value in parameters.items()}
    steps = EPOCHS * -(-len(digits.labels) // BATCH)
    step = 0
    for _ in range(EPOCHS):
        order = random.permutation(len(digits.labels))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            way = Pass(parameters, digits.images[chosen])
            gradients = way.gradients(_gradient(way.scores, digits.labels[chosen]))
            rate = np.float32(RATE * (1 - step / steps))
            for name, gradient in gradients.items():
                speed[name] = np.float32(MOMENTUM) * speed[name] - rate * gradient
                parameters[name] = parameters[name] + speed[name]
            step += 1
    return parameters


def accuracy(parameters: Parameters, digits: Digits) -> float:
    """Return the share of digits that are told right."""
    told = Pass(parameters, digits.images).scores.argmax(axis=1)
    return float((told == digits.labels).mean())


def _gradient(scores: Array, labels: Labels) -> Array:
    """Return the gradient of the mean cross entropy after a softmax."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    shares[np.arange(len(labels)), labels] -= 1
    return np.asarray(shares / np.float32(len(labels)), np.float32)
