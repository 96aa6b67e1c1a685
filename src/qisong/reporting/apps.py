from django.apps import AppConfig


class ReportingRoom(AppConfig):
    name = "qisong.reporting"
    label = "reporting"
