#!/usr/bin/python3
"""Writes the pages of docs/reference that come from the source: api.md from src/api/openapi.yaml, settings.md from the tables of
docs/ held against the keys that src/artifacts reads. With --check only says whether they are what they should be.

Fails on a key that is read and stands in no table, and on one of docs/artifacts.md that nobody reads. docs/reference/cli.md is
written by the program: sealgate man --markdown.
"""
import json
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
METHODS = ("get", "post", "put", "patch", "delete")


# -- the API ----------------------------------------------------------------------------------------------------------------

API_HEAD = """# Reference of the API

Every operation of `/api/v1`, by what it is about. [api.md](../api.md) tells how it is used, [errors.md](../errors.md) lists the codes of
problems. This page is written by `tools/reference_pages.py` from [openapi.yaml](../../src/api/openapi.yaml), by which the server itself works.

In the examples `$api` is `https://127.0.0.1:8443/api/v1`, `$ca` is `--cacert /var/lib/sealgate/api/tls.pem` and `$auth` is
`Authorization: Bearer` with a token.
"""
# What every operation can answer with stands once.
COMMON = {"400", "401", "403", "406", "413", "415", "429", "500", "503"}


class Description:
    def __init__(self):
        self.document = yaml.safe_load((ROOT / "src" / "api" / "openapi.yaml").read_text())

    def resolve(self, thing):
        while isinstance(thing, dict) and "$ref" in thing:
            at = self.document
            for step in thing["$ref"].removeprefix("#/").split("/"):
                at = at[step]
            thing = at
        return thing

    def operations(self):
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield path, method, item[method], item.get("parameters", []) + item[method].get("parameters", [])


def cell(text):
    return re.sub(r"\s+", " ", str(text)).strip().replace("|", "\\|").replace("<", "&lt;")


def code(text):
    """In a table a bar needs its backslash even within code."""
    return "`" + str(text).replace("|", "\\|") + "`"


