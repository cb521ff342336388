"""Airflow DAGs `<model>.scoring`: the champion scores the rows of a window, and the log keeps what it said."""

from airflow.sdk import DAG

from include.domain.spec import ModelSpec
from plugins.dag_settings import dag_settings
from plugins.forms import scoring_form
from plugins.operators.check_rows import CheckRowsOperator
from plugins.operators.clean_rows import CleanRowsOperator
from plugins.operators.read_champion import ReadChampionOperator
from plugins.operators.score_rows import ScoreRowsOperator
from plugins.operators.snapshot_rows import SnapshotRowsOperator
from plugins.schedules import training_schedule
from plugins.specs import specs_to_parse


def scoring_dag(spec: ModelSpec) -> DAG:
    """Wire the batch scoring of one model."""
    with DAG(**dag_settings(spec, "scoring"), schedule=training_schedule(spec.scoring.schedule)) as dag:
        champion = ReadChampionOperator(task_id="read_champion", spec=spec).output
        read = SnapshotRowsOperator(task_id="snapshot_rows", spec=spec, champion=champion)
        raw = CheckRowsOperator(task_id="check_rows", spec=spec, champion=champion, rows=read.output, suite="raw")
        clean = CleanRowsOperator(task_id="clean_rows", spec=spec, champion=champion, rows=raw.output)
        checked = CheckRowsOperator(
            task_id="check_clean_rows", spec=spec, champion=champion, rows=clean.output, suite="clean"
        )
        ScoreRowsOperator(task_id="score_rows", spec=spec, champion=champion, rows=checked.output)
    # Set last: every operator of a DAG copies the form that it finds.
    dag.params = scoring_form()  # type: ignore[assignment]
    return dag


for model in specs_to_parse():
    scoring_dag(model)
