from django.urls import URLPattern, path

from qisong.desk.views import entrance, home

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("sign-in/", entrance.SignIn.as_view(), name="sign-in"),
    path("sign-out/", entrance.sign_out, name="sign-out"),
    path("password/", entrance.password, name="choose-password"),
    path("language/", entrance.language, name="language"),
    path("elder-view/", entrance.elder_view, name="elder-view"),
]
