"""What else scripts call, beyond practice.py: figures, images, tables, data sets, runs within runs, logging in the background, experiments
and their tags, versions copied and searched; with MLflow 3 models that are logged step by step. Prints what it has seen as one line of JSON.

Runs on MLflow 2.8 and on MLflow 3: python client_calls.py URL
"""

import json
import os
import sys
import tempfile

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException

THREE = int(mlflow.__version__.split(".")[0]) >= 3
seen = {}


def refused(action):
    try:
        action()
    except MlflowException as error:
        return error.error_code
    return "taken"


def artifacts(client):
    """Everything that can be logged as a file, read back."""
    with mlflow.start_run(run_name="files") as run:
        figure, axes = plt.subplots()
        axes.plot([1, 2, 3])
        mlflow.log_figure(figure, "figures/curve.png")
        plt.close(figure)
        mlflow.log_image(np.zeros((28, 28), dtype=np.uint8), "images/digit.png")
        mlflow.log_table({"digit": [1, 2], "guess": [1, 7]}, "guesses.json")
        mlflow.log_table({"digit": [3], "guess": [3]}, "guesses.json")
        mlflow.log_dict({"a": [1, 2.5, None]}, "nested/deep/settings.json")
        mlflow.log_text("zwölf\n", "note.txt")
        with tempfile.TemporaryDirectory() as folder:
            one = os.path.join(folder, "large.bin")
            with open(one, "wb") as file:
                file.write(bytes(range(256)) * 20_000)
            mlflow.log_artifact(one)
            mlflow.log_artifact(one, "copies/of it")
            mlflow.log_artifacts(folder, "all of them")
        seen["artifact uri"] = mlflow.get_artifact_uri("note.txt").rsplit("/", 2)[-2:]
    run_id = run.info.run_id
    seen["table"] = mlflow.load_table("guesses.json", run_ids=[run_id]).to_dict("list")
    seen["settings"] = mlflow.artifacts.load_dict(f"runs:/{run_id}/nested/deep/settings.json")
    seen["image"] = list(mlflow.artifacts.load_image(f"runs:/{run_id}/images/digit.png").size)
    with tempfile.TemporaryDirectory() as folder:
        local = client.download_artifacts(run_id, "", folder)
        names = [os.path.relpath(os.path.join(place, name), local) for place, _, found in os.walk(local) for name in found]
        seen["downloaded"] = sorted(name.replace(os.sep, "/") for name in names)
        with open(os.path.join(local, "copies", "of it", "large.bin"), "rb") as file:
            seen["whole"] = file.read() == bytes(range(256)) * 20_000
    seen["listed"] = sorted([file.path, file.is_dir, file.file_size and file.file_size > 0] for file in client.list_artifacts(run_id))
    seen["nothing there"] = [len(client.list_artifacts(run_id, "none")), refused(lambda: client.download_artifacts(run_id, "none.txt"))]


def data_and_nesting(client, experiment_id):
    with mlflow.start_run(run_name="outer", nested=True, tags={"level": "0"}) as outer:
        frame = pd.DataFrame({"pixel": [0.5, 1.0, 0.0], "label": [1, 0, 1]})
        train = mlflow.data.from_pandas(frame, source="train.csv", name="train set", targets="label")
        images = mlflow.data.from_numpy(np.ones((4, 28, 28), dtype=np.float32), targets=np.arange(4), source="images.npz", name="pictures")
        mlflow.log_input(train, context="training")
        mlflow.log_input(images, context="testing")
        mlflow.log_input(train, context="training")
        for level in range(2):
            with mlflow.start_run(run_name=f"inner {level}", nested=True) as inner:
                mlflow.log_metric("level", level)
                mlflow.log_params({"level": level})
    seen["inputs"] = sorted(
        [one.dataset.name, one.dataset.digest, one.dataset.source, [[tag.key, tag.value] for tag in one.tags]]
        for one in client.get_run(outer.info.run_id).inputs.dataset_inputs
    )
    source = mlflow.data.get_source(client.get_run(outer.info.run_id).inputs.dataset_inputs[0].dataset)
    seen["source"] = type(source).__name__
    seen["parent"] = mlflow.get_parent_run(inner.info.run_id).info.run_name
    filters = {
        "children": f"tags.mlflow.parentRunId = '{outer.info.run_id}'",
        "by data": "datasets.name = 'pictures'",
        "by digest": "dataset.name ILIKE 'TRAIN%' and dataset.context = 'training'",
        "by name": "attributes.run_name LIKE 'inner%' and metrics.level >= 1",
        "one of": f"attributes.run_id IN ('{outer.info.run_id}', '{inner.info.run_id}')",
        "of one user": "attributes.user_id = 'nobody' and attributes.status = 'FINISHED'",
        "not so": "params.level != '1'",
    }
    for name, text in filters.items():
        found = client.search_runs([experiment_id], text, order_by=["attributes.run_name DESC"])
        seen[f"found {name}"] = [one.info.run_name for one in found]


