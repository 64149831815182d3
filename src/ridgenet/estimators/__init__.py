"""scikit-learn's face: estimators for tables, on top of the compiled core."""
