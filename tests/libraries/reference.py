"""The reference of a stack: plain `keras.Model.fit` with the same weights, batches and masks."""

import collections
from dataclasses import asdict

import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from fcnn.data import class_numbers, load_data
from fcnn.learning_rates import learning_rates
from fcnn.libraries import keras as library
from fcnn.libraries.runtime import keras
from fcnn.libraries.stacked.noise import member_keys
from fcnn.network import batch_order, initial_weights_of, layer_sizes
from fcnn.targets import Task

WORD = np.uint64(0xFFFFFFFF)


def train(*configs):
    """Train a stack; return curves (epochs, P) by metric, and the weights of its members."""
    chunks = list(library.train(configs, [load_data(config) for config in configs]))
    curves = {
        name: np.concatenate([chunk.metrics[name] for chunk in chunks])
        for name in chunks[0].metrics
    }
    return curves, chunks[-1].weights


def mix(values):
    """Hash 32 bits, as `fcnn.libraries.stacked.noise` does, in NumPy."""
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        values = values ^ (values >> np.uint64(shift))
        values = (values * np.uint64(factor)) & WORD
    return values ^ (values >> np.uint64(16))


def random_bits(seed, step, layer, n_rows, n_units):
    """Draw the bits of one member, uint64 (n_rows, n_units)."""
    key = member_keys([seed]).astype(np.uint64) + np.uint64(step * 0x9E3779B9 & 0xFFFFFFFF)
    key = mix((mix(key & WORD) + np.uint64(layer)) & WORD)
    places = np.arange(n_rows)[:, np.newaxis] * 65_536 + np.arange(n_units)
    return mix(mix(places.astype(np.uint64)) ^ key)


class Steps(keras.callbacks.Callback):
    """Counts the updates so far."""

    count = 0

    def on_train_batch_end(self, batch, logs=None):
        self.count += 1


class Disturbance(keras.layers.Layer):
    """Dropout and Gaussian noise by the bits that a member draws."""

    def __init__(self, config, layer, steps):
        super().__init__()
        self.draw = lambda shape: random_bits(config.training.seed, steps.count, layer, *shape)
        self.rate, self.deviation = config.model.dropout, config.model.gaussian_noise

    def call(self, x, training=False):
        if not training:
            return x
        bits = self.draw(x.shape)
        scaled = x * np.float32(1 / (1 - self.rate))
        x = keras.ops.where(bits >= round(self.rate * 2**32), scaled, 0.0)
        uniform, angle = ((draw >> np.uint64(8)) * 2.0**-24 for draw in (bits, mix(bits)))
        normal = np.sqrt(-2 * np.log(uniform + 2.0**-25)) * np.cos(2 * np.pi * angle)
        return x + (self.deviation * normal).astype(np.float32)


def build(config, data, steps):
    """Build what `config` describes of Keras's own layers, with the initial weights."""
    sizes, model = layer_sizes(data, config.model), config.model
    regularizer = keras.regularizers.L1L2(model.l1, model.l2)
    has_bias = model.normalization != "batch"
    layers = [keras.Input((sizes[0],))]
    for number, units in enumerate(sizes[1:-1]):
        layers.append(keras.layers.Dense(units, use_bias=has_bias, kernel_regularizer=regularizer))
        if model.normalization == "batch":
            momentum = model.normalization_momentum
            layers.append(keras.layers.BatchNormalization(momentum=momentum))
        if model.normalization == "layer":
            layers.append(keras.layers.LayerNormalization())
        layers.append(keras.layers.Activation(model.activation))
        if model.dropout or model.gaussian_noise:
            layers.append(Disturbance(config, number, steps))
    layers.append(keras.layers.Dense(sizes[-1], kernel_regularizer=regularizer))
    network = keras.Sequential(layers)
    weights = initial_weights_of(config, sizes)
    dense = [layer for layer in network.layers if isinstance(layer, keras.layers.Dense)]
    for layer, *values in zip(dense, weights[0::2], weights[1::2], strict=True):
        layer.set_weights(values[: 1 + layer.use_bias])
    return network


def build_optimizer(config):
    """Build Keras's optimizer with all numbers of the config."""
    settings = asdict(config)
    del settings["name"], settings["decay_biases"]
    optimizer = getattr(keras.optimizers, type(config).__name__)(**settings)
    if not config.decay_biases:
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def build_loss(config, task):
    """Build Keras's loss and the metrics of a task."""
    smoothing = config.training.label_smoothing
    if task is Task.BINARY:
        loss = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=smoothing)
        return loss, [keras.metrics.BinaryAccuracy("accuracy", threshold=0.0)]
    if task is Task.MULTICLASS:
        loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
        return loss, ["accuracy"]
    if config.training.loss == "huber":
        return keras.losses.Huber(delta=config.training.delta), []
    return "mse" if config.training.loss == "auto" else config.training.loss, []


def build_class_weights(config, data):
    """Return scikit-learn's weights of the classes by number, None without any."""
    if config.training.class_weight is None:
        return None
    numbers = class_numbers(data.y, data.task)
    present = np.unique(numbers)
    weights = compute_class_weight("balanced", classes=present, y=numbers)
    return dict(zip(present.tolist(), weights.tolist(), strict=True))


class Rates(keras.callbacks.Callback):
    """Sets the learning rate of each batch of an epoch."""

    def __init__(self, rates):
        super().__init__()
        self.rates = rates

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.rates[batch]


def fit(config):
    """Train eagerly, because tracing takes longer than this training; return history and model."""
    data, steps = load_data(config), Steps()
    model = build(config, data, steps)
    loss, metrics = build_loss(config, data.task)
    is_eager = config.training.batch_size > 1
    optimizer = build_optimizer(config.optimizer)
    model.compile(optimizer, loss=loss, metrics=metrics, run_eagerly=is_eager)
    history = collections.defaultdict(list)
    for epoch in range(1, config.training.epochs + 1):
        order = batch_order(len(data.x), config.training.seed, epoch)
        callbacks = [steps]
        if config.schedule.is_scheduled:
            (rates,) = learning_rates(config, len(data.x), range(epoch, epoch + 1))
            callbacks.append(Rates(rates))
        epoch_history = model.fit(
            data.x[order],
            data.y[order],
            batch_size=config.training.batch_size,
            shuffle=False,
            verbose=0,
            validation_data=(data.x_val, data.y_val),
            validation_batch_size=len(data.x_val),
            callbacks=callbacks,
            class_weight=build_class_weights(config, data),
        ).history
        for metric, values in epoch_history.items():
            history[metric] += values
    return history, model
