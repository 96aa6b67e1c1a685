"""The entrance: signing in and out, a password of one's own, the language and the size of print."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qisong.desk.doorkeeping import DeskRequest, first_password_over
from qisong.desk.furniture import ELDER_COOKIE
from qisong.desk.pages.entrance import PasswordForm
from qisong.desk.refusing import show_refusal
from qisong.org.accounts import choose_password, has_expired, must_choose
from qisong.org.models import Account
from qisong.org.presence import speak_to
from qisong.words.text import Refusal

YEAR = 365 * 24 * 3600
COOL_OFF_MINUTES = round(settings.AXES_COOLOFF_TIME * 60)


class EntranceForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Login name")
        self.fields["password"].label = _("Password")
        self.error_messages = {
            "invalid_login": _("The login name or the password is not right. Look at capitals and small letters."),
            "inactive": _("This account is closed. Ask the level above."),
        }

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        super().confirm_login_allowed(user)  # type: ignore[arg-type]
        if isinstance(user, Account) and has_expired(user):
            raise ValidationError(first_password_over(), code="first-password-over")


@method_decorator([login_not_required, sensitive_post_parameters("password"), never_cache], name="dispatch")
class SignIn(LoginView):
    template_name = "desk/sign_in.html"
    authentication_form = EntranceForm
    redirect_authenticated_user = True


def locked_out(request: HttpRequest, _response: HttpResponse | None, _credentials: Any) -> HttpResponse:
    """Too many wrong passwords for this name from this address: a plain page, for a quarter of an hour."""
    return render(request, "desk/locked_out.html", {"minutes": COOL_OFF_MINUTES}, status=429)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password", "again")
def password(request: DeskRequest) -> HttpResponse:
    """Choose a password; whoever came with a first one is let in by this page only."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            choose_password(account=request.user, password=form.cleaned_data["password"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            request.user.refresh_from_db()
            update_session_auth_hash(request, request.user)
            messages.success(request, _("Your password is changed."))
            return redirect("desk:home")
    return render(request, "desk/password.html", {"form": form, "first": must_choose(request.user)})


@require_POST
def sign_out(request: DeskRequest) -> HttpResponse:
    logout(request)
    return redirect("desk:sign-in")


@login_not_required
@require_POST
def language(request: DeskRequest) -> HttpResponseBase:
    """Speak this language from now on: on this device, and to this account wherever it signs in."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponse(status=400)
    if request.user.is_authenticated:
        speak_to(request.user, chosen)
    response = redirect(back(request))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return response


@login_not_required
@require_POST
def elder_view(request: HttpRequest) -> HttpResponse:
    """Large print, remembered by this device alone."""
    response = redirect(back(request))
    if request.POST.get("elder") == "1":
        response.set_cookie(ELDER_COOKIE, "1", max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True)
    else:
        response.delete_cookie(ELDER_COOKIE)
    return response


def back(request: HttpRequest) -> str:
    """The page on which a switch was pressed, never an address outside this house."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure()):
        return asked
    return settings.LOGIN_REDIRECT_URL
