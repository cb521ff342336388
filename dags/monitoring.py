"""Airflow DAGs `<model>.monitoring`: what became of the predictions of a window, and a gate for every concern."""

from airflow.sdk import DAG

from include.domain.concerns import concern_gates
from include.domain.spec import ModelSpec
from plugins.assets import predictions_asset
from plugins.dag_settings import dag_settings
from plugins.forms import monitoring_form
from plugins.operators.gate import GateOperator
from plugins.operators.monitor_windows import MonitorWindowsOperator
from plugins.operators.request_retraining import RequestRetrainingOperator
from plugins.operators.watch_champion import WatchChampionOperator
from plugins.schedules import training_schedule
from plugins.specs import specs_to_parse


def monitoring_dag(spec: ModelSpec) -> DAG:
    """Wire the monitoring of one model."""
    schedule = training_schedule(spec.monitoring.schedule) or [predictions_asset(spec.name)]
    with DAG(**dag_settings(spec, "monitoring"), schedule=schedule) as dag:
        seen = MonitorWindowsOperator(task_id="monitor_windows", spec=spec)
        for gate in concern_gates(spec):
            GateOperator(
                task_id=f"gate_{gate.name}", gate=gate, evidence=seen.output["evidence"], inconclusive_goes_on=True
            )
        watch = WatchChampionOperator(task_id="watch_champion", spec=spec)
        request = RequestRetrainingOperator(task_id="request_retraining", spec=spec, trigger_rule="none_failed")
        seen >> watch >> request
    # Set last: every operator of a DAG copies the form that it finds.
    dag.params = monitoring_form()  # type: ignore[assignment]
    return dag


for model in specs_to_parse():
    monitoring_dag(model)
