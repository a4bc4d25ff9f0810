//! `invalid-mount`

use crate::knowledge::mounts::{self, MountType};
use crate::rules::prelude::*;
use crate::settings::suggestion::{closest, with_suggestion};
use crate::syntax::mount::{Field, Mount, csv_fields};
use crate::syntax::{expansion, value};

declare_rule! {
    /// ## What it does
    /// Finds a `RUN --mount` that Docker refuses: a type or key that there is not, a key that the type does not have, a
    /// value that is none, a key without its value, and a secret that says neither which it is nor where it goes.
    ///
    /// Keys are judged by the type that stands before them: write `type=` first. What depends on a variable is left
    /// alone.
    ///
    /// ## Why is this bad?
    /// The build ends at this instruction.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23
    /// RUN --mount=type=cachee,target=/root/.cache go build ./...
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM golang:1.23
    /// RUN --mount=type=cache,target=/root/.cache go build ./...
    /// ```
    pub(crate) static INVALID_MOUNT = {
        id: "invalid-mount", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
        fix: Suggested(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    if ast.kind != Kind::Run {
        return;
    }
    let line = instruction.line().text();
    let flags = ast.flags_named(line, "mount").filter(|flag| flag.value_part.is_some());
    for (flag, mount) in flags.zip(Mount::all(instruction)) {
        if csv_fields(&flag.value).is_none() {
            let message = match flag.value.is_empty() {
                true => "the mount says nothing",
                false => "a quote stands round a whole field of a mount, or nowhere",
            };
            out.push(instruction.place(flag.part), message);
            continue;
        }
        let mut reader = Reader::new(instruction);
        for field in &mount.fields {
            if let Some((part, message)) = reader.read(field) {
                out.push(instruction.place(part), message);
            }
        }
        if let Some((part, message)) = reader.end(mount.part) {
            out.push(instruction.place(part), message);
        }
    }
}

/// Writes the word that was likely meant.
fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let instruction = &item.instruction;
        let is_found = |part: &Part| item.absolute(instruction.place(*part)) == finding.span;
        let mounts = Mount::all(instruction);
        let mut fields = mounts.iter().flat_map(|mount| &mount.fields);
        let field = fields.find(|field| is_found(&field.key_part) || is_found(&field.value_part))?;
        let (part, meant) = match (&*field.key, is_found(&field.value_part)) {
            ("type", true) => (
                field.value_part,
                closest(field.value.as_deref()?, mounts::all().iter().map(|mount| mount.name))?,
            ),
            ("sharing", true) => (field.value_part, closest(field.value.as_deref()?, SHARINGS)?),
            (key, false) if !KEYS.iter().any(|(name, _)| *name == key) => {
                (field.key_part, closest(key, KEYS.iter().map(|(name, _)| *name))?)
            }
            _ => return None,
        };
        // Neither quotes nor a continuation are in it.
        let written = instruction.str(part);
        let is_plain = finding.span.len() == part.len() && !written.contains(['"', '\'', '\\', '`', '$']);
        let edit = is_plain.then(|| Edit::replace(finding.span.clone(), meant))?;
        Some(Fix::new(format!("Change `{written}` to `{meant}`"), Safety::Suggested, vec![edit]))
    };
    fix().into_iter().collect()
}

const SHARINGS: [&str; 3] = ["locked", "private", "shared"];

/// Reads the fields of one mount in their order.
struct Reader<'a> {
    instruction: &'a Instruction,
    /// `None` where it is not known.
    kind: Option<&'static MountType>,
    /// The keys that were given a value that is not empty, by their first names, and where.
    given: Vec<(&'static str, Part)>,
    /// Whether a value of a key that decides something is not known.
    has_unknown: bool,
    has_error: bool,
}

type Problem = Option<(Part, String)>;

/// Keys that mean the same to BuildKit, the first name in front.
const KEYS: [(&str, &str); 19] = [
    ("type", "type"),
    ("from", "from"),
    ("source", "source"),
    ("src", "source"),
    ("target", "target"),
    ("dst", "target"),
    ("destination", "target"),
    ("readonly", "readonly"),
    ("ro", "readonly"),
    ("readwrite", "readwrite"),
    ("rw", "readwrite"),
    ("required", "required"),
    ("size", "size"),
    ("id", "id"),
    ("sharing", "sharing"),
    ("mode", "mode"),
    ("uid", "uid"),
    ("gid", "gid"),
    ("env", "env"),
];

