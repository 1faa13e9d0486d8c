#!/usr/bin/python3
"""Writes docs/interoperability.md from what a run of the peers' suite recorded.

usage: write_matrix.py MATRIX.json AS2-MATRIX.json PAGE
"""
import collections
import json
import pathlib
import sys

from as2_tables import as2_section

PEERS = {"openssl": "OpenSSL", "nss": "NSS", "gpgsm": "GnuPG"}
TITLES = {"signature": "Signatures", "encryption": "Encryption", "payload": "Payloads", "compression": "Compression"}
NOTES = {
    "signature": "10 KiB, opaque and clear; both have to work for a ✓.",
    "encryption": "10 KiB, by kind of recipient key, key transport and content cipher. NSS chooses its cipher itself.",
    "payload": "Signed, then encrypted; RSA, SHA-256, AES-256-CBC. Sizes and line ends, opaque and clear.",
    "compression": "None of the peers opens CompressedData (Debian builds OpenSSL without zlib); zlib itself reads what Sealgate wrote.",
}


def outcome(cells):
    if not cells:
        return ""
    if not all(cell["passed"] for cell in cells):
        return "**✗**"
    refusals = {cell["refusal"] for cell in cells if cell["refusal"] is not None}
    if refusals:
        text = sorted(refusals)[0]
        return f"– ({text})" if text else "–"
    return "✓"


def main():
    matrix = json.loads(pathlib.Path(sys.argv[1]).read_text())
    table = collections.defaultdict(lambda: collections.defaultdict(list))
    for cell in matrix["cells"]:
        table[cell["what"]][cell["algorithm"]].append(cell)
    passed = sum(cell["passed"] for cell in matrix["cells"])
    versions = "; ".join(version.split(" (Library")[0] for version in matrix["versions"].values())
    text = ["# Interoperability", "",
            "Written by `make interop-doc` from a run of the peers' suites (`make peers`), which try every cell both ways and assert it:",
            "S/MIME with three libraries first, then [AS2](#as2) with products.", "",
            f"Peers: {versions}. {passed} of {len(matrix['cells'])} cells as they should be.", "",
            "✓ works; – the peer cannot do it, in its own words, which the suite asserts, so that a newer peer that can is noticed.",
            "*To* means that Sealgate made the message and the peer opened it, *from* the other way round."]
    for what in ("signature", "encryption", "payload", "compression"):
        columns = [(peer, way) for peer in PEERS for way in ("to peer", "from peer")
                   if any(cell["peer"] == peer and cell["direction"] == way for cells in table[what].values() for cell in cells)]
        text += ["", f"## {TITLES[what]}", "", NOTES[what], "",
                 "| | " + " | ".join(f"{way.split()[0]} {PEERS[peer]}" for peer, way in columns) + " |", "|---" * (len(columns) + 1) + "|"]
        for algorithm, cells in table[what].items():
            row = [outcome([cell for cell in cells if (cell["peer"], cell["direction"]) == column]) for column in columns]
            text.append(f"| {algorithm} | " + " | ".join(row) + " |")
    text += as2_section(json.loads(pathlib.Path(sys.argv[2]).read_text()))
    pathlib.Path(sys.argv[3]).write_text("\n".join(text) + "\n")
    print(f"wrote {sys.argv[3]}")


if __name__ == "__main__":
    sys.exit(main())
