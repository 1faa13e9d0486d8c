"""Every exit status of docs/cli.md, each by the shortest way to it, with the code of its error."""
import re

import pytest

from support.program import ROOT, must


@pytest.fixture(scope="module")
def people(pki):
    return pki.get("rsa", "status-ours"), pki.get("rsa", "status-theirs")


@pytest.fixture(scope="module")
def messages(sealgate, people, pki, tmp_path_factory):
    folder = tmp_path_factory.mktemp("messages")
    ours, theirs = people
    (folder / "plain").write_bytes(b"Content-Type: text/plain\r\n\r\nhello\r\n")
    must(sealgate.encode(folder / "plain", folder / "signed", sign="clear", signer=ours, cte="quoted-printable"))
    must(sealgate.encode(folder / "plain", folder / "sealed", encrypt_to=[theirs]))
    (folder / "changed").write_bytes((folder / "signed").read_bytes().replace(b"hello", b"hullo", 1))
    (folder / "garbage").write_bytes(b"\x30\x80garbage")
    return folder


def test_success(sealgate):
    assert sealgate("--version").returncode == 0


CASES = [
    (1, ["get", "all", "--data", "/nowhere"]),
    (2, ["get", "Nothing"]),
    (2, ["get", "SendPort", "Nowhere", "--data", "{configured}"]),
    (3, ["smime", "decode", "-i", "{messages}/garbage", "-o", "{out}", "--no-chain"]),
    (4, ["smime", "decode", "-i", "{messages}/sealed", "-o", "{out}", "--no-chain", "--key", "{ours}"]),
    (5, ["smime", "decode", "-i", "{messages}/changed", "-o", "{out}", "--no-chain"]),
    (6, ["smime", "decode", "-i", "{messages}/signed", "-o", "{out}"]),
    (7, ["smime", "decode", "-i", "{messages}/signed", "-o", "{out}", "--trust", "{root}", "--crl-check", "leaf"]),
    (8, ["smime", "decode", "-i", "{messages}/plain", "-o", "{out}", "--no-chain", "--require-signature"]),
]


@pytest.mark.parametrize("status, words", CASES, ids=[f"{status} {' '.join(words[:2])}" for status, words in CASES])
def test_each_status(sealgate, people, messages, configured, pki, tmp_path, status, words):
    out = tmp_path / "out"
    out.write_bytes(b"of an earlier run")
    places = {"messages": messages, "out": out, "ours": people[0].both, "root": pki.root, "configured": configured}
    done = sealgate(*[word.format(**places) for word in words])
    assert done.returncode == status, done.stderr
    code = re.search(r"\[([a-z0-9.-]+)\]\s*$", done.stderr)
    assert code, done.stderr
    listed = re.search(rf"^\| `{re.escape(code[1])}` \| (\d) \|", (ROOT / "docs" / "errors.md").read_text(), re.M)
    assert listed and int(listed[1]) == status, "docs/errors.md says the same"
    if words[0] == "smime":
        assert not out.exists(), "no output that somebody could take for good"


def test_the_pages_list_all_of_them(sealgate):
    for number in range(9):
        assert re.search(rf"^\s+{number}  \S", sealgate("--help").stdout.decode(), re.M)
        assert re.search(rf"^\| {number} \| ", (ROOT / "docs" / "cli.md").read_text(), re.M)