def measurements(client):
    """Points in batches and in the background, of numbers that are hard to carry."""
    run = client.create_run("0", run_name="numbers", tags={"mlflow.user": "ann"}, start_time=1_700_000_000_000)
    run_id = run.info.run_id
    hard = [0.1, -0.0, 1e-320, 1.7976931348623157e308, float("nan"), float("inf"), float("-inf"), 2**53 + 1]
    client.log_batch(
        run_id,
        [Metric("hard", value, 1_700_000_000_000 + step, step) for step, value in enumerate(hard)] + [Metric("back", 1.0, 1, -5)],
        [Param("long", "x" * 6000), Param("empty", ""), Param("list", str([1, 2]))],
        [RunTag("tag/with.dots-and spaces", "ä\n\"quoted\" 'too'")],
    )
    client.log_batch(run_id, [Metric("many", float(step), step, step) for step in range(1000)])
    if hasattr(client, "log_metric"):
        for step in range(20):
            client.log_metric(run_id, "single", step / 7, step=step, timestamp=1_700_000_000_000 + step)
    waiting = [client.log_param(run_id, f"background {number}", number, synchronous=False) for number in range(5)]
    for one in waiting:
        one.wait()
    client.set_terminated(run_id, "FINISHED", 1_700_000_100_000)
    found = client.get_run(run_id)
    seen["numbers"] = [found.info.start_time, found.info.end_time, {key: str(value) for key, value in sorted(found.data.metrics.items())}]
    seen["hard"] = [[point.step, str(point.value)] for point in client.get_metric_history(run_id, "hard")]
    seen["many"] = [sum(point.value for point in client.get_metric_history(run_id, "many")), len(client.get_metric_history(run_id, "single"))]
    seen["params"] = {key: len(value) for key, value in sorted(found.data.params.items())}
    seen["tags"] = sorted(found.data.tags.items())
    seen["order"] = [one.info.run_name for one in client.search_runs(["0"], order_by=["metrics.hard DESC", "start_time ASC"])]
    seen["refused"] = [
        refused(lambda: client.log_param(run_id, "long", "another")),
        refused(lambda: client.log_param(run_id, "longer", "x" * 6001)) if THREE else "by 2.8's client itself",
        refused(lambda: client.log_metric(run_id, "a/../b", 1.0)),
        refused(lambda: client.set_tag(run_id, "", "x")),
        refused(lambda: client.log_batch(run_id, params=[Param("twice", "1"), Param("twice", "2")])),
    ]


def experiments(client):
    ids = [client.create_experiment(f"topic {number}", tags={"number": str(number)}) for number in range(4)]
    client.set_experiment_tag(ids[0], "kind", "first")
    client.delete_experiment(ids[1])
    seen["ordered"] = [one.name for one in client.search_experiments(filter_string="name LIKE 'topic%'", order_by=["name DESC"])]
    seen["tagged"] = [one.name for one in client.search_experiments(filter_string="tags.kind = 'first' AND tags.number = '0'")]
    seen["gone"] = [one.name for one in client.search_experiments(view_type=2, filter_string="name ILIKE 'TOPIC%'")]
    first = client.search_experiments(max_results=2, order_by=["name ASC"])
    second = client.search_experiments(max_results=2, order_by=["name ASC"], page_token=first.token)
    seen["pages"] = [[one.name for one in page] for page in (first, second)]
    client.restore_experiment(ids[1])
    client.rename_experiment(ids[1], "restored topic")
    found = client.get_experiment_by_name("restored topic")
    seen["restored"] = [found.lifecycle_stage, found.tags, client.get_experiment_by_name("topic 1")]
    if THREE:
        client.delete_experiment_tag(ids[0], "kind")
        seen["tags left"] = client.get_experiment(ids[0]).tags


class Echo(mlflow.pyfunc.PythonModel):
    """Gives back what it is given."""

    def predict(self, context, model_input, params=None):
        return model_input


