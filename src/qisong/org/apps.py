from django.apps import AppConfig


class OrgRoom(AppConfig):
    name = "qisong.org"
    label = "org"
