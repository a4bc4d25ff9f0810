"""What docker-library/official-images says was published, and git."""

import collections
import re
import subprocess

CODENAMES = r"jessie|stretch|buster|bullseye|bookworm|trixie|wheezy|trusty|xenial|bionic|focal|jammy|noble|resolute"
RELEASE = re.compile(rf"(?<![a-z])({CODENAMES})(?![a-z])|(alpine\d+\.\d+)|(?<![a-z])(al2023|al2)(?!\d)")
VERSION = re.compile(r"^(\d+u\d+(?:-b\d+)?|\d+(?:[._]\d+)*)(?:-(.+))?$")
EARLY = re.compile(
    r"(^|[-_\d.])(rc|beta|alpha|backports|dev|ea|preview|nightly|snapshot|tip|next|experimental|unstable|kitten)[-.\d]*(-|$)"
    r"|\d[abm]\d"
)


def git(folder, *arguments, given=None):
    return subprocess.run(["git", "-C", folder, *arguments], input=given, capture_output=True, check=True).stdout


def read_all(folder, names):
    """The texts of `commit:path` names, by name, for those that there are."""
    output, texts, place = git(folder, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode()), {}, 0
    for name in names:
        end = output.index(b"\n", place)
        head = output[place:end].split()
        if head[-1] in (b"missing", b"ambiguous"):
            place = end + 1
            continue
        size = int(head[-1])
        if head[-2] == b"blob":
            texts[name] = output[end + 1 : end + 1 + size].decode(errors="replace")
        place = end + 2 + size
    return texts


def numbers(version):
    # `17_35` is older than `17.0.1_12`.
    before, _, build = version.partition("_")
    found = [int(number) for number in re.findall(r"\d+", before)]
    return tuple(found + [0] * (3 - len(found)) + [int(build)] if build else found)


def entries(text):
    """The entries of one file of official-images: each a dictionary of its fields, with what the head says for all."""
    common = {}
    for block in re.split(r"\n[ \t]*\n", re.sub(r"(?m)^#.*\n?", "", text).replace(",\n", ",")):
        fields = dict(re.findall(r"(?m)^([\w-]+):[ \t]*(.*)$", block))
        tags = [tag.strip() for key in ("Tags", "SharedTags") for tag in fields.get(key, "").split(",") if tag.strip()]
        if not tags:
            common.update(fields)
            continue
        yield {**common, **fields, "tags": tags}


class Repository:
    """Everything that was published under one name."""

    def __init__(self, name, official):
        self.name = name
        # By suffix and full version: the entry that was published last.
        self.published = collections.defaultdict(dict)
        self.names, self.today, self.bare, self.has_windows = {}, {}, {}, False
        log = git(official, "log", "--first-parent", "--reverse", "--format=%H", "--", f"library/{name}").decode().split()
        texts = read_all(official, [f"{commit}:library/{name}" for commit in log])
        for index, text in enumerate(texts.values()):
            is_last = index + 1 == len(texts)
            for entry in entries(text):
                self.add(entry, is_last)

    def add(self, entry, is_last):
        if "windows" in entry.get("Architectures", "") or "Constraints" in entry:
            self.has_windows = True
            return
        tags = [tag for tag in entry["tags"] if not EARLY.search(tag)]
        # A number of eight digits is a day.
        tags = [tag for tag in tags if self.name == "amazonlinux" or not re.search(r"(?<!\d)\d{8}", tag)]
        found = [(match[1], match[2] or "") for tag in tags if (match := VERSION.match(tag))]
        if not found:
            versions = []
        else:
            full = max((version for version, _ in found), key=lambda version: (len(numbers(version)), numbers(version)))
            entry["version"] = full
            versions = [(version, suffix) for version, suffix in found if version == full]
        for version, suffix in versions:
            self.published[suffix][version] = entry
        for tag in tags:
            if is_last:
                self.today[tag] = entry
            if not VERSION.match(tag):
                self.bare[tag] = entry
                # `lts` of `lts-alpine`: a name for a version.
                suffixes = {suffix for _, suffix in versions}
                head, _, rest = tag.partition("-")
                # `v3.7.11` says no more than `3.7.11`.
                if versions and rest in suffixes and tag not in suffixes and head != f"v{full}":
                    self.names[head] = full

    def lookup(self, tag):
        """The entry of a tag, as it was published last."""
        match = VERSION.match(tag)
        if not match:
            return self.bare.get(tag)
        wanted, suffix = numbers(match[1]), match[2] or ""
        fits = [v for v in self.published.get(suffix, {}) if numbers(v)[: len(wanted)] == wanted]
        return self.published[suffix][max(fits, key=numbers)] if fits else None


def release_named(text):
    """The release of a distribution that a text names, if it names one."""
    found = collections.Counter(next(filter(None, match)) for match in RELEASE.findall(text))
    return next(iter(found)) if len(found) == 1 else None