def type_of(schema):
    """A few words on a schema, with a link to the named ones."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "const" in schema:
        return code(schema["const"])
    if "enum" in schema:
        return ", ".join(code(value) for value in schema["enum"])
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        kind = " or ".join(kind)
    if kind == "array":
        return "list of " + type_of(schema.get("items", {}))
    if kind == "object" and schema.get("properties"):
        return "object: " + ", ".join(code(name) for name in schema["properties"])
    return kind + (f" ({schema['format']})" if "format" in schema else "")


def bounds_of(schema):
    words = []
    for key, text in (("default", "without it {}"), ("minimum", "at least {}"), ("maximum", "at most {}"),
                      ("minLength", "at least {} characters"), ("maxLength", "at most {} characters"), ("maxItems", "at most {} items")):
        if key in schema:
            value = schema[key]
            words.append(text.format(code(json.dumps(value)) if key == "default" else value))
    return ", ".join(words)


def field_rows(schema):
    required = set(schema.get("required", []))
    for name, field in schema.get("properties", {}).items():
        meaning = "; ".join(part for part in (cell(field.get("description", "")), bounds_of(field)) if part)
        yield f"| {'*' + name + '*' if name in required else name} | {type_of(field)} | {meaning} |\n"


def example(path, method, operation, parameters, description):
    shown = path
    for parameter in parameters:
        if parameter["in"] == "path":
            values = description.resolve(parameter["schema"]).get("enum")
            sample = {"name": "Orders", "id": "0190163d-8694-739b-aea5-966c26f8ad91", "kind": "send-ports"}
            shown = shown.replace("{" + parameter["name"] + "}", sample.get(parameter["name"], (values or ["X"])[0]))
    words = ["curl $ca", '-H "$auth"']
    if operation.get("x-permission") == "none":
        words.pop()
    if method != "get":
        words.append(f"-X {method.upper()}")
    if any(parameter["name"] == "If-Match" for parameter in parameters) and method in ("put", "delete"):
        words.append("-H 'If-Match: \"…\"'")
    body = operation.get("requestBody", {}).get("content", {})
    if body:
        kind = next(iter(body))
        if kind == "multipart/form-data":
            words.append("-F file=@FILE")
        else:
            words += [f"-H 'Content-Type: {kind}'", "--data-binary @FILE"]
    query = [parameter for parameter in parameters if parameter["in"] == "query" and parameter.get("required")]
    shown += "?" + "&".join(f"{parameter['name']}=…" for parameter in query) if query else ""
    produced = [kind for status, answer in operation["responses"].items() if str(status).startswith("2")
                for kind in description.resolve(answer).get("content", {})]
    if produced and not any(kind in produced[0] for kind in ("json", "yaml", "event", "text")):
        words.append("-OJ")
    return " ".join(words) + f' "$api{shown}"'


def permission_of(operation):
    wanted = operation["x-permission"]
    return " or ".join(code(one) for one in (wanted if isinstance(wanted, list) else [wanted]))


def operation_section(path, method, operation, parameters, description):
    parameters = [description.resolve(parameter) for parameter in parameters]
    text = f"\n### {method.upper()} {path}\n\n{operation['summary']}.\n"
    if operation.get("description"):
        text += "\n" + operation["description"].strip() + "\n"
    facts = [f"Permission {permission_of(operation)}"]
    audit = operation.get("x-audit")
    if audit and audit != "by-itself":
        facts.append(f"recorded as {code(audit)}")
    if "x-max-body" in operation:
        facts.append(f"bodies up to {operation['x-max-body']} bytes")
    text += "\n" + "; ".join(facts) + f". Operation {code(operation['operationId'])}.\n"
    if parameters:
        text += "\n| Parameter | In | Type | |\n|---|---|---|---|\n"
        for parameter in parameters:
            schema = parameter.get("schema", {})
            name = f"*{parameter['name']}*" if parameter.get("required") else parameter["name"]
            meaning = "; ".join(part for part in (cell(parameter.get("description", "")), bounds_of(description.resolve(schema))) if part)
            text += f"| {name} | {parameter['in']} | {type_of(schema)} | {meaning} |\n"
    bodies = operation.get("requestBody", {}).get("content", {})
    if bodies:
        text += "\nBody: " + "; ".join(f"{code(kind)} {type_of(body.get('schema', {}))}" for kind, body in bodies.items()) + ".\n"
    text += "\n| Status | |\n|---|---|\n"
    for status, answer in operation["responses"].items():
        if str(status) in COMMON:
            continue
        answer = description.resolve(answer)
        shapes = "; ".join(f"{code(kind)} {type_of(body.get('schema', {}))}" for kind, body in answer.get("content", {}).items())
        text += f"| {status} | {cell(answer['description'])}{': ' + shapes if shapes else ''} |\n"
    return text + f"\n```\n{example(path, method, operation, parameters, description)}\n```\n"


def api_page():
    description = Description()
    text = API_HEAD
    by_tag = {}
    for path, method, operation, parameters in description.operations():
        by_tag.setdefault(operation["tags"][0], []).append((path, method, operation, parameters))
    text += "\n| | Operation | Permission | |\n|---|---|---|---|\n"
    for tag, operations in by_tag.items():
        for path, method, operation, _ in operations:
            anchor = re.sub(r"[^a-z0-9 _-]", "", f"{method} {path}".lower()).replace(" ", "-")
            text += f"| {tag} | [{method.upper()} {path}](#{anchor}) | {permission_of(operation)} | {cell(operation['summary'])} |\n"
    text += "\n## Statuses that every operation may answer with\n\n| Status | |\n|---|---|\n"
    seen = {}
    for _, _, operation, _ in description.operations():
        for status, answer in operation["responses"].items():
            if str(status) in COMMON:
                seen.setdefault(str(status), description.resolve(answer)["description"])
    for status in sorted(seen):
        text += f"| {status} | {cell(seen[status])} |\n"
    words = {tag["name"]: tag["description"] for tag in description.document["tags"]}
    for tag, operations in by_tag.items():
        text += f"\n## Operations: {tag}\n\n{words.get(tag, tag)}.\n"
        for path, method, operation, parameters in operations:
            text += operation_section(path, method, operation, parameters, description)
    text += "\n## Schemas\n\nFields in *italics* are always there, or must be.\n"
    for name, schema in description.document["components"]["schemas"].items():
        text += f"\n### {name}\n\n"
        if schema.get("description"):
            text += cell(schema["description"]) + ".\n\n"
        if schema.get("properties"):
            text += "| Field | Type | |\n|---|---|---|\n" + "".join(field_rows(schema))
        else:
            text += type_of(schema) + (f"; {bounds_of(schema)}" if bounds_of(schema) else "") + ".\n"
    return text


# -- settings ---------------------------------------------------------------------------------------------------------------

SETTINGS_HEAD = """# Reference of the settings

