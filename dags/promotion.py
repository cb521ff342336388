"""Airflow DAGs `<model>.promotion`: from a challenger to a champion, if the evidence allows it."""

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG

from include.domain.spec import ModelSpec
from plugins.assets import challenger_asset, champion_asset
from plugins.dag_settings import dag_settings
from plugins.operators.compare_models import CompareModelsOperator
from plugins.operators.gate import GateOperator
from plugins.operators.promote_model import PromoteModelOperator
from plugins.operators.read_challenger import ReadChallengerOperator
from plugins.specs import specs_to_parse


def promotion_dag(spec: ModelSpec) -> DAG:
    """Wire the promotion of one model."""
    with DAG(**dag_settings(spec, "promotion"), schedule=[challenger_asset(spec.name)]) as dag:
        rivals = ReadChallengerOperator(task_id="read_challenger", spec=spec)
        challenger, champion = rivals.output["challenger"], rivals.output["champion"]
        compare = CompareModelsOperator(task_id="compare_models", spec=spec, challenger=challenger, champion=champion)
        gate = GateOperator(task_id="gate_model", gate=spec.model_gate(), evidence=compare.output, version=challenger)
        approval = _approval(spec) if spec.promotion.by == "approval" else None
        promote = PromoteModelOperator(
            task_id="promote_model",
            spec=spec,
            challenger=challenger,
            champion=champion,
            verdict=gate.output,
            approval=approval.output if approval else None,
            outlets=[champion_asset(spec.name)],
        )
        if approval:
            gate >> approval >> promote
    return dag


def _approval(spec: ModelSpec) -> ApprovalOperator:
    return ApprovalOperator(
        task_id="approve_promotion",
        subject=f"Promote a new version of {spec.name}?",
        body="The gate has passed. Its table stands in the log of `gate_model`.",
        response_timeout=spec.promotion.timeout,
        execution_timeout=None,
    )


for model in specs_to_parse():
    promotion_dag(model)
