"""Spec files: one YAML file a model, read quickly, and every mistake in it named by file, line and field."""

from include.spec_files.reading import Survey, find_spec, load_specs, read_spec, survey_specs
from include.spec_files.schema import SCHEMA_COMMENT, spec_schema

__all__ = ["SCHEMA_COMMENT", "Survey", "find_spec", "load_specs", "read_spec", "spec_schema", "survey_specs"]
