"""The configuration of a test as YAML documents: what most gateways under test have in common, said once.

Every word can be overridden or added by keyword, and left out by None: send_port("Out", url, priority=2, filter=None).
"""
import json

FROM_IN = 'BTS.ReceivePortName == "In"'


def documents(*artifacts):
    """The text for `sealgate apply`. JSON is YAML."""
    said = [{key: value for key, value in artifact.items() if value is not None} for artifact in artifacts]
    return "".join(f"---\n{json.dumps(artifact, indent=1)}\n" for artifact in said)


def group(**words):
    return {"kind": "Group", "name": "Test", **words}


def host(**words):
    return {"kind": "Host", "name": "Default", **words}


def by_http(name="In by HTTP", path="/in", **words):
    return {"name": name, "host": "Default", "adapter": "HTTP", "settings": {"path": path}, "pipeline": "PassThruReceive", **words}


def by_file(folder, name="In by FILE", **words):
    """Takes *.dat out of the folder "in" below `folder`."""
    return {"name": name, "host": "Default", "adapter": "FILE", "pipeline": "PassThruReceive",
            "settings": {"folder": f"{folder}/in", "mask": "*.dat", "polling_interval": "100ms"}, **words}


def receive_port(*locations, name="In", **words):
    return {"kind": "ReceivePort", "name": name, "locations": list(locations), **words}


def send_port(name, url, **words):
    """By HTTP, for what came in at In; tried for ever."""
    return {"kind": "SendPort", "name": name, "host": "Default", "adapter": "HTTP", "settings": {"url": url},
            "pipeline": "PassThruTransmit", "filter": FROM_IN, "retry_count": 1000, "retry_interval": "100ms", **words}


def file_port(name, folder, **words):
    """A send port by FILE into `folder`; each message a file of its own."""
    return {**send_port(name, ""), "adapter": "FILE", "settings": {"folder": str(folder), "file_name": "%MessageID%.dat"}, **words}
