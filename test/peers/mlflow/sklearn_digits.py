"""What users of scikit-learn do: autologging of a fit with its input example, of a search over a grid with a run for each candidate,
an evaluation of the logged model, and the best candidate taken into the registry. Prints what it has seen as one line of JSON.

Runs on MLflow 2.8 and on MLflow 3: python sklearn_digits.py URL
"""

import json
import sys

import mlflow
import numpy as np
import pandas as pd
from digits_data import digits
from mlflow import MlflowClient
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

seen = {}


def rounded(values):
    return {name: round(value, 4) for name, value in sorted(values.items()) if "time" not in name}


def main(url):
    mlflow.set_tracking_uri(url)
    experiment = mlflow.set_experiment("classic")
    mlflow.sklearn.autolog(log_input_examples=True, max_tuning_runs=None)
    images, labels, test_images, test_labels = digits(600, 300)
    # Every seventh pixel is enough for a model that fits in no time.
    columns = [f"pixel{i}" for i in range(0, 784, 7)]
    train, test = [pd.DataFrame(part.reshape(len(part), -1)[:, ::7], columns=columns) for part in (images, test_images)]

    with mlflow.start_run(run_name="forest", description="A first look", tags={"kind": "forest"}) as run:
        forest = RandomForestClassifier(n_estimators=12, random_state=3)
        forest.fit(train, labels)
        score = forest.score(test, test_labels)
        f1 = f1_score(test_labels, forest.predict(test), average="macro")
    client = MlflowClient()
    forest_run = client.get_run(run.info.run_id)
    seen["forest"] = [forest_run.data.params, rounded(forest_run.data.metrics), sorted(forest_run.data.tags)]
    seen["forest's tests"] = [round(score, 4), round(f1, 4), forest_run.data.tags.get("mlflow.note.content")]
    seen["forest's data"] = sorted([one.dataset.name, [tag.value for tag in one.tags]] for one in forest_run.inputs.dataset_inputs)
    seen["forest's files"] = sorted(file.path for file in client.list_artifacts(run.info.run_id))
    model_uri = f"runs:/{run.info.run_id}/model"
    loaded = mlflow.pyfunc.load_model(model_uri)
    seen["same predictions"] = bool((loaded.predict(test) == forest.predict(test)).all())
    seen["signature"] = [len(loaded.metadata.signature.inputs.inputs), str(loaded.metadata.signature.outputs)]
    example = loaded.metadata.load_input_example(mlflow.artifacts.download_artifacts(model_uri))
    seen["example"] = list(np.asarray(example).shape)
    native = mlflow.sklearn.load_model(model_uri)
    seen["native"] = bool((native.predict(test) == forest.predict(test)).all())

    pipeline = Pipeline([("scale", StandardScaler()), ("regression", LogisticRegression(max_iter=60))])
    search = GridSearchCV(pipeline, {"regression__C": [0.01, 1.0, 100.0]}, cv=2)
    with mlflow.start_run(run_name="grid") as parent:
        search.fit(train, labels)
    children = mlflow.search_runs(
        [experiment.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'", order_by=["metrics.mean_test_score DESC"]
    )
    seen["children"] = [[one["params.regression__C"], round(one["metrics.mean_test_score"], 4)] for _, one in children.iterrows()]
    grid = client.get_run(parent.info.run_id)
    seen["grid"] = [rounded(grid.data.metrics), grid.data.params.get("best_regression__C"), sorted(grid.data.tags)]
    seen["grid's files"] = sorted(file.path for file in client.list_artifacts(parent.info.run_id))
    seen["parent"] = mlflow.get_parent_run(children.iloc[0].run_id).info.run_name

    mlflow.sklearn.autolog(disable=True)
    checked = test.assign(label=test_labels)
    with mlflow.start_run(run_name="evaluation") as evaluation:
        result = mlflow.evaluate(
            f"runs:/{parent.info.run_id}/best_estimator",
            mlflow.data.from_pandas(checked, source="test.csv", targets="label", name="held out"),
            model_type="classifier",
            evaluators="default",
            evaluator_config={"log_model_explainability": False},
        )
    seen["evaluated"] = {name: round(value, 4) for name, value in sorted(result.metrics.items()) if np.isscalar(value)}
    evaluated = client.get_run(evaluation.info.run_id)
    seen["evaluation"] = [rounded(evaluated.data.metrics), [one.dataset.name for one in evaluated.inputs.dataset_inputs]]
    seen["evaluation's files"] = sorted(file.path for file in client.list_artifacts(evaluation.info.run_id))

    version = mlflow.register_model(f"runs:/{parent.info.run_id}/best_estimator", "classic digits", tags={"by": "grid"})
    client.set_registered_model_alias("classic digits", "best", version.version)
    best = mlflow.sklearn.load_model("models:/classic digits@best")
    seen["best"] = [type(best).__name__, bool((best.predict(test) == search.predict(test)).all()), str(version.version)]
    print(json.dumps(seen))


main(sys.argv[1])
