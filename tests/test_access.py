"""What every client has before it can ask."""

from __future__ import annotations

import copy
import pickle
import ssl
from typing import Any

import pytest
from far_side import connection
from hypothesis import given
from hypothesis import strategies as st

from segkit import errors
from segkit.sandbox.app import Sandbox
from segkit.vendors.access import Access, Address, required, shown
from segkit.vendors.addresses import BASE_URLS, BUYER_URLS

PASSWORD = "kAnAry73"


@given(
    st.text() | st.none() | st.integers() | st.binary() | st.builds("https://me:{}@{}".format, st.just(PASSWORD), st.text()),
    st.sampled_from(["production", "staging", "prod", ""]),
)
def test_an_address_is_found_or_is_a_fault(base_url: Any, environment: str) -> None:
    """Whatever is given nothing is raised; what cannot be used is not kept, and no fault shows a password."""
    address = Address.find(base_url, environment, BASE_URLS)
    if address.fault is None:
        assert address.checked() == (BASE_URLS[environment] if base_url is None else base_url)
    else:
        assert address.base_url == ""
        assert PASSWORD not in repr(address)
        with pytest.raises(errors.InvalidInput) as caught:
            address.checked()
        assert str(caught.value) == address.fault


@pytest.mark.parametrize("urls", [BASE_URLS, BUYER_URLS], ids=["supplier", "buyer"])
def test_an_environment_is_a_name_and_an_address_of_another_is_custom(urls: dict[str, str]) -> None:
    """Known names have the vendor's address; another address is called custom, unless it is said to be staging."""
    assert [Address.find(None, name, urls).base_url for name in urls] == list(urls.values())
    assert Address.find("https://host", "production", urls).environment == "custom"
    assert Address.find("https://host", "staging", urls).environment == "staging"
    assert Address.find(None, "prod", urls).fault == "environment is 'prod': give production or staging, or a base_url"


@pytest.mark.parametrize(("url", "trusts_somebody"), [("https://app.invalid", True), ("HTTP://app.invalid", False)])
def test_certificates_are_read_where_there_is_something_to_check(url: str, *, trusts_somebody: bool) -> None:
    """Every certificate is checked, with its host's name; over a plain address none is known, and so none would be accepted."""
    client = connection(url)._shared.client(None)
    context = client._transport._pool._ssl_context  # type: ignore[attr-defined]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert bool(context.cert_store_stats()["x509_ca"]) == trusts_somebody
    client.close()


def test_a_credential_that_is_not_found_is_missed_by_name() -> None:
    """The error names the variable and the sandbox."""
    with pytest.raises(errors.MissingCredential, match=r"set THE_TOKEN, or use Client.sandbox\(\)"):
        required(None, "Client", "THE_TOKEN")


def test_access_is_one_for_all_copies_and_is_not_pickled() -> None:
    """A copy is the same; other options and another double make another, which leaves the first as it was."""
    access = Access("Client", "THE_TOKEN", connection("http://app.invalid/v2"), "production")
    assert copy.copy(access) is copy.deepcopy(access) is access
    with pytest.raises(TypeError, match=r"<Client production http://app.invalid/v2> is not pickled: .* with THE_TOKEN in its"):
        pickle.dumps(access)
    slower = access.with_options(60, None, None).connection.options
    assert (slower.timeout_seconds, slower.connect_seconds) == (60, access.connection.options.connect_seconds)
    doubled = access.answered_by(Sandbox())
    assert (access.live, doubled.live, access.double) == (True, False, None)


def test_a_client_that_is_not_made_yet_can_be_shown() -> None:
    """A traceback of a constructor shows the client that it was making."""

    class Client:
        pass

    assert shown(Client()) == "<Client, not made>"
