from importlib import import_module

from django.apps import AppConfig


class CaseworkRoom(AppConfig):
    name = "qisong.casework"
    label = "casework"

    def ready(self) -> None:
        for module in ("following", "waiting"):
            import_module(f"qisong.casework.{module}")
