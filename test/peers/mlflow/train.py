"""A training as anybody has it lying about: it knows nothing of where it is recorded."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import mlflow
from digits_data import digits

keras.utils.set_random_seed(7)
images, labels, test_images, test_labels = digits(12_000, 1_000)

mlflow.autolog()
mlflow.set_experiment("keras")
with mlflow.start_run(run_name="small-cnn"):
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(16, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(images, labels, batch_size=128, epochs=30, validation_data=(test_images, test_labels))
