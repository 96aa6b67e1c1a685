from django.urls import include, path

urlpatterns = [
    path("", include("qisong.desk.urls")),
]
