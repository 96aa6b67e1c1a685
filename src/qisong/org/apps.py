from importlib import import_module

from django.apps import AppConfig


class OrgRoom(AppConfig):
    name = "qisong.org"
    label = "org"

    def ready(self) -> None:
        for module in ("examining", "suggestions_waiting", "mailing"):
            import_module(f"qisong.org.{module}")
