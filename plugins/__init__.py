"""Where Airflow meets the house: thin adapters around the rooms of `include`."""
