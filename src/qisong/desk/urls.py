from django.urls import URLPattern, path

from qisong.desk.views import (
    accounts,
    acts,
    briefing,
    changes,
    coverage,
    entrance,
    health,
    home,
    imports,
    journal,
    members,
    programmes,
    recording,
    roster,
    survey,
    ties,
)

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    # Who is still missing
    path("units/<int:unit>/", coverage.unit, name="unit"),
    path("units/<int:unit>/names/", coverage.names, name="names"),
    path("units/<int:unit>/table.xlsx", coverage.workbook, name="unit-workbook"),
    path("units/<int:unit>/week/", coverage.friday, name="friday"),
    # The ledger of acts
    path("units/<int:unit>/record/", recording.record_act, name="record-act"),
    path("units/<int:unit>/attendance-sheet/", acts.attendance_sheet, name="attendance-sheet"),
    path("acts/", acts.ledger, name="ledger"),
    path("acts/<uuid:act>/", acts.act, name="act"),
    path("acts/<uuid:act>/reverse/", acts.reverse_act, name="reverse-act"),
    path("acts/<uuid:act>/correct/", recording.correct_act, name="correct-act"),
    path("acts/<uuid:act>/print/<slug:sheet>/", acts.print_act, name="print-act"),
    # The roster
    path("units/<int:unit>/roster/", roster.roster, name="roster"),
    path("units/<int:unit>/roster/add/", roster.add_member, name="add-member"),
    path("units/<int:unit>/roster/export/", roster.export_roster, name="export-roster"),
    path("units/<int:unit>/roster/left/", roster.left, name="left"),
    path("units/left/<int:tie>/", roster.take_back, name="take-back"),
    path("members/<uuid:member>/", members.member, name="member"),
    path("members/<uuid:member>/edit/", members.edit_member, name="edit-member"),
    path("members/<uuid:member>/<slug:verb>/", members.member_verb, name="member-verb"),
    # The baseline survey
    path("units/<int:unit>/survey/", survey.survey, name="survey"),
    path("units/<int:unit>/survey/paper/", survey.paper, name="survey-paper"),
    path("units/<int:unit>/survey/workbook.xlsx", survey.workbook, name="survey-workbook"),
    path("units/<int:unit>/survey/import/", survey.bring_back, name="survey-import"),
    path("group-ways/", survey.group_ways, name="group-ways"),
    # Rosters in
    path("units/<int:unit>/imports/", imports.imports, name="imports"),
    path("imports/<uuid:batch>/", imports.review, name="import"),
    path("imports/<uuid:batch>/lines/", imports.decide_all, name="import-lines"),
    path("imports/<uuid:batch>/lines/<int:number>/", imports.decide, name="import-line"),
    path("imports/<uuid:batch>/apply/", imports.apply, name="apply-import"),
    path("imports/<uuid:batch>/again/", imports.again, name="compare-import-again"),
    path("imports/<uuid:batch>/discard/", imports.discard, name="discard-import"),
    path("imports/<uuid:batch>/revert/", imports.revert, name="revert-import"),
    path("imports/<uuid:batch>/marked/", imports.marked, name="marked-import"),
    # The entrance
    path("health/", health.health, name="health"),
    path("sign-in/", entrance.SignIn.as_view(), name="sign-in"),
    path("sign-out/", entrance.sign_out, name="sign-out"),
    path("password/", entrance.password, name="choose-password"),
    path("language/", entrance.language, name="language"),
    path("elder-view/", entrance.elder_view, name="elder-view"),
    # Posts, contact points, pairings
    path("units/<int:unit>/ties/", ties.unit_ties, name="ties"),
    path("units/<int:unit>/ties/<str:kind>/", ties.new_tie, name="new-tie"),
    path("ties/post/<int:tie>/hand-over/", ties.hand_over, name="hand-over"),
    path("ties/<str:kind>/<int:tie>/end/", ties.end_one, name="end-tie"),
    path("ties/<str:kind>/", ties.tie_list, name="tie-list"),
    # The tree
    path("units/<int:unit>/changes/", changes.changes, name="changes"),
    path("units/<int:unit>/changes/<str:verb>/", changes.change, name="change"),
    path("units/<int:unit>/changed/", changes.changed, name="changed"),
    # Briefing
    path("briefing/", briefing.briefing, name="briefing"),
    path("briefing.docx", briefing.document, name="briefing-document"),
    path("rows/<str:indicator>/<int:unit>/<str:first>/<str:last>/", briefing.rows, name="rows"),
    # Programmes and exemptions
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/<slug:code>/", programmes.programme, name="programme"),
    path("programmes/<slug:code>/new/<slug:thing>/", programmes.new_thing, name="new-thing"),
    path("programmes/<slug:code>/owed/<int:obligation>/lift/", programmes.lift, name="lift"),
    path("exemptions/", programmes.exemptions, name="exemptions"),
    path("exemptions/<uuid:exemption>/end/", programmes.end_one, name="end-exemption"),
    path("units/<int:unit>/exempt/", programmes.exempt, name="exempt"),
    # Logins and the journal
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/slips/", accounts.slips, name="slips"),
    path("accounts/<int:account>/close/", accounts.close, name="close-account"),
    path("journal/", journal.journal, name="journal"),
]
