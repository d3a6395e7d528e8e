"""Handwritten digits for the scripts beside this one: MNIST where MNIST_DIR names its folder, else the small ones that scikit-learn brings."""

import gzip
import os

import numpy as np


def read_idx(folder, name):
    """One file of the MNIST set (gzip of big-endian IDX: magic number, sizes, bytes)."""
    with gzip.open(os.path.join(folder, name + ".gz"), "rb") as file:
        content = file.read()
    dimensions = content[3]
    shape = [int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(dimensions)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def digits(train, test):
    """Images as float32 (n, 28, 28, 1) from 0 to 1 and labels as integers: the first `train` and the first `test` of them."""
    folder = os.environ.get("MNIST_DIR")
    if folder:
        sets = [(f"{kind}-images-idx3-ubyte", f"{kind}-labels-idx1-ubyte", count) for kind, count in (("train", train), ("t10k", test))]
        (x, y), (x_test, y_test) = [(read_idx(folder, images)[:n], read_idx(folder, labels)[:n]) for images, labels, n in sets]
        scale = 255
    else:
        from sklearn.datasets import load_digits

        small = load_digits()
        images = np.pad(small.images.repeat(3, axis=1).repeat(3, axis=2), ((0, 0), (2, 2), (2, 2)))
        x, y, x_test, y_test = images[:1400], small.target[:1400], images[1400:], small.target[1400:]
        scale = 16
    shape = (-1, 28, 28, 1)
    return (x / scale).astype("float32").reshape(shape), y.astype(int), (x_test / scale).astype("float32").reshape(shape), y_test.astype(int)
