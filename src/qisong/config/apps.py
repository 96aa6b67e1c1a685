from importlib import import_module

from django.apps import AppConfig


class ConfigRoom(AppConfig):
    name = "qisong.config"
    label = "config"

    def ready(self) -> None:
        import_module("qisong.config.backup.nightly")