Every key of the [artifacts](../artifacts.md) in alphabetical order, with the section that tells its place. Settings of a process are
options: [cli.md](cli.md#sealgate-serve). This page is written by `tools/reference_pages.py` from the tables of docs/; it also makes sure
that every key which the program reads stands in one of them.
"""
PAGES = ["artifacts.md", "as2.md", "message-flow.md", "certificates.md", "credentials.md", "file-adapter.md", "http-receive.md",
         "sftp.md", "soap.md", "smime.md", "transports.md", "evidence.md", "tracking.md"]
# A call that reads a key: of Fields, of a helper that is given them, or of the lists of components.
READ = re.compile(r'(?:fields|nested|settings|inner|more|part)\.\w+\(\s*"([a-z][a-z0-9_]*)"|\b(?:read|take|visit)\w*\(\s*(?:fields,\s*)?"([a-z][a-z0-9_]*)"')


def keys_read():
    found = {}
    for source in sorted((ROOT / "src" / "artifacts").glob("*")):
        if source.suffix not in (".cpp", ".h") or source.name.startswith("write_"):
            continue
        for groups in READ.findall(source.read_text()):
            found.setdefault(groups[0] or groups[1], source.name)
    return found


def anchor_of(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def table_rows():
    """(key, default, meaning, page, heading) of every table of settings."""
    for page in PAGES:
        heading, columns = "", None
        path = ROOT / "docs" / page
        for line in path.read_text().splitlines() if path.exists() else []:
            if line.startswith("#"):
                heading, columns = line.lstrip("#").strip(), None
            if line.startswith("|---"):
                continue
            if not line.startswith("| "):
                columns = None
                continue
            cells = [part.strip() for part in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            if columns is None:
                columns = cells
            elif columns[0] in ("Key", "Setting", "Field"):
                for key in re.findall(r"[a-z][a-z0-9_]*", re.sub(r"[`*]|\(.*?\)", "", cells[0])):
                    default = cells[columns.index("Default")] if "Default" in columns else ""
                    yield key, default, cells[-1], page, heading


def settings_page(faults):
    rows = sorted(set(table_rows()))
    documented = {row[0] for row in rows}
    # Some stand in the running text.
    text = "\n".join((ROOT / "docs" / page).read_text() for page in PAGES if (ROOT / "docs" / page).exists())
    mentioned = set(re.findall(r"[a-z][a-z0-9_]+", text))
    read = keys_read()
    for key, source in sorted(read.items()):
        if key not in documented and key not in mentioned:
            faults.append(f"src/artifacts/{source}: '{key}' is read and stands nowhere in docs/")
    page = SETTINGS_HEAD + "\n| Key | Default | Of | Meaning |\n|---|---|---|---|\n"
    for key, default, meaning, source, heading in rows:
        if key not in read:
            continue
        # Links of the other page lead from here one folder up.
        def link(match, source=source):
            target = match.group(2)
            if "://" in target:
                return match.group(0)
            return f"[{match.group(1)}](../{source if target.startswith('#') else ''}{target})"
        words = re.sub(r"\[([^\]]*)\]\(([^)]+)\)", link, meaning)
        plain = re.sub(r"\[([^\]]*)\]\([^)]+\)", r"\1", default)
        page += f"| {key} | {plain} | [{heading}](../{source}#{anchor_of(heading)}) | {words} |\n"
    return page


def main():
    faults = []
    pages = {"api.md": api_page(), "settings.md": settings_page(faults)}
    for fault in faults:
        print(fault, file=sys.stderr)
    stale = False
    for name, text in pages.items():
        path = REFERENCE / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text() != text:
                print(f"docs/reference/{name} is not what its source says; run tools/reference_pages.py", file=sys.stderr)
                stale = True
        else:
            path.write_text(text)
    return 1 if faults or stale else 0


if __name__ == "__main__":
    sys.exit(main())
