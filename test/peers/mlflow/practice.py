"""What a team does with MLflow from day to day, against the server named; prints what it has seen as one line of JSON.

Runs on MLflow 2.8 and on 3: python practice.py URL
"""

import json
import math
import os
import sys
import tempfile
import threading

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException, RestException

THREE = int(mlflow.__version__.split(".")[0]) >= 3
seen = {}


class Threshold(mlflow.pyfunc.PythonModel):
    """Says whether a number is above a threshold."""

    def __init__(self, threshold):
        self.threshold = threshold

    def predict(self, context, model_input, params=None):
        values = model_input["x"] if hasattr(model_input, "columns") else model_input
        return [int(value > self.threshold) for value in values]


def log_model(name):
    if THREE:
        return mlflow.pyfunc.log_model(name=name, python_model=Threshold(2), pip_requirements=[])
    return mlflow.pyfunc.log_model(artifact_path=name, python_model=Threshold(2), pip_requirements=[])


def train(batch_size, epochs):
    with mlflow.start_run(run_name=f"cnn-{batch_size}-{epochs}") as run:
        mlflow.log_params({"batch_size": batch_size, "epochs": epochs})
        for epoch in range(epochs):
            mlflow.log_metrics({"loss": 1 / (epoch + 1), "val_loss": 1.5 / (epoch + 1)}, step=epoch)
        mlflow.log_metrics({"accuracy": 0.9 + batch_size / 10_000, "f1": 0.95})
        mlflow.log_metric("nothing", float("nan"))
        mlflow.log_metric("endless", float("inf"))
        mlflow.set_tags({"team": "vision", "mlflow.note.content": "two\nlines"})
        mlflow.log_text("Conv2D 32\n", "model_summary.txt")
        mlflow.log_dict({"digits": list(range(10))}, "data/labels with ä space.json")
        with tempfile.TemporaryDirectory() as folder:
            for name in ("one.txt", "two.html"):
                with open(os.path.join(folder, name), "w") as file:
                    file.write(f"<b>{name}</b>")
            open(os.path.join(folder, "empty"), "w").close()
            mlflow.log_artifacts(folder, "folder")
        import pandas

        frame = pandas.DataFrame({"x": [1, 2, 3], "y": [0, 0, 1]})
        mlflow.log_input(mlflow.data.from_pandas(frame, source="train.csv", name="points"), context="training")
        log_model("models")
    return run.info.run_id


def files(client, run_id, path=None):
    found = []
    for file in client.list_artifacts(run_id, path):
        found += files(client, run_id, file.path) if file.is_dir else [file.path]
    return found


def refused(action):
    try:
        action()
    except (MlflowException, RestException) as error:
        return error.error_code
    return "taken"


def measure(client, experiment_id, runs):
    """A model that is measured again and again, on several data sets, and found by that."""
    import pandas

    model = mlflow.create_external_model(name="elsewhere", source_run_id=runs[2], params={"lr": "0.1"}, tags={"kind": "external"})
    frames = {name: pandas.DataFrame({"x": list(range(size))}) for name, size in (("small", 3), ("large", 30))}
    data = {name: mlflow.data.from_pandas(frame, source=f"{name}.csv", name=name) for name, frame in frames.items()}
    with mlflow.start_run(run_id=runs[2]):
        for step in range(3):
            mlflow.log_metrics({"score": step / 4}, step=step, dataset=data["small"], model_id=model.model_id)
        mlflow.log_metric("score", 0.125, step=3, dataset=data["large"], model_id=model.model_id)
        mlflow.log_metric("plain", 7, model_id=model.model_id)
        mlflow.log_model_params({"depth": "3"}, model_id=model.model_id)
    again = mlflow.get_logged_model(model.model_id)
    seen["measured"] = sorted([metric.key, metric.step, metric.value, metric.dataset_name or ""] for metric in again.metrics)
    seen["params"] = [again.params, again.status.value, again.source_run_id == runs[2]]

    def named(**query):
        return [one.name for one in client.search_logged_models(experiment_ids=[experiment_id], **query)]

    small = {"dataset_name": "small", "dataset_digest": data["small"].digest}
    seen["by metric"] = [
        named(filter_string="metrics.score > 0.4"),
        named(filter_string="metrics.score > 0.4", datasets=[{"dataset_name": "large", "dataset_digest": data["large"].digest}]),
        named(datasets=[small]),
        named(order_by=[{"field_name": "metrics.score", "ascending": False, **small}], max_results=1),
        named(filter_string="params.lr = '0.1' AND tags.kind LIKE 'ext%'"),
    ]
    client.set_logged_model_tags(model.model_id, {"kind": "other", "more": "1"})
    client.delete_logged_model_tag(model.model_id, "more")
    seen["tags"] = client.get_logged_model(model.model_id).tags["kind"]
    client.delete_logged_model(model.model_id)
    seen["gone"] = refused(lambda: client.get_logged_model(model.model_id))


def linked(prompt):
    """A prompt, once the threads have ended that link it to its experiment: what comes first is not certain otherwise."""
    for thread in threading.enumerate():
        if thread.name.startswith("link_prompt"):
            thread.join()
    return prompt


def prompts(client):
    """Prompts lie in the registry beside the models, and are none."""
    copied = client.copy_model_version("models:/numbers/1", "live")
    seen["copied"] = [str(copied.version), copied.source]
    seen["copy"] = [int(value) for value in mlflow.pyfunc.load_model("models:/live/1").predict([2, 3])]
    first = linked(mlflow.genai.register_prompt(name="greeting", template="Hello {{name}}", tags={"by": "ann"}))
    linked(mlflow.genai.register_prompt(name="greeting", template="Good day {{name}}", commit_message="politer"))
    mlflow.genai.set_prompt_alias("greeting", alias="live", version=2)
    seen["prompt"] = [str(first.version), linked(mlflow.genai.load_prompt("prompts:/greeting@live")).format(name="Ann")]
    seen["prompts"] = [[one.name, one.tags] for one in mlflow.genai.search_prompts()]
    seen["models only"] = sorted(one.name for one in client.search_registered_models())
    seen["versions only"] = sorted(one.name for one in client.search_model_versions())


