from qisong.config.settings import *  # noqa: F403 - the product's, and one application more
from qisong.config.settings import INSTALLED_APPS as OF_THIS_VERSION
from qisong.config.settings import ROOMS as OF_THIS_HOUSE

ROOMS = [*OF_THIS_HOUSE, "next_version"]
INSTALLED_APPS = [*OF_THIS_VERSION, "tests.config.next_version"]
