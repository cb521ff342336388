"""Spec files: one YAML file a model, read quickly, and every mistake in it named by file, line and field."""

from include.spec_files.reading import Survey, find_spec, load_specs, point_at, read_spec, survey_specs

__all__ = ["Survey", "find_spec", "load_specs", "point_at", "read_spec", "survey_specs"]
