"""Airflow DAGs `<model>.training`: from data to a registered challenger."""

from airflow.sdk import DAG

from include.domain.spec import ModelSpec
from plugins.assets import challenger_asset, retrain_asset
from plugins.dag_settings import dag_settings
from plugins.forms import training_form
from plugins.operators.check_data import CheckDataOperator
from plugins.operators.clean_data import CleanDataOperator
from plugins.operators.evaluate_model import EvaluateModelOperator
from plugins.operators.gate import GateOperator
from plugins.operators.register_model import RegisterModelOperator
from plugins.operators.snapshot_data import SnapshotDataOperator
from plugins.operators.train_model import TrainModelOperator
from plugins.schedules import training_schedule
from plugins.specs import specs_to_parse


def training_dag(spec: ModelSpec) -> DAG:
    """Wire the training of one model."""
    schedule = training_schedule(spec.schedule, retrain_asset(spec.name) if spec.retraining else None)
    with DAG(**dag_settings(spec, "training"), schedule=schedule) as dag:
        snapshot = SnapshotDataOperator(task_id="snapshot_data", spec=spec)
        raw = CheckDataOperator(task_id="check_data", spec=spec, dataset=snapshot.output, suite="raw")
        raw_gate = GateOperator(task_id="gate_data", gate=spec.data_gate(), evidence=raw.output["evidence"])
        clean = CleanDataOperator(task_id="clean_data", spec=spec, dataset=raw.output["accepted"])
        checked = CheckDataOperator(task_id="check_clean_data", spec=spec, dataset=clean.output, suite="clean")
        clean_gate = GateOperator(task_id="gate_clean_data", gate=spec.data_gate(), evidence=checked.output["evidence"])
        train = TrainModelOperator(
            task_id="train_model",
            spec=spec,
            dataset=checked.output["accepted"],
            checks={"raw": raw.output, "clean": checked.output},
        )
        evaluate = EvaluateModelOperator(
            task_id="evaluate_model", spec=spec, dataset=checked.output["accepted"], run=train.output
        )
        candidate_gate = GateOperator(
            task_id="gate_candidate",
            gate=spec.candidate_gate(),
            evidence=evaluate.output,
            run=train.output,
            inconclusive_goes_on=spec.promotion.override_inconclusive,
        )
        register = RegisterModelOperator(
            task_id="register_model",
            spec=spec,
            run=train.output,
            evidence=evaluate.output,
            outlets=[challenger_asset(spec.name)],
        )
        raw >> raw_gate >> clean >> checked >> clean_gate >> train >> evaluate >> candidate_gate >> register
    # Set last: every operator of a DAG copies the form that it finds.
    dag.params = training_form()  # type: ignore[assignment]
    return dag


for model in specs_to_parse():
    training_dag(model)
