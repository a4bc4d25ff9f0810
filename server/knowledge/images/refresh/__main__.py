"""Writes official.txt: what the public sources say of the official images of Docker Hub and of the distributions.

    python3 server/knowledge/images/refresh OWNER/NAME=FOLDER...

Each argument names a public repository and a checkout of it with its history. Needed: docker-library/official-images
(Apache-2.0: the tags and where their Dockerfiles are) and endoflife-date/endoflife.date (MIT: dates). Every other one that
official-images names under "GitRepo" gives the Dockerfiles: what those say of a base, of variables, of the folder and so on
is read from them; without a checkout it stays unknown. Only facts are taken, no text.

For each tag that ever was, what counts is how it was published last. Betas, candidates and tags for Windows are left out.
"""

import pathlib
import sys

from dockerfiles import Facts
from lines import all_facts, cycles, tag_lines
from published import Repository, git, numbers

# The repositories whose tags are written down, each with its page of endoflife.date. Where an old release is not a danger by
# itself, or where nobody says how long one is supported, there is no page.
REPOSITORIES = {
    "alpine": "alpine-linux", "debian": "debian", "ubuntu": "ubuntu", "buildpack-deps": None,
    "node": "nodejs", "python": "python", "golang": "go", "php": "php", "ruby": "ruby", "rust": None,
    "eclipse-temurin": "eclipse-temurin", "amazoncorretto": "amazon-corretto", "openjdk": None,
    "maven": None, "gradle": None, "composer": None, "docker": None, "bash": None, "gcc": None, "perl": "perl",
    "nginx": "nginx", "httpd": None, "caddy": None, "haproxy": "haproxy", "memcached": None, "rabbitmq": "rabbitmq",
    "redis": "redis", "postgres": "postgresql", "mysql": "mysql", "mariadb": "mariadb", "mongo": "mongodb",
    "elixir": "elixir", "erlang": "erlang", "swift": None, "dart": None, "tomcat": "tomcat", "pypy": None,
    "archlinux": None, "traefik": "traefik", "busybox": None, "julia": "julia", "almalinux": "almalinux", "amazonlinux": "amazon-linux",
    "fedora": "fedora", "oraclelinux": "oracle-linux", "rockylinux": "rocky-linux",
}  # fmt: skip
# What is no official image any more, or never was: the dates alone, for others.txt to point to.
OTHERS = {"centos": "centos", "rhel": "rhel", "opensuse": "opensuse", "dotnet": "dotnet"}


def main():
    checkouts = {name.lower(): folder for name, _, folder in (argument.partition("=") for argument in sys.argv[1:])}
    official, dates = checkouts["docker-library/official-images"], checkouts["endoflife-date/endoflife.date"]
    repositories = {name: Repository(name, official) for name in REPOSITORIES}
    facts = Facts(checkouts, repositories)
    day = min(git(folder, "log", "-1", "--format=%cs").decode().strip() for folder in (official, dates))
    lines = [
        "# Written by the script in refresh; the format is explained in table.rs. Sources, as they were on the date below:",
        "# docker-library/official-images (Apache-2.0), endoflife-date/endoflife.date (MIT), and the Dockerfiles that the",
        "# first one names. Facts only.",
        f"date {day}",
    ]
    listed = git(official, "ls-tree", "--name-only", "HEAD:library").decode().split()
    past = git(official, "log", "--diff-filter=A", "--format=", "--name-only", "--", "library/").decode().split()
    past = {path.removeprefix("library/") for path in past if path.count("/") == 1}
    today = {name for name in listed if "\nTags:" in git(official, "show", f"HEAD:library/{name}").decode()} | {"scratch"}
    lines.append("official " + " ".join(sorted(today)))
    lines.append("past " + " ".join(sorted(name for name in past - today if name.islower())))
    for name, product in sorted({**REPOSITORIES, **OTHERS}.items()):
        lines.append(f"repository {name}")
        if product:
            title, found = cycles(dates, product)
            lines.append(f"product {title}")
            lines += [f"cycle {' '.join(cycle)}" for cycle in found]
        if name not in repositories:
            continue
        repository = repositories[name]
        if repository.has_windows:
            lines.append("windows")
        every = {version for versions in repository.published.values() for version in versions}
        if every:
            lines.append(f"newest {max(every, key=numbers)}")
        for key, value, since in all_facts(repository, facts):
            lines.append(f"fact {since or '-'} {key}{' ' + value if value is not None else ''}")
        for alias, version in sorted(repository.names.items()):
            lines.append(f"name {alias} {version}")
        lines += tag_lines(repository, facts)
    target = pathlib.Path(__file__).resolve().parent.parent / "official.txt"
    target.write_text("\n".join(lines) + "\n")


main()
