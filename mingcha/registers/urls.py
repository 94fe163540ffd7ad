"""Addresses of registers."""

from django.urls import path, re_path

from mingcha.registers.views import groups, imports, inspectors, item_lists, quality, subjects

SHEET = r"(?P<kind>xlsx|csv|gb18030)"

app_name = "registers"
urlpatterns = [
    path("subjects/", subjects.subjects, name="subjects"),
    re_path(rf"^subjects/export\.{SHEET}$", subjects.export_subjects, name="export_subjects"),
    path("subjects/quality/", quality.board, name="quality"),
    path("subjects/filters/", subjects.save_filter, name="save_filter"),
    path("subjects/filters/<int:pk>/drop/", subjects.drop_filter, name="drop_filter"),
    path("subjects/<int:pk>/", subjects.subject, name="subject"),
    path("subjects/<int:pk>/edit/", subjects.edit_subject, name="edit_subject"),
    path("inspectors/", inspectors.inspectors, name="inspectors"),
    re_path(rf"^inspectors/export\.{SHEET}$", inspectors.export_inspectors, name="export_inspectors"),
    path("inspectors/<int:pk>/", inspectors.inspector, name="inspector"),
    path("inspectors/<int:pk>/edit/", inspectors.edit_inspector, name="edit_inspector"),
    path("inspectors/<int:pk>/absences/", inspectors.record_absence, name="record_absence"),
    path("inspectors/<int:pk>/recusals/", inspectors.declare_recusal, name="declare_recusal"),
    path("absences/<int:pk>/cancel/", inspectors.cancel_absence, name="cancel_absence"),
    path("recusals/<int:pk>/withdraw/", inspectors.withdraw_recusal, name="withdraw_recusal"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.form_group, name="form_group"),
    path("groups/<int:pk>/disband/", groups.disband_group, name="disband_group"),
    path("item-lists/", item_lists.item_lists, name="item_lists"),
    path("item-lists/new/", item_lists.draft_item_list, name="draft_item_list"),
    path("item-lists/<int:pk>/", item_lists.item_list, name="item_list"),
    re_path(rf"^item-lists/(?P<pk>\d+)/export\.{SHEET}$", item_lists.export_items, name="export_items"),
    path("item-lists/<int:pk>/compare/", item_lists.compare_item_lists, name="compare_item_lists"),
    path("item-lists/<int:pk>/items/", item_lists.add_item, name="add_item"),
    path("item-lists/<int:pk>/publish/", item_lists.publish_item_list, name="publish_item_list"),
    path("item-lists/<int:pk>/withdraw/", item_lists.withdraw_item_list, name="withdraw_item_list"),
    path("items/<int:pk>/edit/", item_lists.edit_item, name="edit_item"),
    path("items/<int:pk>/remove/", item_lists.remove_item, name="remove_item"),
    path("imports/", imports.imports, name="imports"),
    path("imports/columns/", imports.columns, name="columns"),
    path("imports/template/<str:kind>/", imports.template, name="template"),
    path("imports/<int:pk>/", imports.batch, name="batch"),
    re_path(rf"^imports/(?P<pk>\d+)/errors\.{SHEET}$", imports.troubles, name="troubles"),
    path("imports/<int:pk>/apply/", imports.apply_batch, name="apply_batch"),
    path("imports/<int:pk>/drop/", imports.drop_batch, name="drop_batch"),
    path("imports/rows/<int:pk>/choose/", imports.choose_row, name="choose_row"),
]
