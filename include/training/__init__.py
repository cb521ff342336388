"""How a model is made, and the record of how it was made. MLflow's tracking, scikit-learn and Optuna are used here."""
