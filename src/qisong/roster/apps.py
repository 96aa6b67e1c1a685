from importlib import import_module

from django.apps import AppConfig


class RosterRoom(AppConfig):
    name = "qisong.roster"
    label = "roster"

    def ready(self) -> None:
        for module in ("attachments_waiting", "letters_waiting", "receivers", "tasks", "waiting"):
            import_module(f"qisong.roster.{module}")
