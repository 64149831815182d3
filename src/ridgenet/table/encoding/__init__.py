"""How the columns of a table become the inputs of a network: one module for each kind of encoding."""
