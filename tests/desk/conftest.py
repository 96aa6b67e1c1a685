from collections.abc import Callable

import pytest

from qisong.org.models import Account
from tests.desk.reading import Reader

SignedIn = Callable[[Account], Reader]


@pytest.fixture
def visitor() -> Reader:
    """Somebody who has not signed in."""
    return Reader()


@pytest.fixture
def signed_in(db: None) -> SignedIn:
    """``signed_in(world.recorder)``: a browser in which that account is signed in."""

    def come_in(account: Account) -> Reader:
        client = Reader()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return come_in
