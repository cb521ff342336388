"""What is done: stages that observe, gates that decide, a registry that acts. Nothing here imports Airflow."""
