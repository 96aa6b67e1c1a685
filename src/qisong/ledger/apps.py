from importlib import import_module

from django.apps import AppConfig


class LedgerRoom(AppConfig):
    name = "qisong.ledger"
    label = "ledger"

    def ready(self) -> None:
        for module in ("carrying", "tasks"):
            import_module(f"qisong.ledger.{module}")
