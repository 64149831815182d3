"""Pictures of results, as scikit-learn's displays: computed once, drawn anywhere."""