impl<'a> Reader<'a> {
    fn new(instruction: &'a Instruction) -> Reader<'a> {
        let kind = mounts::mount_type(mounts::DEFAULT_TYPE);
        Reader { instruction, kind, given: Vec::new(), has_unknown: false, has_error: false }
    }

    fn read(&mut self, field: &Field) -> Problem {
        let problem = self.problem(field);
        self.has_error |= problem.is_some();
        problem
    }

    fn problem(&mut self, field: &Field) -> Problem {
        let known = KEYS.iter().find(|(name, _)| *name == field.key).map(|(_, first)| *first);
        let key = shown(&field.key);
        let Some(first) = known else {
            let message = match (field.key.is_empty(), &field.value) {
                (true, None) => "a field of the mount is empty".to_owned(),
                (true, Some(_)) => "a value has no key".to_owned(),
                _ => format!("a mount has no key `{key}`"),
            };
            let meant = closest(&field.key, KEYS.iter().map(|(name, _)| *name));
            return Some((self.place_of_key(field), with_suggestion(message, meant)));
        };
        if matches!(first, "required" | "size")
            && let Some(kind) = self.kind
            && kind.key(first).is_none()
        {
            return Some((field.key_part, format!("`{}` has no `{first}`", kind_name(kind))));
        }
        let Some(written) = &field.value else {
            let stands_alone = matches!(first, "readonly" | "readwrite" | "required");
            return (!stands_alone).then(|| (field.key_part, format!("`{key}` has no value")));
        };
        if first == "from" && written.find('$').is_some_and(|dollar| dollar + 1 != written.len()) {
            let message = "`from` takes no variable: name a stage that is `FROM` the variable";
            return Some((field.value_part, message.to_owned()));
        }
        let Some(value) = expansion::literal(written, self.instruction.escape()) else {
            self.has_unknown = true;
            if first == "type" {
                self.kind = None;
            }
            return None;
        };
        let part = if field.value_part.is_empty() { field.key_part } else { field.value_part };
        let problem = self.value_problem(first, &value, &key);
        if !value.is_empty() {
            self.given.retain(|(name, _)| *name != first);
            self.given.push((first, if first == "target" { part } else { field.key_part }));
        }
        problem.map(|message| (part, message))
    }

    /// An empty field is marked by the comma that makes it one.
    fn place_of_key(&self, field: &Field) -> Part {
        if !field.key_part.is_empty() {
            field.key_part
        } else if !field.value_part.is_empty() {
            field.value_part
        } else {
            Part { start: field.key_part.start.saturating_sub(1), end: field.key_part.end }
        }
    }

    /// What is wrong with a value, and what it says of the mount.
    fn value_problem(&mut self, key: &str, value: &str, written_key: &str) -> Option<String> {
        let text = shown(value);
        let is_number = |value: &str, base| value::number(value, base).is_some();
        match key {
            "type" => {
                self.kind = mounts::mount_type(value);
                let names = || mounts::all().iter().map(|mount| mount.name);
                let message = || format!("`{text}` is no type of mount");
                self.kind.is_none().then(|| with_suggestion(message(), closest(value, names())))
            }
            "readonly" | "readwrite" | "required" if value::boolean(value).is_none() => {
                Some(format!("`{text}` is neither `true` nor `false`"))
            }
            "size" if !value::is_size(value) => Some(format!("`{text}` is no size, such as `64m`")),
            "sharing" if !["shared", "private", "locked"].contains(&&*value.to_lowercase()) => {
                let message = format!("`{text}` is none of `locked`, `private`, `shared`");
                Some(with_suggestion(message, closest(value, SHARINGS)))
            }
            "mode" if !is_number(value, 8) => Some(format!("`{text}` is no octal mode, such as `0755`")),
            "uid" | "gid" if !is_number(value, 10) => {
                Some(format!("`{text}` is no number: `{written_key}` takes no names"))
            }
            "target"
                if value == "/" && self.kind.is_some_and(|kind| !matches!(kind.name, "secret" | "ssh")) =>
            {
                Some("nothing can be mounted on `/`".to_owned())
            }
            _ => None,
        }
    }

    /// What is wrong with the mount as a whole; nothing where a field is wrong already.
    fn end(&self, whole: Part) -> Problem {
        let kind = self.kind.filter(|_| !self.has_error)?;
        let name = kind_name(kind);
        let place = |key: &str| self.given.iter().find(|(name, _)| *name == key).map(|(_, part)| *part);
        let refused: &[&str] = match kind.name {
            "secret" => &["from", "sharing"],
            "ssh" => &["source", "sharing"],
            "cache" => &[],
            _ => &["mode", "uid", "gid", "sharing"],
        };
        if let Some((key, part)) = refused.iter().find_map(|key| Some((key, place(key)?))) {
            return Some((part, format!("`{name}` has no `{key}`")));
        }
        if kind.name == "secret" {
            if place("id").is_some()
                && let Some(part) = place("source")
            {
                return Some((part, "`id` and `source` are the same: a secret has one of them".to_owned()));
            }
            let says = ["id", "source", "target"].iter().any(|key| place(key).is_some());
            if !says && !self.has_unknown {
                return Some((whole, "a secret needs its `id` or a `target`".to_owned()));
            }
        }
        None
    }
}

fn kind_name(kind: &MountType) -> String {
    format!("type={}", kind.name)
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_MOUNT);
    use super::*;

