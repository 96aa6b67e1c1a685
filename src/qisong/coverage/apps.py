from django.apps import AppConfig


class CoverageRoom(AppConfig):
    name = "qisong.coverage"
    label = "coverage"
