from qisong.desk.turnstile import HOUR, Turnstile


def test_so_many_an_hour_come_in_from_one_address() -> None:
    turnstile = Turnstile(2)
    assert [turnstile.admits("192.0.2.1", now=HOUR) for _ in range(3)] == [True, True, False]
    assert turnstile.admits("192.0.2.2", now=HOUR)


def test_after_the_hour_nothing_is_remembered() -> None:
    turnstile = Turnstile(1)
    turnstile.admits("192.0.2.1", now=HOUR)
    key, digests = turnstile.key, set(turnstile.counts)
    assert turnstile.admits("192.0.2.1", now=2 * HOUR)
    assert (turnstile.key == key, digests & set(turnstile.counts)) == (False, set())


def test_no_address_is_held() -> None:
    turnstile = Turnstile(1)
    turnstile.admits("192.0.2.1", now=HOUR)
    assert "192.0.2.1" not in str(vars(turnstile))
