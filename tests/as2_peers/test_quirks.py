"""What a matrix does not show: answers without a receipt, and what we do not offer."""
import dataclasses

import pytest

import cells
from support.as2_peers import Terms
from support.waiting import eventually


@pytest.mark.parametrize("name", ["pyas2lib"])
def test_who_asks_for_restart_sends_the_whole_message(exchange, name):
    """draft-harding-as2-restart asks with HEAD and an ETag how much came; whoever does not offer it answers anything but 200."""
    peer, terms = exchange.peer(name), Terms(sign=False, cipher="", digest="sha384")  # of no cell
    exchange.add(exchange.agreement(peer, terms, {"from"}))
    names = {"AS2-From": peer.as2_name(terms), "AS2-To": "SEALGATE", "ETag": '"1"', "Message-ID": "<restart@pyas2.test>"}
    status, headers, body = exchange.gateway.request("HEAD", "/as2", headers=names)
    assert (status, headers["Allow"], body) == (405, "POST", b"")
    fields = {**names, "Content-Type": "application/octet-stream",
              "Content-Disposition": f'attachment; filename="{cells.FILE_NAME}"'}
    status, _, _ = exchange.gateway.request("POST", "/as2", b"the whole message", fields)
    assert status == 200


@pytest.mark.parametrize("name", ["camel"])
def test_a_bare_server_error_is_a_failure_of_the_transport(exchange, name):
    """Camel opens documents of EDI, XML and text only, and says 500 without a receipt to others: nothing is refused for good."""
    peer, terms = exchange.peer(name), Terms(digest="sha384")  # of no cell
    exchange.add(*exchange.way_out(peer, terms), exchange.agreement(peer, terms, {"to"}))
    exchange.post(peer, terms, b"octets", "application/octet-stream")

    def suspended():
        work = exchange.newest(peer, terms, "send")
        return work if work and work["state"] == "suspended" else None

    assert "500" in eventually(suspended, exchange.gateway.tail)["failure"]["text"]
    assert exchange.newest(peer, terms, "await")["state"] != "suspended"
    assert "Unsupported entity content type: application/octet-stream" in peer.tail()


@pytest.mark.parametrize("name", ["phase2"])
@pytest.mark.parametrize("sign,cipher", [(True, "aes256-cbc"), (True, ""), (False, "aes256-cbc")], ids=["both", "signed", "encrypted"])
def test_a_check_over_what_came_counts_where_it_is_allowed(exchange, name, sign, cipher):
    """phase2 6.0.0 digests what is still signed and encrypted: its preset takes that, and without it we say what it is over.
    Here nothing was agreed on at its side, so that it leaves out the Content-Type that it digests in the matrix."""
    peer, taken = exchange.peer(name), Terms(sign=sign, cipher=cipher, chunked=False, digest="sha384")  # of no cell
    refused = dataclasses.replace(taken, digest="sha512")
    strict = exchange.agreement(peer, refused, {"to"})
    strict["compatibility"]["mic_forms"] = []
    exchange.add(*exchange.way_out(peer, taken), *exchange.way_out(peer, refused), exchange.agreement(peer, taken, {"to"}), strict)
    exchange.post(peer, taken, b"a document")
    assert exchange.acknowledged(peer, taken) == "wire"
    exchange.post(peer, refused, b"a document")
    work = exchange.fate(peer, refused)
    assert (work["state"], work["failure"]["code"]) == ("suspended", "hosts.as2-mic-mismatch")
    assert "the form 'wire'" in work["failure"]["text"] and "mic_forms" in work["failure"]["remedy"]
