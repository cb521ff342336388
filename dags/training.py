"""Airflow DAGs `<model>.training`: from data to a registered challenger."""

from typing import Any

from airflow.sdk import DAG

from include.domain.fleet_gate import fleet_gate
from include.domain.spec import ModelSpec
from plugins.assets import challenger_asset, retrain_asset
from plugins.dag_settings import dag_settings
from plugins.forms import training_form
from plugins.operators.assemble_fleet import AssembleFleetOperator
from plugins.operators.check_data import CheckDataOperator
from plugins.operators.clean_data import CleanDataOperator
from plugins.operators.evaluate_model import EvaluateModelOperator
from plugins.operators.gate import GateOperator
from plugins.operators.plan_segments import PlanSegmentsOperator
from plugins.operators.register_model import RegisterModelOperator
from plugins.operators.snapshot_data import SnapshotDataOperator
from plugins.operators.train_model import TrainModelOperator
from plugins.operators.train_segments import TrainSegmentsOperator
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
        checks = {"raw": raw.output, "clean": checked.output}
        dataset = checked.output["accepted"]
        train = TrainModelOperator(task_id="train_model", spec=spec, dataset=dataset, checks=checks)
        run, last = (train.output, train) if spec.segment_by is None else fleet(spec, dataset, checks, train)
        evaluate = EvaluateModelOperator(task_id="evaluate_model", spec=spec, dataset=dataset, run=run)
        candidate_gate = GateOperator(
            task_id="gate_candidate",
            gate=spec.candidate_gate(),
            evidence=evaluate.output,
            run=run,
            inconclusive_goes_on=spec.promotion.override_inconclusive,
        )
        register = RegisterModelOperator(
            task_id="register_model",
            spec=spec,
            run=run,
            evidence=evaluate.output,
            outlets=[challenger_asset(spec.name)],
        )
        raw >> raw_gate >> clean >> checked >> clean_gate >> train
        last >> evaluate >> candidate_gate >> register
    # Set last: every operator of a DAG copies the form that it finds.
    dag.params = training_form()  # type: ignore[assignment]
    return dag


def fleet(spec: ModelSpec, dataset: Any, checks: dict[str, Any], pooled: TrainModelOperator) -> tuple[Any, Any]:
    """Wire what stands between the pooled model and the evaluation of a fleet; return the fleet's run and last task."""
    plan = PlanSegmentsOperator(task_id="plan_segments", spec=spec, dataset=dataset, run=pooled.output)
    trained = TrainSegmentsOperator.partial(task_id="train_segments", spec=spec).expand(chunk=plan.output)
    made = AssembleFleetOperator(
        task_id="assemble_fleet", spec=spec, chunks=plan.output, trained=trained.output, checks=checks
    )
    run = made.output["run"]
    gate = GateOperator(task_id="gate_fleet", gate=fleet_gate(spec), evidence=made.output["evidence"], run=run)
    return run, gate


for model in specs_to_parse():
    training_dag(model)