    #[test]
    fn types_and_keys() {
        check(
            "
RUN --mount=type=cahce,target=/a --mount=typ=bind b
                 ^^^^^ `cahce` is no type of mount; did you mean `cache`?
                                         ^^^ a mount has no key `typ`; did you mean `type`?
RUN --mount=target=/a,size=1m --mount=required,type=secret,id=a b
                      ^^^^ `type=bind` has no `size`
                                      ^^^^^^^^ `type=bind` has no `required`
RUN --mount=type=tmpfs,target=/a,uid=1 --mount=type=ssh,src=a --mount=type=secret,id=a,from=b c
                                 ^^^ `type=tmpfs` has no `uid`
                                                        ^^^ `type=ssh` has no `source`
                                                                                       ^^^^ `type=secret` has no `from`
RUN --mount=target=/a,sharing=locked b
                      ^^^^^^^ `type=bind` has no `sharing`
",
        );
    }

    #[test]
    fn values() {
        check(
            "
RUN --mount=type=cache,target,mode=0999,uid=root,sharing=lock,ro=yes b
                       ^^^^^^ `target` has no value
                                   ^^^^ `0999` is no octal mode, such as `0755`
                                            ^^^^ `root` is no number: `uid` takes no names
                                                         ^^^^ `lock` is none of `locked`, `private`, `shared`
                                                                 ^^^ `yes` is neither `true` nor `false`
RUN --mount=type=tmpfs,size=64x,target=/ --mount=from=$A,target=/b c
                            ^^^ `64x` is no size, such as `64m`
                                       ^ nothing can be mounted on `/`
                                                      ^^ `from` takes no variable: name a stage that is `FROM` the variable
",
        );
    }

    #[test]
    fn a_secret_says_which_it_is() {
        check(
            "RUN --mount=type=secret,required b\n    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a secret needs its `id` or a `target`\n",
        );
        check(
            "RUN --mount=type=secret,id=a,src=b c\n                             ^^^ `id` and `source` are the same: a secret has one of them\n",
        );
    }

    #[test]
    fn half_typed_mounts() {
        check("RUN --mount= b\n    ^^^^^^^^ the mount says nothing\n");
        check_fix(
            "FROM a:1\nRUN --mount=type=cache,target=/b,sharing=lokced c\n",
            "FROM a:1\nRUN --mount=type=cache,target=/b,sharing=locked c\n",
        );
        check_fix(
            "FROM a:1\nRUN --mount=type=cache,taget=/b c\n",
            "FROM a:1\nRUN --mount=type=cache,target=/b c\n",
        );
        check_no_fix("FROM a:1\nRUN --mount=type=volume,target=/b c\n");
        check("RUN --mount=type= b\n            ^^^^ `` is no type of mount\n");
        check(
            "RUN --mount=type=cache,target=/a, b\n                                ^ a field of the mount is empty\n",
        );
        check(
            "RUN --mount=type=bind,target=\\\"/a b\n    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a quote stands round a whole field of a mount, or nowhere\n",
        );
    }

    #[test]
    fn what_docker_takes_is_left_alone() {
        check_none(
            "
RUN --mount=target=. a
RUN --mount=TYPE=Cache,DST=/a,Sharing=LOCKED,ro,uid=1,gid=2,mode=0700,from=a,source=/b c
RUN --mount=type=secret,id=a,env=B,required --mount=type=ssh,required=true,mode=0600 c
RUN --mount=type=secret,target=/a,sharing=$A --mount=type=$B,size=1,uid=$C c
RUN --mount=type=tmpfs,target=/a,size=1g,from=b --mount=type=ssh,from=b,env=c d
RUN --mount=type=cache,target=/a,from=b$ c
RUN --mount=\"type=bind,target=/a b\" c
RUN --mount=type=secret,id=$A b
RUN --mount=type=bind,target=/a,target=/a b
",
        );
    }
}
