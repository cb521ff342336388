"""A fleet as it first comes to mind: an Airflow task and an MLflow model a segment, with the defaults of both."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DAG = "one_task_a_segment"

DAG_FILE = """
from airflow.sdk import dag, task

@dag(dag_id="{dag}", schedule=None, catchup=False)
def fleet():
    @task
    def train(segment):
        from include.bench.fleet_one_by_one import train_segment
        train_segment("{data}", segment, {trees})
    train.expand(segment={segments})

fleet()
"""


def write_dag(folder: Path, data: Path, segments: int, trees: int) -> None:
    """Write the DAG file: a mapped task a segment."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"s{number:05d}" for number in range(segments)]
    text = DAG_FILE.format(dag=DAG, data=data, segments=names, trees=trees)
    (folder / f"{DAG}.py").write_text(text, encoding="utf-8")


def train_segment(data: str, segment: str, trees: int) -> None:
    """Train, evaluate and register the model of one segment."""
    import mlflow
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.metrics import mean_absolute_error, r2_score
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    frame = pd.read_parquet(data, filters=[("segment", "==", segment)]).drop(columns="segment")
    train, test = train_test_split(frame, test_size=0.2, random_state=7)
    columns = make_column_transformer((OrdinalEncoder(), ["kind"]), remainder="passthrough")
    model = make_pipeline(columns, HistGradientBoostingRegressor(max_iter=trees, random_state=7))
    mlflow.set_experiment(DAG)
    with mlflow.start_run(run_name=segment):
        mlflow.log_param("segment", segment)
        model.fit(train.drop(columns="y"), train["y"])
        said = model.predict(test.drop(columns="y"))
        mlflow.log_metric("mean_absolute_error", mean_absolute_error(test["y"], said))
        mlflow.log_metric("r2", r2_score(test["y"], said))
        trusted = ["sklearn._loss.link.Interval", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
        mlflow.sklearn.log_model(
            model,
            name="model",
            registered_model_name=f"{DAG}_{segment}",
            skops_trusted_types=[*trusted, *_TYPES],
        )


_TYPES = (
    "sklearn._loss._loss.CyHalfSquaredError",
    "sklearn._loss.link.IdentityLink",
    "sklearn._loss.loss.HalfSquaredError",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
)
