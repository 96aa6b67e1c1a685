"""The rows of a survey, drawn in Python."""

from __future__ import annotations

from django import template

from qisong.desk.drawing_survey import draw_survey

register = template.Library()
register.simple_tag(draw_survey, name="survey_rows")
