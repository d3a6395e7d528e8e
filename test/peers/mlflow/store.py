"""Makes a store with MLflow itself, and tells what MLflow's own client reads in one.

python store.py make URI FOLDER | python store.py read URI
A database's artifacts go into the folder's mlruns.
"""

import hashlib
import json
import math
import os
import sys
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType

THREE = int(mlflow.__version__.split(".")[0]) >= 3
T0 = 1_700_000_000_000


class Double(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input


def make(client):
    vision = client.create_experiment("vision", tags={"team": "A & B", "note": "two\nlines"})
    gone = client.create_experiment("gone")

    first = client.create_run(vision, start_time=T0, tags={"mlflow.note.content": "line 1\nline 2\n", "plain": "x"}, run_name="first run")
    rid = first.info.run_id
    client.log_batch(
        rid,
        metrics=[Metric("val/loss", 1 / (step + 1), T0 + step, step) for step in range(600)],
        params=[Param("optimizer/name", "adam"), Param("layers", "[32,\n 64]"), Param("empty", ""), Param("é", "ü – 日本")],
        tags=[RunTag("long", "y" * 4000)],
    )
    for step, value in enumerate([float("nan"), float("inf"), -float("inf"), 0.1 + 0.2, 1e-320, -5.0]):
        client.log_metric(rid, "odd values", value, timestamp=T0 + step, step=step)
    for repeat in range(3):
        client.log_metric(rid, "same step", float(repeat), timestamp=T0 + repeat, step=-1)
    client.log_metric(rid, "twice", 1.5, timestamp=T0, step=1)
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "plots", "deep"))
        for name, size in {"a.txt": 5, "plots/b c.bin": 100_000, "plots/deep/ü.json": 2, "empty": 0}.items():
            with open(os.path.join(folder, *name.split("/")), "wb") as file:
                file.write(bytes(index % 251 for index in range(size)))
        client.log_artifacts(rid, folder)
    client.set_terminated(rid, "FINISHED", end_time=T0 + 60_000)

    child = client.create_run(vision, start_time=T0 + 1, tags={"mlflow.parentRunId": rid}, run_name="child").info.run_id
    client.set_terminated(child, "FAILED", end_time=T0 + 5)
    client.create_run(vision, start_time=T0 + 2, run_name="still running")
    deleted = client.create_run(vision, start_time=T0 + 3, run_name="deleted").info.run_id
    client.log_metric(deleted, "m", 3.0, timestamp=T0, step=0)
    client.set_terminated(deleted, "KILLED", end_time=T0 + 6)
    client.delete_run(deleted)
    lost = client.create_run(gone, start_time=T0 + 4, run_name="in a deleted experiment").info.run_id
    client.log_param(lost, "p", "1")
    client.set_terminated(lost, end_time=T0 + 7)
    client.delete_experiment(gone)

    # What the fluent interface logs: a data set, a model and its versions.
    mlflow.set_experiment("vision")
    import numpy

    with mlflow.start_run(run_name="fluent") as run:
        dataset = mlflow.data.from_numpy(numpy.arange(6.0).reshape(3, 2), name="numbers")
        mlflow.log_input(dataset, context="training")
        where = {"name": "model"} if THREE else {"artifact_path": "model"}
        info = mlflow.pyfunc.log_model(python_model=Double(), pip_requirements=["numpy"], **where)
        if THREE:
            mlflow.log_metric("accuracy", 0.75, step=1, model_id=info.model_id)
            # At step 0: MLflow's file store reads that step, whatever was written, from lines that name a data set.
            mlflow.log_metric("accuracy on data", 0.875, step=0, model_id=info.model_id, dataset=dataset)
            client.set_logged_model_tags(info.model_id, {"kind": "double"})
    client.create_registered_model("digits", tags={"task": "vision"}, description="reads digits")
    source = info.model_uri if THREE else f"runs:/{run.info.run_id}/model"
    for number in range(1, 5):
        mlflow.register_model(source, "digits")
    client.update_model_version("digits", 1, description="the first")
    client.set_model_version_tag("digits", 2, "checked", "by hand\ntwice")
    client.transition_model_version_stage("digits", 1, "Archived")
    client.transition_model_version_stage("digits", 3, "Production")
    client.set_registered_model_alias("digits", "champion", 3)
    client.set_registered_model_alias("digits", "first_one", 1)
    client.delete_model_version("digits", 2)
    client.create_registered_model("empty one")


