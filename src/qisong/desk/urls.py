from django.urls import URLPattern, path

from qisong.desk.views import accounts, acts, changes, coverage, entrance, home, journal, recording, ties

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    # Who is still missing
    path("units/<int:unit>/", coverage.unit, name="unit"),
    path("units/<int:unit>/names/", coverage.names, name="names"),
    # The ledger of acts
    path("units/<int:unit>/record/", recording.record_act, name="record-act"),
    path("units/<int:unit>/attendance-sheet/", acts.attendance_sheet, name="attendance-sheet"),
    path("acts/", acts.ledger, name="ledger"),
    path("acts/<uuid:act>/", acts.act, name="act"),
    path("acts/<uuid:act>/reverse/", acts.reverse_act, name="reverse-act"),
    path("acts/<uuid:act>/correct/", recording.correct_act, name="correct-act"),
    path("acts/<uuid:act>/print/<slug:sheet>/", acts.print_act, name="print-act"),
    # The entrance
    path("sign-in/", entrance.SignIn.as_view(), name="sign-in"),
    path("sign-out/", entrance.sign_out, name="sign-out"),
    path("password/", entrance.password, name="choose-password"),
    path("language/", entrance.language, name="language"),
    path("elder-view/", entrance.elder_view, name="elder-view"),
    # Posts, contact points, pairings
    path("units/<int:unit>/ties/", ties.unit_ties, name="ties"),
    path("units/<int:unit>/ties/<str:kind>/", ties.new_tie, name="new-tie"),
    path("ties/<str:kind>/<int:tie>/end/", ties.end_one, name="end-tie"),
    path("ties/<str:kind>/", ties.tie_list, name="tie-list"),
    # The tree
    path("units/<int:unit>/changes/", changes.changes, name="changes"),
    path("units/<int:unit>/changes/<str:verb>/", changes.change, name="change"),
    path("units/<int:unit>/changed/", changes.changed, name="changed"),
    # Logins and the journal
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/slips/", accounts.slips, name="slips"),
    path("accounts/<int:account>/close/", accounts.close, name="close-account"),
    path("journal/", journal.journal, name="journal"),
]
