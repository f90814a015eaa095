"""MLflow, and the only place that imports it: `store` opens it, `recorder` writes runs, `reader` gives data frames."""
