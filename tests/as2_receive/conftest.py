"""A gateway that takes AS2, and a partner who sends by openssl and curl."""
import pytest

from support.as2_gateway import As2Gateway


@pytest.fixture
def as2(sealgate, tmp_path, pki):
    made = As2Gateway(sealgate, tmp_path, pki)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared(sealgate, tmp_path_factory, pki, request):
    """One gateway that runs for all tests of a file; they look at their own messages only. AGREEMENTS of the file are words for
    As2Gateway.agreement() by the AS2 name of the partner, beside the usual one of ACME."""
    made = As2Gateway(sealgate, tmp_path_factory.mktemp("shared"), pki)
    wanted = {"ACME": {}, **getattr(request.module, "AGREEMENTS", {})}
    made.apply(agreements=[made.agreement(name, **words) for name, words in wanted.items()],
               acme=getattr(request.module, "ACME", {}))
    made.gateway.start()
    yield made
    made.close()
