"""Whether the site is well, for whatever knocks from outside: words without a word about anybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qisong.org.health import Condition, examine, worst


@login_not_required
@require_safe
@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """503 when something is wrong. What it is and what to do, ``qisong doctor`` says on the machine itself."""
    found = list(examine(timezone.now(), thorough=False))
    condition = worst(found)
    answer = {"condition": condition, "findings": {one.code: one.condition for one in found}}
    return JsonResponse(answer, status=503 if condition is Condition.WRONG else 200)
