from importlib import import_module

from django.apps import AppConfig


class LedgerRoom(AppConfig):
    name = "qisong.ledger"
    label = "ledger"

    def ready(self) -> None:
        import_module("qisong.ledger.tasks")
