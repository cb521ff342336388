"""Airflow DAGs `<model>.promotion`: from a challenger to a champion, if the evidence allows it."""

from airflow.sdk import DAG

from include.domain.spec import ModelSpec
from plugins.assets import challenger_asset, champion_asset
from plugins.dag_settings import dag_settings
from plugins.operators.approve_promotion import ApprovePromotionOperator
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
        gate = GateOperator(
            task_id="gate_model",
            gate=spec.model_gate(),
            evidence=compare.output,
            version=challenger,
            inconclusive_goes_on=spec.promotion.override_inconclusive,
        )
        judged = {"challenger": challenger, "champion": champion, "verdict": gate.output}
        answer = None
        if spec.promotion.may_ask:
            answer = ApprovePromotionOperator(task_id="approve_promotion", spec=spec, **judged).output
        PromoteModelOperator(
            task_id="promote_model", spec=spec, **judged, answer=answer, outlets=[champion_asset(spec.name)]
        )
    return dag


for model in specs_to_parse():
    promotion_dag(model)
