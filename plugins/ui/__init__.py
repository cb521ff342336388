"""Pages of Sluice inside the Airflow UI, behind its login."""
