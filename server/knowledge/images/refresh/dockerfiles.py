"""What the Dockerfiles of images say, with those they are built on."""

import collections
import re

from published import read_all, release_named


def instructions(text):
    """The keyword and the rest of every instruction outside RUN, roughly."""
    text = re.sub(r"(?m)^[ \t]*#.*\n", "", text)
    text = re.sub(r"\\[ \t]*\r?\n", " ", text)
    for keyword, rest in re.findall(r"(?m)^(FROM|ENV|ARG|USER|WORKDIR|ENTRYPOINT|CMD|STOPSIGNAL)[ \t]+(.*?)[ \t]*\r?$", text):
        yield keyword, rest


def pairs(rest):
    """What an ENV sets."""
    if not re.match(r"[\w.]+=", rest):
        name, _, value = rest.partition(" ")
        return [(name, value.strip().strip('"'))]
    return [(name, a or b or c) for name, a, b, c in re.findall(r"""([\w.]+)=(?:"([^"]*)"|'([^']*)'|(\S*))""", rest)]


class Facts:
    """What the Dockerfile of an entry says, and those of the images it is built on."""

    def __init__(self, checkouts, repositories):
        self.checkouts, self.repositories, self.texts, self.known = checkouts, repositories, {}, {}
        wanted = collections.defaultdict(set)
        for repository in repositories.values():
            for versions in repository.published.values():
                for entry in versions.values():
                    wanted[self.folder(entry)].add(self.path(entry))
                    wanted[self.folder(entry)].add(self.path(entry).replace(entry.get("GitCommit", "-"), "HEAD"))
            for entry in repository.bare.values():
                wanted[self.folder(entry)].add(self.path(entry))
        for folder, paths in wanted.items():
            if folder:
                texts = read_all(folder, sorted(paths))
                # The newest of a checkout is told apart by the path alone, as it is asked for.
                self.texts.update({self.key(folder, path): text for path, text in texts.items()})

    def key(self, folder, path):
        return f"{folder}:{path}" if path.startswith("HEAD:") else path

    def folder(self, entry):
        name = "/".join(entry.get("GitRepo", "").removesuffix(".git").split("/")[-2:])
        return self.checkouts.get(name.lower())

    def path(self, entry):
        directory = entry.get("amd64-Directory", entry.get("Directory", "")).strip("/")
        file = entry.get("amd64-File", entry.get("File", "Dockerfile"))
        commit = entry.get("amd64-GitCommit", entry.get("GitCommit", ""))
        return f"{commit}:{directory}/{file}" if directory not in ("", ".") else f"{commit}:{file}"

    def of(self, entry, depth=0):
        """The release and the facts; None for what is not known."""
        path = self.path(entry)
        if path not in self.known:
            self.known[path] = self.read(entry, self.texts.get(path), depth)
            newest = self.texts.get(f"{self.folder(entry)}:HEAD:{path.partition(':')[2]}")
            if path not in self.texts and newest is not None:
                # The checkout is older than the tag: what it has of the same Dockerfile, if that has the same base.
                named, found = self.known[path][0], self.read(entry, newest, depth)
                if named is None or found[0] and found[0].partition("+")[0] == named:
                    self.known[path] = found
        return self.known[path]

    def read(self, entry, text, depth):
        if text is None or depth > 6:
            return release_named(" ".join(entry["tags"])), None
        arguments, stages, facts, release = {}, {}, None, None
        for keyword, rest in instructions(text):
            if keyword == "FROM":
                words = [word for word in rest.split() if not word.startswith("--")]
                base = re.sub(r"\$\{?(\w+)\}?", lambda match: arguments.get(match[1], "?"), words[0])
                release, facts = stages.get(base.lower()) or self.base(base, depth)
                facts = dict(facts) if facts is not None else None
                name = words[2].lower() if len(words) > 2 else None
            elif keyword == "ARG":
                for key, value in pairs(rest):
                    arguments[key] = value
            elif facts is not None and keyword == "ENV":
                facts.update({f"env {key}": value for key, value in pairs(rest)})
            elif facts is not None and keyword == "WORKDIR":
                facts["workdir"] = rest if rest.startswith(("/", "$")) else facts.get("workdir", "/").rstrip("/") + "/" + rest
            elif facts is not None and keyword == "ENTRYPOINT":
                facts.update({"entrypoint": rest, "command": "-"})
            elif facts is not None:
                facts[{"CMD": "command", "USER": "user", "STOPSIGNAL": "stopsignal"}[keyword]] = rest
            if release is not None and keyword == "FROM" and name:
                stages[name] = (release, facts)
            elif keyword != "FROM" and stages and name:
                stages[name] = (release, facts)
        if facts is not None and "$" in facts.get("workdir", ""):
            facts["workdir"] = re.sub(r"\$\{?(\w+)\}?", lambda match: facts.get(f"env {match[1]}", "?"), facts["workdir"])
        return release or release_named(" ".join(entry["tags"])), facts

    def base(self, base, depth):
        """The release and the facts of an image by its name."""
        name, _, tag = base.partition("@")[0].partition(":")
        name = name.removeprefix("docker.io/").removeprefix("library/")
        plain = {"user": "root", "workdir": "/", "entrypoint": "-", "command": "?", "stopsignal": "-"}
        if name == "scratch":
            return "scratch", {**plain, "command": "-"}
        if name == "alpine" and (match := re.match(r"(\d+\.\d+)", tag)):
            return f"alpine{match[1]}", plain
        if name in ("debian", "ubuntu", "buildpack-deps"):
            entry = self.repositories[name].lookup(tag or "latest")
            named = release_named(tag) or release_named(" ".join(entry["tags"]) if entry else "")
            holds = re.search(r"-(scm|curl)$", tag)
            mark = "" if name != "buildpack-deps" else "+" + (holds[1] if holds else "full")
            return (named + mark if named else None), plain
        if name == "amazonlinux" and (match := re.match(r"(2023|2)", tag)):
            return f"al{match[1]}", plain
        if name == "oraclelinux" and (match := re.match(r"(\d+)(?:\.\d+)?(-slim)?", tag)):
            return f"oracle{match[1]}{match[2] or ''}", plain
        if match := re.search(r"ubi(\d+)(?:/ubi)?(-minimal)?", base):
            return f"ubi{match[1]}{match[2] or ''}", None
        if name in self.repositories and (entry := self.repositories[name].lookup(tag or "latest")):
            return self.of(entry, depth + 1)
        return release_named(tag), None
