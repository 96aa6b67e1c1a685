from importlib import import_module

from django.apps import AppConfig


class OrgRoom(AppConfig):
    name = "qisong.org"
    label = "org"

    def ready(self) -> None:
        import_module("qisong.org.examining")
