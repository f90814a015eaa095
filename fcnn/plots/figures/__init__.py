"""The figures of a report: each module in this package is one, in a file of its name.

A module has `CAPTION`, what the figure shows, where `{measure}` is what the study compares and
`{run}` the run that the report looks into; `ORDER`, its place in the report, whose parts are in
`fcnn.plots.drawing`; and `draw`, which returns None if the study has nothing to draw. With
`FORMATS` it is written to files of these formats, otherwise to a PNG. Where `draw_interactive`
returns a Figure of Plotly's, screens show that instead. A new module is a new figure.
"""
