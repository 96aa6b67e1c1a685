from django.apps import AppConfig


class LedgerRoom(AppConfig):
    name = "qisong.ledger"
    label = "ledger"
