"""Shows broken specs in Airflow: an import error of this file lists their mistakes and hides no other model's DAG."""

from include.deployment.home import Home
from include.domain.errors import SpecError
from include.spec_files.reading import survey_specs

problems = survey_specs(Home.from_environment().specs).problems
if problems:
    raise SpecError([line for lines in problems.values() for line in lines])
