"""Each command line that a page shows is one that the program takes: the command is there, and every option of it."""
import functools
import re
import subprocess

import pytest

from support.program import ROOT, Program, run

PAGES = sorted(ROOT / name for name in subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True,
                                                      check=True).stdout.split())
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.M | re.S)
LINE = re.compile(r"(?:^|[\s;&|(])sealgate +([a-z][^\n]*)")
SPAN = re.compile(r"`sealgate ([a-z][^`]*)`")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")


def lines_of(page):
    """What stands behind `sealgate` in code of the page, comments taken off."""
    text = page.read_text().replace("\\\n", " ")
    found = [line for language, block in BLOCK.findall(text) if language in ("", "sh") for line in LINE.findall(block)]
    found += [" ".join(line.split()) for line in SPAN.findall(BLOCK.sub("", text))]
    return [re.split(r"\s#|\s(?:>|\||&&|;)\s|;$", line)[0].strip() for line in found]


@functools.cache
def help_of(words):
    """The help of this command; nothing when there is none. A family's help lists its members and takes no argument."""
    done = Program.find()(*words, "--help")
    return done.stdout.decode() if done.returncode == 0 else None


def commands(line):
    """The commands that a line stands for, as words: `user list|add NAME` is two."""
    words = [()]
    for word in re.sub(r"[\[\]…]", " ", line).split():
        if not re.fullmatch(r"[a-z][a-z0-9-]*(\|[a-z][a-z0-9-]*)*", word) or len(words[0]) == 3:
            break
        longer = [(*before, one) for before in words for one in word.split("|")]
        if not all(before and is_family(before) or not before for before in words):
            break
        words = longer
    return words


@functools.cache
def is_family(words):
    text = help_of(words)
    return text is not None and re.search(r"^(Commands|Subcommands):", text, re.M) is not None


def faults_of(line):
    known = ""
    for words in commands(line):
        text = help_of(words)
        if not words or text is None:
            return [f"sealgate {line}: there is no command '{' '.join(words) or line}'"]
        known += text
    return [f"sealgate {line}: there is no option {option}" for option in OPTION.findall(line)
            if option != "--help" and not re.search(rf"(?<![\w-]){option}(?![\w-])", known)]


@pytest.mark.parametrize("page", [page for page in PAGES if lines_of(page)], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_line_of_a_page_parses(page):
    assert not [fault for line in lines_of(page) for fault in faults_of(line)]


@pytest.mark.parametrize("words", [["check_links.py"], ["error_page.py", "--check"], ["reference_pages.py", "--check"]])
def test_links_lead_somewhere_and_generated_pages_are_current(words):
    done = run(["/usr/bin/python3", ROOT / "tools" / words[0], *words[1:]])
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_wrong_is_found():
    assert sum(len(lines_of(page)) for page in PAGES) > 200
    assert faults_of("cert list --store OtherPeople") == []
    assert faults_of("cert list --shop OtherPeople") and faults_of("cert lost") and faults_of("carry on")


def test_every_page_of_ours_can_be_found():
    """From the table of contents, and from there on: nobody reads a page that nothing leads to."""
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached or not page.is_file():
            continue
        reached.add(page)
        if page.suffix == ".md":
            links = re.findall(r"\]\(([^)#\s]+)", page.read_text())
            todo += [(page.parent / link).resolve() for link in links if ":" not in link]
    lost = [str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md") if page not in reached]
    assert not lost, f"no page leads to {lost}"
