"""What a matrix does not show: what we do not offer."""
import pytest

import cells
from support.as2_peers import Terms


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
