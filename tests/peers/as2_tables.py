"""The AS2 part of docs/interoperability.md, from what a run of tests/as2_peers recorded."""

GROUPS = {"layers": "What the message is", "cipher": "Encrypted with", "receipt": "Receipt asked for", "framing": "Framing",
          "size": "Size", "content": "Content"}
WAYS = {"from": "from", "to": "to"}


def outcome(cells):
    if not cells:
        return ""
    if not all(cell["passed"] for cell in cells):
        return "**✗**"
    refusals = sorted({cell["refusal"] for cell in cells if cell["refusal"]})
    if len(refusals) == 0:
        return "✓"
    worked = any(not cell["refusal"] for cell in cells)
    return ("✓, but " if worked else "– ") + f"({'; '.join(refusals)})"


def ordered(values):
    """As a person would list them: sizes by size, the rest as they came."""
    unit = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20}
    sizes = [value.split() for value in values]
    if all(len(words) == 2 and words[1] in unit for words in sizes):
        return sorted(values, key=lambda value: int(value.split()[0]) * unit[value.split()[1]])
    return values


def table(matrix, group, columns):
    """Rows for the values of one coordinate. What a product cannot do shows in one table only."""
    values = ordered(list(dict.fromkeys(cell[group] for cell in matrix["cells"] if cell.get(group))))
    titles = [f"{WAYS[way]} {matrix['products'][name]['title']}" for name, way in columns]
    lines = [f"| {GROUPS[group]} | " + " | ".join(titles) + " |", "|---" * (len(columns) + 1) + "|"]
    for value in values:
        row = []
        for name, way in columns:
            cells = [cell for cell in matrix["cells"] if (cell["peer"], cell["direction"], cell.get(group)) == (name, way, value)]
            cells = [cell for cell in cells if not cell["refusal"] or cell["what"] == group]
            row.append(outcome(cells))
        lines.append(f"| {value} | " + " | ".join(row) + " |")
    return lines


def forms(matrix):
    """Which form of the check matched in the products' receipts, where it was not always the exact one."""
    lines = []
    for name, product in matrix["products"].items():
        other = {}
        for cell in matrix["cells"]:
            if cell["peer"] == name and cell.get("form") not in (None, "", "exact"):
                other.setdefault(cell["form"], {})[cell["layers"]] = True
        for form, layers in other.items():
            lines.append(f"- {product['title']}: {form}, where the message is {'; '.join(layers)}")
    return lines


def as2_section(matrix):
    columns = [(name, way) for name in matrix["products"] for way in WAYS
               if any((cell["peer"], cell["direction"]) == (name, way) for cell in matrix["cells"])]
    passed = sum(cell["passed"] for cell in matrix["cells"])
    versions = ", ".join(f"{product['title']} {product['version']}" for product in matrix["products"].values())
    text = ["", "## AS2", "", f"{versions}. {passed} of {len(matrix['cells'])} cells as they should be.", "",
            "Each cell is an exchange between a gateway and the running product, with nothing set but what was agreed on and the product's",
            "preset ([as2.md](as2.md#presets)): *from*, the product sent, the document arrived once, byte by byte and under its name, and the",
            "product was content with our receipt; *to*, we sent, the product has the document, and its receipt counted. A ✓ stands for all",
            "cells with that value, each of which has values of the other tables: `make peers` tries a selection with every pair of values that",
            "go together (for phase2, which is like as2-lib, every value), `make soak` all combinations."]
    for group in GROUPS:
        text += ["", *table(matrix, group, columns)]
    text += ["", "What products have no word for, so that nothing can be tried:", ""]
    text += [f"- {product['title']}: {what} ({why})" for product in matrix["products"].values()
             for what, why in product["lacks"].items()]
    other = forms(matrix)
    if other:
        text += ["", "Checks in products' receipts that are not over what RFC 4130 says, and count by the preset:", "", *other]
    return text
