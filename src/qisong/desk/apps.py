from django.apps import AppConfig


class DeskRoom(AppConfig):
    name = "qisong.desk"
    label = "desk"
