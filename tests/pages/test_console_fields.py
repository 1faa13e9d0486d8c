"""Each key that docs/artifacts.md tells has a field on the property pages of the console."""
import re

from support.program import ROOT

FORMS = ROOT / "console" / "src" / "pages" / "artifacts"
FILES_ONLY = {"xsd_file", "xslt_file"}  # beside a document of `apply`; the console reads the file itself


def documented():
    """The first cells of the tables that tell of documents, and of SFTP's settings, which stand on a page of their own."""
    text = (ROOT / "docs" / "artifacts.md").read_text().split("\n## Filters")[0] + (ROOT / "docs" / "sftp.md").read_text().split("\n## ")[0]
    cells = [cell.replace("*", "").replace("`", "") for cell in re.findall(r"^\| ([^|]+) \|", text, re.M)]
    return {key for cell in cells for key in re.split(r", | or ", cell.strip()) if re.fullmatch(r"[a-z][a-z0-9_]*", key)}


def fields():
    """The components of all paths that forms are made of, and the keys of what they write."""
    source = "\n".join(path.read_text() for path in sorted(FORMS.glob("*.ts*")))
    paths = re.findall(r"['`]([\w.${}]+)['`]", source)
    return {word for path in paths for word in path.split(".")} | set(re.findall(r"\b([a-z][a-z0-9_]*):", source))


def test_every_key_has_a_field():
    keys = documented()
    assert {"as2_from", "circuit_breaker", "listen", "response_security", "weak_algorithms"} <= keys
    assert keys - fields() == FILES_ONLY
