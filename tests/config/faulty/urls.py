"""Two pages that break with what was typed on their lips: one at once, one while it is being sent."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from qisong.config.urls import urlpatterns as of_the_house


@login_not_required
def at_once(request: HttpRequest) -> HttpResponse:
    try:
        {}[request.GET["q"]]
    except KeyError as error:
        raise ValueError(f"cannot read {request.GET['q']}") from error


@login_not_required
def while_sent(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        yield b"begun"
        raise ValueError(request.GET["q"])

    return StreamingHttpResponse(pieces())


urlpatterns = [path("at-once/", at_once), path("while-sent/", while_sent), *of_the_house]
