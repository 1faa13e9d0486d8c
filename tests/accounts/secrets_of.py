"""The bytes by which a private key would be recognised, wherever they turned up."""
import re

from support.program import must, run


def number(text):
    return bytes.fromhex(re.sub(r"[\s:]", "", text)).lstrip(b"\0")


def secrets_of(identity):
    """{name: bytes} of an RSA key: its encodings and its numbers, in both byte orders."""
    der = must(run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in", identity.key])).stdout
    traditional = must(run(["openssl", "rsa", "-traditional", "-outform", "DER", "-in", identity.key])).stdout
    pem = must(run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", identity.key])).stdout.splitlines()
    text = must(run(["openssl", "rsa", "-text", "-noout", "-in", identity.key])).stdout.decode()
    found = {"PKCS#8": der[40:], "PKCS#1": traditional[20:], "PEM": pem[len(pem) // 2]}
    for name in ("privateExponent", "prime1", "prime2", "exponent1", "exponent2", "coefficient"):
        value = number(re.search(rf"{name}:\n((?:\s+[0-9a-f:]+\n)+)", text).group(1))
        found[name], found[f"{name}, little endian"] = value, value[::-1]
    # Half a number would give all of it away.
    return {name: value[len(value) // 4: len(value) // 4 + 48] for name, value in found.items()}


def shown_in(content, secrets):
    return sorted(name for name, value in secrets.items() if value in content)


def memory_of(process):
    """Everything that a full core dump would hold, and more: what the process can read. Piece by piece."""
    with open(f"/proc/{process}/maps", encoding="ascii") as maps, open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            begin, end = (int(part, 16) for part in place.split("-"))
            if "r" not in rights or "[v" in line:
                continue
            memory.seek(begin)
            try:
                yield memory.read(end - begin)
            except OSError:
                continue  # a mapping past the end of its file


def shown_in_memory(process, secrets):
    return sorted({name for piece in memory_of(process) for name in shown_in(piece, secrets)})
