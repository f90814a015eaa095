"""The report: data frames from the store in, figures and tables out. TensorFlow is never imported here."""
