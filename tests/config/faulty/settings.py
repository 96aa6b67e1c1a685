from qisong.config.settings import *  # noqa: F403 - the product's, with two addresses more that break

ROOT_URLCONF = "tests.config.faulty.urls"
