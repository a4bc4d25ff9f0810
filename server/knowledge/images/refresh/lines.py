"""The lines of the table."""

import collections
import re

from published import EARLY, RELEASE, VERSION, git, numbers, release_named

# Distributions: their tags are their own releases.
DISTRIBUTIONS = {
    "alpine", "debian", "ubuntu", "almalinux", "amazonlinux", "fedora", "oraclelinux", "rockylinux", "busybox",
}  # fmt: skip
# Repositories with more combinations than are worth their room: the variants of today alone.
ONLY_TODAY = {"openjdk", "maven", "gradle", "tomcat"}


def all_facts(repository, facts):
    """The facts that hold in every variant, each with the version since which it does."""
    by_version = collections.defaultdict(list)
    for versions in repository.published.values():
        for version, entry in versions.items():
            by_version[version].append(facts.of(entry)[1])
    versions = sorted((v for v in by_version if any(by_version[v])), key=numbers)
    if not versions:
        return
    # A variant whose Dockerfile is not there says nothing of the others.
    in_version = {v: [found for found in by_version[v] if found is not None] for v in versions}
    keys = sorted({key for found in in_version[versions[-1]] for key in found} - {"env PATH"})
    for key in keys:
        newest = {found.get(key) for found in in_version[versions[-1]]}
        for want in ["same", "named"]:
            is_value = want == "same" and len(newest) == 1 and "?" not in newest
            if want == "same" and not is_value:
                continue
            if want == "named" and not key.startswith("env "):
                break
            (value,) = newest if is_value else (None,)
            holds = lambda found: found.get(key) == value if is_value else key in found
            since = None
            for version in reversed(versions):
                if not all(map(holds, in_version[version])):
                    break
                since = version
            share = versions.index(since) / len(versions) if since else 1
            # A value that the newest releases alone have is not worth a line; the name may be.
            if since and (want == "named" or share < 0.5 and is_short(key, value)):
                yield key, value, since if share else None
                break


def is_short(key, value):
    if value is None or len(value) > 60:
        return False
    # A version or a checksum is no fact about all of them.
    return not key.startswith("env ") or "$" not in value and (value.startswith("/") or not re.search(r"\d\.|\w{20}", value))


def tag_lines(repository, facts):
    """For each suffix the versions that have it, with what they are built on, where that changes."""
    suffixes = {match[2] or "" for tag in repository.today if (match := VERSION.match(tag))}
    versions = {v for s, found in repository.published.items() for v in found if s in suffixes or not release_in(s)}
    for suffix, found in sorted(repository.published.items()):
        if repository.name in ONLY_TODAY and release_in(suffix) and RELEASE.search(suffix.replace("-3.", "3.")):
            continue
        if suffix not in suffixes and (repository.name in ONLY_TODAY or release_in(suffix) or len(found) < 12):
            continue
        runs, before = [], "-"
        for version in sorted(versions, key=numbers):
            now = "-" if version not in found else release_of(repository, suffix, found[version], facts)
            if now != before:
                runs += [version, now]
                before = now
        if runs:
            yield f"tags {suffix or '.'} {' '.join(runs)}"
    # Tags without a version.
    for tag, entry in sorted(repository.today.items()):
        head, _, rest = tag.partition("-")
        is_named = head in repository.names and (rest in suffixes)
        if not EARLY.search(tag) and not VERSION.match(tag) and not is_named and not re.search(r"\d{8}", tag):
            suffix = next((s for s in suffixes if s == tag), None)
            if suffix is None and tag != "latest":
                yield f"tag {tag} {release_of(repository, tag, entry, facts)}"


def release_of(repository, suffix, entry, facts):
    """What an entry is built on: a release, and after a plus sign the part of buildpack-deps it has; `?` if not known."""
    if repository.name in DISTRIBUTIONS:
        return "+"
    release = facts.of(entry)[0] or release_named(suffix) or "?"
    if repository.name == "buildpack-deps" and release != "?":
        holds = re.search(r"(scm|curl)$", suffix)
        return release.partition("+")[0] + "+" + (holds[1] if holds else "full")
    return release


def release_in(suffix):
    return RELEASE.search(suffix) or re.search(r"\d", suffix)


def cycles(folder, product):
    """Name, first day, last day and last day of long-term support of each release cycle; `-` for no day."""
    text = git(folder, "show", f"HEAD:products/{product}.md").decode()
    title = re.search(r"(?m)^title: *(.*)$", text)[1].strip("\"'")
    found = []
    for block in re.split(r"(?m)^\s*- releaseCycle:", text)[1:]:
        block = "releaseCycle:" + block
        field = lambda name: (re.search(rf"(?m)^\s*{name}: *[\"']?([^\"'#\n]*)", block) or ["", ""])[1].strip()
        day = lambda name: field(name) if re.match(r"\d{4}-\d\d-\d\d$", field(name)) else "-"
        codename = field("codename").lower().split(" ")[0] or "-"
        if day("eol") != "-" and max(day("eol"), day("eoes")) < "2010":
            continue
        found.append((field("releaseCycle"), codename, day("releaseDate"), day("eol"), day("eoes")))
    return title, found
