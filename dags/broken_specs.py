"""Shows broken specs in Airflow: an import error of this file lists their mistakes and hides no other model's DAG."""

from include.domain.errors import SpecError
from plugins.specs import spec_problems

if problems := spec_problems():
    raise SpecError(problems)