def main(url):
    mlflow.set_tracking_uri(url)
    client = MlflowClient()
    mlflow.set_experiment("cnn")
    runs = [train(batch_size, epochs) for batch_size in (128, 256) for epochs in (2, 3)]
    seen["runs"] = len(runs)

    best = mlflow.search_runs(
        experiment_names=["cnn"], filter_string="params.epochs = '3' and metrics.accuracy > 0.9", order_by=["metrics.accuracy DESC"]
    )
    seen["best"] = [best.iloc[0]["params.batch_size"], len(best), best.iloc[0]["tags.team"]]
    run = client.get_run(best.iloc[0].run_id)
    seen["metrics"] = {key: value for key, value in sorted(run.data.metrics.items()) if not math.isnan(value)}
    seen["nan"] = math.isnan(run.data.metrics["nothing"])
    seen["history"] = [[point.step, point.value] for point in client.get_metric_history(run.info.run_id, "loss")]
    seen["status"] = run.info.status
    dataset = run.inputs.dataset_inputs[0]
    seen["dataset"] = [dataset.dataset.name, dataset.dataset.source_type, dataset.tags[0].value]
    seen["files"] = [path for path in files(client, run.info.run_id) if not path.startswith("models/")]
    seen["text"] = mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/folder/two.html")
    seen["dict"] = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/data/labels with ä space.json")
    local = mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/folder")
    seen["downloaded"] = sorted(os.listdir(local))
    seen["paged"] = len(client.search_runs([run.info.experiment_id], max_results=3)) + len(
        client.search_runs([run.info.experiment_id], max_results=3, page_token=client.search_runs([run.info.experiment_id], max_results=3).token)
    )

    model = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models")
    seen["predicted"] = [int(value) for value in model.predict([1, 2, 3, 4])]
    first = mlflow.register_model(f"runs:/{run.info.run_id}/models", "digits")
    second = mlflow.register_model(f"runs:/{runs[0]}/models", "digits", tags={"from": "grid"})
    seen["versions"] = [str(first.version), str(second.version), second.status, second.run_id == runs[0]]
    client.set_registered_model_alias("digits", "champion", "2")
    seen["alias"] = str(client.get_model_version_by_alias("digits", "champion").version)
    loaded = mlflow.pyfunc.load_model("models:/digits@champion")
    seen["champion"] = [int(value) for value in loaded.predict([2, 3])]
    client.transition_model_version_stage("digits", "1", "Staging")
    client.transition_model_version_stage("digits", "1", "Production")
    seen["stages"] = [[version.current_stage, str(version.version)] for version in client.get_latest_versions("digits")]
    client.set_model_version_tag("digits", "1", "checked", "yes")
    client.update_model_version("digits", "1", description="the first")
    client.update_registered_model("digits", description="reads digits")
    client.set_registered_model_tag("digits", "kind", "cnn")
    found = client.search_registered_models("name LIKE 'dig%'")
    seen["models"] = [[one.name, one.description, one.tags, {key: str(value) for key, value in one.aliases.items()}] for one in found]
    versions = client.search_model_versions("name = 'digits'", order_by=["version_number ASC"])
    seen["found"] = [[str(version.version), version.description, version.tags, version.current_stage] for version in versions]
    client.delete_registered_model_alias("digits", "champion")
    client.delete_model_version("digits", "2")
    client.rename_registered_model("digits", "numbers")
    seen["renamed"] = [str(version.version) for version in client.search_model_versions("name = 'numbers'")]

    client.delete_run(runs[0])
    seen["deleted"] = [len(client.search_runs([run.info.experiment_id])), client.get_run(runs[0]).info.lifecycle_stage]
    client.restore_run(runs[0])
    client.set_terminated(runs[0], "KILLED")
    seen["killed"] = client.get_run(runs[0]).info.status
    client.delete_tag(runs[0], "team")
    other = client.create_experiment("other", tags={"a": "b"})
    client.rename_experiment(other, "another")
    client.delete_experiment(other)
    seen["experiments"] = sorted(one.name for one in client.search_experiments())
    seen["refusals"] = {
        "param": refused(lambda: client.log_param(runs[1], "epochs", 99)),
        "run": refused(lambda: client.get_run("0" * 32)),
        "experiment": refused(lambda: client.create_experiment("cnn")),
        "filter": refused(lambda: client.search_runs([run.info.experiment_id], "metrics.loss <")),
        "alias": refused(lambda: client.set_registered_model_alias("numbers", "v1", "1")),
        "source": refused(lambda: client.create_model_version("numbers", "file:///etc", None)),
        "version": refused(lambda: client.get_model_version("numbers", "77")),
    }
    if THREE:
        logged = mlflow.search_logged_models(experiment_ids=[run.info.experiment_id], output_format="list")
        seen["logged"] = [len(logged), sorted({one.name for one in logged}), logged[0].status.value]
        seen["outputs"] = [len(client.get_run(one).outputs.model_outputs) for one in runs]
        seen["byModel"] = [int(value) for value in mlflow.pyfunc.load_model(f"models:/{logged[0].model_id}").predict([9])]
        measure(client, run.info.experiment_id, runs)
        prompts(client)
    print(json.dumps(seen))


main(sys.argv[1])
