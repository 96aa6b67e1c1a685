from django.apps import AppConfig


class ConfigRoom(AppConfig):
    name = "qisong.config"
    label = "config"
