"""The console comes from where the API is: its page for every view, its files, and nothing else."""
import gzip
import http.client
import re

import pytest


def get(api, path, method="GET", **headers):
    channel = http.client.HTTPSConnection("127.0.0.1", api.port, context=api.context, timeout=30)
    channel.request(method, path, headers={"Host": "localhost", **headers})
    answer = channel.getresponse()
    answer.content = answer.read()
    channel.close()
    return answer


@pytest.mark.parametrize("view", ["/", "/suspended", "/parties/contoso.com",
                                  "/send-ports/Orders%20to%20ACME", "/messages/0190163d-8694-739b-aea5-966c26f8ad91"])
def test_every_view_is_the_page(api, view):
    answer = get(api, view)
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/html")
    page = gzip.decompress(answer.content).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-cache" and answer.headers["X-Content-Type-Options"] == "nosniff"
    files = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(files) >= 2 and all(file.startswith("/") and not file.startswith("//") for file in files)
    for file in files:
        found = get(api, file)
        assert found.status == 200 and gzip.decompress(found.content), file
        if file.startswith("/assets/"):
            assert "immutable" in found.headers["Cache-Control"]
        assert get(api, file, **{"If-None-Match": found.headers["ETag"]}).status == 304


def test_what_is_not_there_is_no_page(api):
    assert get(api, "/assets/index-00000000.js").status == 404
    assert get(api, "/../etc/passwd.txt").status in (400, 404)
    assert get(api, "/", method="POST").status == 405
    assert get(api, "/", method="HEAD").content == b""
    answer = get(api, "/api/v1/nothing")
    assert answer.status in (401, 404) and answer.headers["Content-Type"].startswith("application/problem+json")
