"""The report: data frames from the store in, pages and files out. It never imports TensorFlow."""
