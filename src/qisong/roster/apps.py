from importlib import import_module

from django.apps import AppConfig


class RosterRoom(AppConfig):
    name = "qisong.roster"
    label = "roster"

    def ready(self) -> None:
        for module in ("receivers", "tasks", "waiting"):
            import_module(f"qisong.roster.{module}")
