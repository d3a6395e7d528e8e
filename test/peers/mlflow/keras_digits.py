"""The practice of tracking with Keras, as its users write it: train a small CNN on digits with autologging, log more, find the best run,
load its model by the run, predict, register, name it by an alias, and test shapes and F1. Prints what it has seen as one line of JSON.

Runs on MLflow 2.8 with Keras 2 and on MLflow 3 with Keras 3: python keras_digits.py URL
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import mlflow
import numpy as np
import tensorflow as tf
from digits_data import digits
from mlflow import MlflowClient
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

seen = {}


def network():
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def train(images, labels, test_images, test_labels):
    """One run: fitted under autologging, tested, and told more about by hand."""
    with mlflow.start_run(run_name="cnn") as run:
        model = network()
        model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
        model.fit(images, keras.utils.to_categorical(labels, 10), batch_size=32, epochs=3, validation_split=0.3, verbose=0)

        probabilities = model.predict(test_images, verbose=0)
        predicted = probabilities.argmax(axis=1)
        loss = float(keras.losses.CategoricalCrossentropy()(keras.utils.to_categorical(test_labels, 10), probabilities))
        metrics = {
            "test_accuracy": accuracy_score(test_labels, predicted),
            "precision": precision_score(test_labels, predicted, average="macro"),
            "recall": recall_score(test_labels, predicted, average="macro"),
            "f1": f1_score(test_labels, predicted, average="macro"),
            "test_loss": loss,
        }
        mlflow.log_metrics(metrics)
        mlflow.log_params({"dataset": "digits", "images": len(images)})
        mlflow.set_tags({"team": "vision", "stage": "practice"})
        mlflow.tensorflow.log_model(model, "models", pip_requirements=["tensorflow", "keras"])
    return run.info.run_id, model, probabilities, metrics


def files(client, run_id, path=None):
    found = []
    for file in client.list_artifacts(run_id, path):
        found += files(client, run_id, file.path) if file.is_dir else [[file.path, file.file_size is not None]]
    return found


def main(url):
    keras.utils.set_random_seed(7)
    tf.config.experimental.enable_op_determinism()
    mlflow.set_tracking_uri(url)
    mlflow.set_experiment("digits")
    mlflow.autolog()
    images, labels, test_images, test_labels = digits(8_000, 2_000)
    run_id, model, probabilities, metrics = train(images, labels, test_images, test_labels)
    mlflow.autolog(disable=True)
    seen["test"] = {name: round(value, 4) for name, value in metrics.items()}
    seen["f1"] = bool(metrics["f1"] >= 0.95)

    client = MlflowClient()
    run = client.get_run(run_id)
    seen["status"] = run.info.status
    seen["params"] = run.data.params
    seen["metrics"] = {name: round(value, 4) for name, value in sorted(run.data.metrics.items())}
    seen["tags"] = sorted(run.data.tags)
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        seen[f"history of {name}"] = [[point.step, round(point.value, 4)] for point in client.get_metric_history(run_id, name)]
    seen["datasets"] = sorted([one.dataset.name, one.dataset.source_type, [tag.value for tag in one.tags]] for one in run.inputs.dataset_inputs)
    seen["files"] = [name for name in files(client, run_id) if "tensorboard_logs" not in name[0]]
    seen["summary"] = mlflow.artifacts.load_text(f"runs:/{run_id}/model_summary.txt")

    found = mlflow.search_runs(experiment_names=["digits"], filter_string="metrics.f1 > 0.5 and tags.team = 'vision'", order_by=["metrics.f1 DESC"])
    seen["found"] = [len(found), found.iloc[0].run_id == run_id, found.iloc[0]["params.batch_size"]]

    loaded = mlflow.pyfunc.load_model(f"runs:/{run_id}/models")
    seen["same predictions"] = bool(np.allclose(loaded.predict(test_images), probabilities, atol=1e-5))
    one = loaded.predict(test_images[:1])
    seen["shapes"] = [list(test_images.shape[1:]), list(one.shape), [round(float(one.sum()), 4)]]
    native = mlflow.tensorflow.load_model(f"runs:/{run_id}/models")
    seen["layers"] = [layer.__class__.__name__ for layer in native.layers]
    automatic = mlflow.pyfunc.load_model(f"runs:/{run_id}/model")
    seen["automatic model"] = [bool(np.allclose(automatic.predict(test_images), probabilities, atol=1e-5)), str(automatic.metadata.signature)]

    first = mlflow.register_model(f"runs:/{run_id}/model", "digits")
    second = mlflow.register_model(f"runs:/{run_id}/models", "digits", tags={"f1": f"{metrics['f1']:.2f}"})
    client.set_registered_model_alias("digits", "champion", second.version)
    seen["versions"] = [[str(version.version), version.status, version.run_id == run_id] for version in (first, second)]
    champion = client.get_model_version_by_alias("digits", "champion")
    seen["champion"] = [str(champion.version), champion.tags, [str(alias) for alias in champion.aliases]]
    by_alias = mlflow.pyfunc.load_model("models:/digits@champion")
    seen["by alias"] = bool((by_alias.predict(test_images).argmax(axis=1) == probabilities.argmax(axis=1)).all())
    by_version = mlflow.pyfunc.load_model("models:/digits/1")
    served = by_version.predict(test_images).argmax(axis=1)
    seen["by version"] = bool(f1_score(test_labels, served, average="macro") == metrics["f1"])
    print(json.dumps(seen))


main(sys.argv[1])
