"""Prints the images a second of the second of two epochs: the digit network in Keras on TensorFlow's CPU.

Arguments: number of images, batch size. The pictures are made like those of bench/training.ts.
"""

import sys
import time

import keras
import numpy as np

images, batch = int(sys.argv[1]), int(sys.argv[2])
random = np.random.default_rng(1)
x = np.zeros((images, 28, 28, 1), np.float32)
x[:, 6:22, 9:19] = random.integers(0, 256, (images, 16, 10, 1)) / np.float32(255)
y = keras.utils.to_categorical(random.integers(0, 10, images), 10)

model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.001), loss="categorical_crossentropy", metrics=["accuracy"])


class EpochEnds(keras.callbacks.Callback):
    """When each epoch ended."""

    def __init__(self):
        super().__init__()
        self.times = []

    def on_epoch_end(self, epoch, logs=None):
        self.times.append(time.perf_counter())


ends = EpochEnds()
model.fit(x, y, batch_size=batch, epochs=2, verbose=0, callbacks=[ends])
print(images / (ends.times[1] - ends.times[0]))
