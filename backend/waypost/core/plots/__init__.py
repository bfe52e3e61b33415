"""Plots: pictures of numbers as SVG and tables, which nobody needs to see to read."""

from waypost.core.plots.bars import stacked_bar, swatch
from waypost.core.plots.heat import Cell, HeatRow, heat_map
from waypost.core.plots.lines import Mark, Point, Series, line_chart

__all__ = [
    "Cell",
    "HeatRow",
    "Mark",
    "Point",
    "Series",
    "heat_map",
    "line_chart",
    "stacked_bar",
    "swatch",
]
