from importlib import import_module

from django.apps import AppConfig


class RosterRoom(AppConfig):
    name = "qisong.roster"
    label = "roster"

    def ready(self) -> None:
        import_module("qisong.roster.receivers")
