"""Writes none.txt: the packages that bring no recommended package along.

    python3 server/knowledge/recommends/refresh.py LISTS FOLDER...

LISTS is a folder of apt's lists with the releases of Debian and Ubuntu that are supported, as an `apt-get update` with
`-o Dir::State=` and a sources.list of its own leaves it. The folders have Dockerfiles of public repositories: the packages
that these install are looked up, and no other. Only facts are taken.

A package counts in a release where neither it nor anything that comes along with it recommends a package that is not there:
in a fresh image, which has what is required, and apt. The first of several alternatives is taken, as apt does. Where apt
would have to choose among packages that provide the same, it does not count. A name stands alone where it counts in every
release that has it; otherwise the codenames of those where it counts stand behind it.
"""

import pathlib
import re
import subprocess
import sys

INSTALL = re.compile(r"\bapt(?:-get)?\b[^\n;&|]*?\binstall\b([^\n;&|]*)")
NAME = re.compile(r"[a-z0-9][a-z0-9.+-]+")


def paragraphs(path):
    text = subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", path], capture_output=True, check=True).stdout.decode()
    for paragraph in text.split("\n\n"):
        fields = (line.split(": ", 1) for line in paragraph.split("\n") if line[:1] != " " and ": " in line)
        fields = dict(fields)
        if "Package" in fields:
            yield fields


def relations(field):
    """`a (>= 1) | b, c:any` as [[a, b], [c]]."""
    names = [[re.split(r"[\s(\[:]", name.strip())[0] for name in group.split("|")] for group in (field or "").split(",")]
    return [group for group in names if group[0]]


class Release:
    def __init__(self, paths):
        self.packages, self.providers = {}, {}
        for fields in (fields for path in paths for fields in paragraphs(path)):
            name = fields["Package"]
            self.packages.setdefault(name, fields)
            for provided in relations(fields.get("Provides")):
                self.providers.setdefault(provided[0], set()).add(name)
        required = [name for name, fields in self.packages.items() if fields.get("Priority") == "required"]
        self.base = set()
        for name in [*required, "apt"]:
            self.install(name, self.base)

    def is_there(self, names, installed):
        return any(name in installed or self.providers.get(name, set()) & installed for name in names)

    def install(self, name, installed):
        """Adds a package and what it depends on; False where apt would have to choose."""
        waiting, is_clear = [name], True
        while waiting:
            name = waiting.pop()
            if name in installed:
                continue
            installed.add(name)
            fields = self.packages[name]
            for names in relations(fields.get("Pre-Depends")) + relations(fields.get("Depends")):
                if self.is_there(names, installed):
                    continue
                found = next((name for name in names if name in self.packages or name in self.providers), None)
                if found in self.packages:
                    waiting.append(found)
                elif found:
                    is_clear &= len(self.providers[found]) == 1
                    waiting.append(min(self.providers[found]))
        return is_clear

    def brings_none(self, name):
        installed = set(self.base)
        if not self.install(name, installed):
            return False
        recommended = [
            [name for name in names if name in self.packages or name in self.providers]
            for package in installed - self.base
            for names in relations(self.packages[package].get("Recommends"))
        ]
        return all(not names or self.is_there(names, installed) for names in recommended)


def named(folders):
    """The packages that the Dockerfiles of these folders install."""
    names = set()
    for path in (path for folder in folders for path in pathlib.Path(folder).rglob("*") if path.is_file()):
        if "dockerfile" not in path.name.lower() and "containerfile" not in path.name.lower():
            continue
        text = re.sub(r"\\\r?\n(\s*#.*\n)*", " ", path.read_text(errors="ignore"))
        for words in INSTALL.findall(text):
            words = (word.strip("\"'").split("=")[0] for word in words.split())
            names.update(word for word in words if NAME.fullmatch(word))
    return names


def main():
    lists, *folders = sys.argv[1:]
    paths = {}
    for path in sorted(pathlib.Path(lists).glob("*_binary-amd64_Packages*")):
        paths.setdefault(re.search(r"_(\w+)_dists_([a-z]+)", path.name).groups(), []).append(path)
    releases = {name: Release(files) for name, files in paths.items()}
    dates = "".join(path.read_text() for path in pathlib.Path(lists).glob("*Release"))
    dates = subprocess.run(["date", "-u", "-f", "-", "+%F"], input="\n".join(re.findall("^Date: (.*)$", dates, re.M)),
                           capture_output=True, text=True, check=True).stdout.split()  # fmt: skip
    found = []
    for name in sorted(named(folders)):
        having = [key for key, release in releases.items() if name in release.packages]
        counting = [key[1] for key in having if releases[key].brings_none(name)]
        if counting:
            found.append(" ".join([name, *(sorted(counting) if len(counting) < len(having) else [])]))
    lines = [
        "# Written by refresh.py. Source: the package lists of " + ", ".join(sorted(map(" ".join, releases))) + ",",
        f"# the newest of {max(dates)}. Facts only.",
        *found,
    ]
    (pathlib.Path(__file__).resolve().parent / "none.txt").write_text("\n".join(lines) + "\n")


main()
