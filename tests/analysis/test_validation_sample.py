from fcnn.analysis.selection import select
from fcnn.analysis.validation_sample import describe_validation_sample


def test_runs_that_are_validated_on_their_training_rows_are_named(runs_of):
    table = ["dataset=sklearn"]
    fitted = [*table, "dataset.validation_share=0"]
    assert describe_validation_sample(select(runs_of([[]]), None).shown) == ""
    assert describe_validation_sample(select(runs_of([table]), None).shown) == ""
    text = describe_validation_sample(select(runs_of([fitted]), None).shown)
    assert text.startswith("All runs are validated on their training rows")
    text = describe_validation_sample(select(runs_of([fitted, table]), None).shown)
    assert text.startswith("1 of 2 runs are")
