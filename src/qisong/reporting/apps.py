from importlib import import_module

from django.apps import AppConfig

# They register themselves as they are read.
MODULES = ("deliveries", "gatherings", "structure", "reach", "checking")


class ReportingRoom(AppConfig):
    name = "qisong.reporting"
    label = "reporting"

    def ready(self) -> None:
        for module in MODULES:
            import_module(f"qisong.reporting.{module}")