def number(value):
    if math.isnan(value):
        return "nan"
    return max(-sys.float_info.max, min(sys.float_info.max, value))


def artifacts(run_id=None, uri=None):
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        where = {"artifact_uri": uri} if uri else {"run_id": run_id, "artifact_path": ""}
        place = mlflow.artifacts.download_artifacts(dst_path=folder, **where)
        for root, _, names in os.walk(place):
            # MLflow puts this one beside a version's files when they are downloaded.
            for name in set(names) - {"registered_model_meta"}:
                path = os.path.join(root, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, place).replace(os.sep, "/")] = hashlib.sha256(file.read()).hexdigest()
    return found


def has_artifacts(client, run_id):
    return len(client.list_artifacts(run_id)) > 0


def read_run(client, info):
    run = client.get_run(info.run_id)
    points = {}
    for key in run.data.metrics:
        history = [(m.step, m.timestamp, number(m.value)) for m in client.get_metric_history(info.run_id, key)]
        points[key] = sorted([list(point) for point in set(history)], key=str)
    seen = {
        "name": run.info.run_name,
        "status": run.info.status,
        "start": run.info.start_time,
        "end": run.info.end_time,
        "lifecycle": run.info.lifecycle_stage,
        "user": run.info.user_id,
        "params": run.data.params,
        "tags": run.data.tags,
        "latest": {key: number(value) for key, value in run.data.metrics.items()},
        "points": points,
        "inputs": [
            {
                "name": entry.dataset.name,
                "digest": entry.dataset.digest,
                "sourceType": entry.dataset.source_type,
                "source": entry.dataset.source,
                "schema": entry.dataset.schema,
                "profile": entry.dataset.profile,
                "tags": {tag.key: tag.value for tag in entry.tags},
            }
            for entry in run.inputs.dataset_inputs
        ],
        "artifacts": artifacts(info.run_id) if has_artifacts(client, info.run_id) else {},
        "outputs": [],
    }
    if THREE and run.outputs:
        seen["outputs"] = [[output.model_id, output.step] for output in run.outputs.model_outputs]
    return seen


def read_model(model):
    metrics = [[m.key, number(m.value), m.step, m.timestamp, m.run_id, m.dataset_name, m.dataset_digest] for m in model.metrics or []]
    return {
        "name": model.name,
        "run": model.source_run_id,
        "type": model.model_type or "",
        "status": str(model.status),
        "created": model.creation_timestamp,
        "params": model.params,
        "tags": model.tags,
        "metrics": sorted(metrics, key=str),
        "artifacts": artifacts(uri=model.artifact_location),
    }


def read_registry(client):
    found = {}
    for model in client.search_registered_models():
        model = client.get_registered_model(model.name)
        versions = {}
        for version in client.search_model_versions(f"name = '{model.name}'"):
            version = client.get_model_version(model.name, version.version)
            versions[str(version.version)] = {
                "created": version.creation_timestamp,
                "description": version.description or "",
                "stage": version.current_stage,
                "run": version.run_id,
                "tags": version.tags,
                "files": artifacts(uri=f"models:/{model.name}/{version.version}"),
            }
        found[model.name] = {
            "created": model.creation_timestamp,
            "description": model.description or "",
            "tags": model.tags,
            "aliases": {alias: int(version) for alias, version in model.aliases.items()},
            "versions": versions,
        }
    return found


def read(client):
    seen = {"experiments": {}, "models": {}}
    for experiment in client.search_experiments(view_type=ViewType.ALL):
        runs = client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL)
        seen["experiments"][experiment.name] = {
            "lifecycle": experiment.lifecycle_stage,
            "tags": experiment.tags,
            "created": experiment.creation_time,
            "runs": {run.info.run_id: read_run(client, run.info) for run in runs},
        }
        if THREE and experiment.lifecycle_stage == "active":
            for model in client.search_logged_models([experiment.experiment_id]):
                seen["models"][model.model_id] = read_model(model)
    seen["registry"] = read_registry(client)
    return seen


if __name__ == "__main__":
    mlflow.set_tracking_uri(sys.argv[2])
    mlflow.set_registry_uri(sys.argv[2])
    if sys.argv[1] == "make":
        os.chdir(sys.argv[3])
        make(MlflowClient())
        print(json.dumps("made"))
    else:
        print(json.dumps(read(MlflowClient())))
