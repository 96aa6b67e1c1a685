"""Files that leave by the browser."""

from __future__ import annotations

from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON = "application/json"


def workbook(content: bytes, name: str) -> HttpResponse:
    return download(content, name, XLSX)


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """``name`` is plain ASCII and carries no personal value."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)
