from django.apps import AppConfig


class RosterRoom(AppConfig):
    name = "qisong.roster"
    label = "roster"
