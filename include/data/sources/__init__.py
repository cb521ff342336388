"""Sources: files and databases, each made one table of canonical columns, or refused at the place that is wrong."""