def registry(client):
    with mlflow.start_run(run_name="registered") as run:
        mlflow.pyfunc.log_model("echo", python_model=Echo(), pip_requirements=[], registered_model_name="echo")
    client.create_registered_model("copy", tags={"a": "b"}, description="A copy")
    client.create_model_version("copy", f"runs:/{run.info.run_id}/echo", run.info.run_id, tags={"n": "1"}, description="by hand")
    for number in (2, 3):
        mlflow.register_model(f"runs:/{run.info.run_id}/echo", "echo", tags={"n": str(number)})
    seen["echo"] = [value for value in mlflow.pyfunc.load_model("models:/echo/2").predict([4, 5])]
    if THREE:
        copied = client.copy_model_version("models:/echo/2", "copied echo")
        seen["copied"] = [copied.name, str(copied.version), copied.tags, copied.source == "models:/echo/2"]
    client.transition_model_version_stage("echo", "1", "Production")
    client.transition_model_version_stage("echo", "3", "Production", archive_existing_versions=True)
    seen["stages"] = [[str(one.version), one.current_stage] for one in client.search_model_versions("name='echo'", order_by=["version_number ASC"])]
    seen["latest"] = [str(one.version) for one in client.get_latest_versions("echo", stages=["Production"])]
    seen["by stage"] = mlflow.pyfunc.load_model("models:/echo/Production").metadata.flavors["python_function"]["loader_module"]
    for alias in ("one", "two"):
        client.set_registered_model_alias("echo", alias, "2")
    seen["aliases"] = sorted(client.get_model_version("echo", "2").aliases)
    seen["by tag"] = [[one.name, str(one.version)] for one in client.search_model_versions("tags.n = '3'")]
    seen["by run"] = sorted([one.name, str(one.version)] for one in client.search_model_versions(f"run_id = '{run.info.run_id}'"))
    first = client.search_registered_models(max_results=1, order_by=["name DESC"])
    second = client.search_registered_models(max_results=1, order_by=["name DESC"], page_token=first.token)
    seen["model pages"] = [[one.name for one in page] for page in (first, second)]
    client.delete_model_version_tag("echo", "2", "n")
    client.delete_registered_model_tag("copy", "a")
    client.update_registered_model("copy", "Anew")
    seen["model"] = [client.get_registered_model("copy").description, client.get_registered_model("copy").tags]
    client.delete_registered_model("copy")
    seen["deleted"] = [refused(lambda: client.get_registered_model("copy")), len(client.search_model_versions("name = 'copy'"))]
    uri = client.get_model_version_download_uri("echo", "1")
    seen["download"] = uri.startswith("mlflow-artifacts:/")


def logged_models(client, experiment_id):
    """MLflow 3's models, which live beside runs."""
    model = mlflow.initialize_logged_model(name="steps", params={"depth": "3"}, tags={"stage": "draft"}, model_type="forest")
    with mlflow.start_run(run_name="measuring") as run:
        frame = mlflow.data.from_pandas(pd.DataFrame({"x": [1.0, 2.0]}), source="held.csv", name="held out")
        mlflow.log_metric("f1", 0.5, step=1, model_id=model.model_id, dataset=frame)
        mlflow.log_metrics({"f1": 0.75, "loss": 0.2}, step=2, model_id=model.model_id, dataset=frame)
        client.log_model_artifact(model.model_id, __file__)
    mlflow.set_logged_model_tags(model.model_id, {"stage": "ready", "team": "vision"})
    mlflow.delete_logged_model_tag(model.model_id, "team")
    mlflow.log_model_params({"width": "9"}, model_id=model.model_id)
    mlflow.finalize_logged_model(model.model_id, "READY")
    other = mlflow.create_external_model(name="elsewhere", params={"depth": "5"})
    found = mlflow.get_logged_model(model.model_id)
    seen["model's"] = [found.name, found.model_type, str(found.status), found.params, found.tags.get("stage"), "team" in found.tags]
    seen["model's metrics"] = sorted([one.key, one.value, one.step, one.dataset_name, one.run_id == run.info.run_id] for one in found.metrics)
    seen["model's files"] = [file.path for file in client.list_logged_model_artifacts(model.model_id)]
    filters = ["metrics.f1 >= 0.75", "params.depth = '5'", "name LIKE 'st%'", "tags.stage = 'ready'", "model_type = 'forest'"]
    for text in filters:
        listed = mlflow.search_logged_models([experiment_id], text, order_by=[{"field_name": "name"}], output_format="list")
        seen[f"models with {text}"] = [one.name for one in listed]
    best = client.search_logged_models(
        [experiment_id],
        "metrics.f1 > 0",
        datasets=[{"dataset_name": "held out", "dataset_digest": found.metrics[0].dataset_digest}],
        order_by=[{"field_name": "metrics.f1", "ascending": False, "dataset_name": "held out"}],
    )
    seen["best on data"] = [one.name for one in best]
    client.delete_logged_model(other.model_id)
    seen["models left"] = sorted(one.name for one in client.search_logged_models([experiment_id]))
    seen["run's models"] = [len(client.get_run(run.info.run_id).inputs.model_inputs), refused(lambda: mlflow.get_logged_model("m-" + "0" * 32))]


def main(url):
    mlflow.set_tracking_uri(url)
    client = MlflowClient()
    experiment_id = mlflow.set_experiment("calls").experiment_id
    artifacts(client)
    data_and_nesting(client, experiment_id)
    measurements(client)
    experiments(client)
    registry(client)
    if THREE:
        logged_models(client, experiment_id)
    print(json.dumps(seen))


main(sys.argv[1])
