//! What is known about a name, as Markdown for a person to read: hovers show it, completions beside their list.
//!
//! Every function gives none for a name that is not known, and ends with a link where there is a page to read on.

use super::directives;
use super::flags::{self, Flag, Since, ValueKind};
use super::instructions;
use super::mounts::{self, Key, KeyValue};
use super::platforms;
use super::signals;
use super::variables::{self, Scope};

/// An instruction by its keyword, in any case: its forms, what it does and costs, an example.
pub fn instruction(keyword: &str) -> Option<String> {
    let instruction = instructions::instruction(keyword)?;
    let forms: Vec<&str> = instruction.forms.iter().map(|form| form.signature).collect();
    let mut text = format!("```dockerfile\n{}\n```\n\n", forms.join("\n"));
    if instruction.deprecated {
        text.push_str("**Deprecated.** ");
    }
    text.push_str(instruction.documentation);
    Some(linked(text, instruction.link))
}

/// The word that a HEALTHCHECK begins with, in any case.
pub fn health_check(word: &str) -> Option<String> {
    let text = match word.to_ascii_uppercase().as_str() {
        "CMD" => {
            "**`HEALTHCHECK CMD`**: the command that is run in the container every now and then to see whether it works, as \
             shell text or as a list. It is healthy where the command ends with 0, and unhealthy with 1."
        }
        "NONE" => "**`HEALTHCHECK NONE`**: takes away the check that the base image has.",
        _ => return None,
    };
    Some(linked(text.to_owned(), instructions::instruction("HEALTHCHECK")?.link))
}

/// A flag by the keyword of its instruction, in any case, and its name without dashes.
pub fn flag(keyword: &str, name: &str) -> Option<String> {
    let flag = flags::flag(keyword, name)?;
    let keyword = keyword.to_ascii_uppercase();
    let mut text =
        format!("**`{keyword} --{name}`**: {}\n\n{}\n", flag_value(flag.value), flag.documentation);
    for fact in flag_facts(flag) {
        text.push_str("\n- ");
        text.push_str(&fact);
    }
    Some(linked(text, flag.link))
}

/// A type of mount by its name, in any case, with its keys.
pub fn mount_type(name: &str) -> Option<String> {
    let mount = mounts::mount_type(name)?;
    let keys: Vec<String> = mount.keys.iter().map(|key| format!("`{}`", key.name)).collect();
    let text = format!(
        "**`type={}`**: {}\n\n{}\n\nKeys: {}",
        mount.name,
        mount.summary,
        mount.documentation,
        keys.join(", ")
    );
    Some(linked(text, mount.link))
}

/// A key of a mount by the type's name and the key's name or an alias, in any case. None for a key that means
/// nothing for that type.
pub fn mount_key(mount: &str, name: &str) -> Option<String> {
    let mount = mounts::mount_type(mount)?;
    if name.eq_ignore_ascii_case("type") {
        return Some(linked(mounts::TYPE_DOCUMENTATION.to_owned(), mount.link));
    }
    let key = mount.key(name)?;
    let mut text = format!("**`{}`**: {}\n\n{}\n", key.name, key_value(key.value), key.documentation);
    for fact in key_facts(key) {
        text.push_str("\n- ");
        text.push_str(&fact);
    }
    Some(linked(text, mount.link))
}

/// A variable that the builder defines or obeys, by its exact name.
pub fn variable(name: &str) -> Option<String> {
    let variable = variables::variable(name)?;
    let scope = match variable.scope {
        Scope::Run => "Every `RUN` sees it once `--build-arg` passes it; it needs no `ARG`.",
        Scope::Global => "`FROM` lines see it; a stage does after an `ARG` for it.",
        Scope::Builder => "For the builder, passed with `--build-arg`; it needs no `ARG`.",
        Scope::Declared => "For the builder, where an `ARG` sets it.",
    };
    let mut text = format!("**`{name}`**: {}\n\n- {scope}", variable.documentation);
    if !variable.example.is_empty() {
        text.push_str(&format!("\n- Example: `{}`", variable.example));
    }
    let anchor = match variable.scope {
        Scope::Run => "predefined-args",
        Scope::Global => "automatic-platform-args-in-the-global-scope",
        Scope::Builder | Scope::Declared => "buildkit-built-in-build-args",
    };
    Some(linked(text, &format!("https://docs.docker.com/reference/dockerfile/#{anchor}")))
}

/// A parser directive by its name, in any case.
pub fn directive(name: &str) -> Option<String> {
    let directive = directives::directive(name)?;
    let text = format!("**`# {}=`**: {}\n\n{}", directive.name, directive.summary, directive.documentation);
    Some(linked(text, directive.link))
}

/// A signal by its name or number, as STOPSIGNAL takes it; none where the build fails, and for numbers without a name.
pub fn signal(value: &str) -> Option<String> {
    let number = signals::number(value)?;
    let named = signals::signal(value);
    let named = named.or_else(|| signals::all().iter().find(|signal| i64::from(signal.number) == number));
    match named {
        Some(signal) => Some(format!("**`{}`** ({number}): {}", signal.name, signal.summary)),
        // A real-time signal; a bare number this high is just that number.
        None if value.parse::<i64>().is_err() => {
            let name = value.to_ascii_uppercase();
            Some(format!("**`{name}`** ({number}): A real-time signal, for the program's own use"))
        }
        None => None,
    }
}

/// A platform by any of its names, in any case.
pub fn platform(name: &str) -> Option<String> {
    let platform = platforms::platform(name)?;
    Some(format!("**`{}`**: {}", platform.name, platform.summary))
}

fn linked(text: String, link: &str) -> String {
    format!("{}\n\n[Dockerfile reference]({link})", text.trim_end())
}

fn flag_facts(flag: &Flag) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(flag.default.map(|default| format!("Default: `{default}`")));
    facts.extend(since(flag.since));
    if flag.repeatable {
        facts.push("May be given more than once".to_owned());
    }
    facts
}

fn since(since: Since) -> Option<String> {
    match since {
        Since::Always => None,
        Since::Stable(version) => Some(format!("Since frontend {version}")),
        Since::Graduated { labs, stable } => Some(format!("Since frontend {stable}, or {labs}-labs")),
        Since::Labs(version) => Some(format!(
            "Since frontend {version}-labs, and only there: `# syntax=docker/dockerfile:1-labs`"
        )),
    }
}

fn key_facts(key: &Key) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(key.default.map(|default| format!("Default: {default}")));
    if !key.aliases.is_empty() {
        let aliases: Vec<String> = key.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        facts.push(format!("Also written {}", aliases.join(", ")));
    }
    if key.after_type {
        facts.push("Stands after `type=`".to_owned());
    }
    facts
}

fn choices(values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    values.join(", ")
}

fn flag_value(kind: ValueKind) -> String {
    let text = match kind {
        ValueKind::Bool => "`true` or `false`; alone it means `true`",
        ValueKind::Choice(values) => return choices(values),
        ValueKind::Checksum => "a digest or a commit",
        ValueKind::Device => "a device and its options",
        ValueKind::Duration => "a duration such as `1m30s`",
        ValueKind::Mode => "permissions such as `755` or `u=rwX,go=rX`",
        ValueKind::Mount => "a mount, as `key=value` pairs with commas between them",
        ValueKind::Number => "a whole number",
        ValueKind::Owner => "`user[:group]`",
        ValueKind::Pattern => "a pattern such as `**/*.md`",
        ValueKind::Platform => "`os/architecture[/variant]`",
        ValueKind::Stage => "a stage, a named context or an image",
    };
    text.to_owned()
}

fn key_value(value: KeyValue) -> String {
    let text = match value {
        KeyValue::Bool => "`true` or `false`; alone it means `true`",
        KeyValue::Choice(values) => return choices(values),
        KeyValue::Name => "a name",
        KeyValue::Number => "a user's or group's number",
        KeyValue::Octal => "octal permissions such as `0755`",
        KeyValue::Path => "a path",
        KeyValue::Size => "a size such as `64m`",
        KeyValue::Stage => "a stage, a named context or an image",
        KeyValue::Variable => "a variable's name",
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(found: Option<String>, expected: Expect) {
        expected.assert_eq(&found.unwrap_or_default());
    }

    #[test]
    fn an_instruction_shows_its_forms_first() {
        check(
            instruction("stopSignal"),
            expect![[r#"
            ```dockerfile
            STOPSIGNAL signal
            ```

            Sets what `docker stop` sends to process 1 instead of `SIGTERM`. After ten seconds, or what `--time` says, `SIGKILL` follows.

            - **Cache**: no files depend on it; a change re-runs nothing.
            - **Size**: none.

            ```dockerfile
            STOPSIGNAL SIGQUIT
            ```

            [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#stopsignal)"#]],
        );
    }

    #[test]
    fn what_is_deprecated_says_so() {
        let text = instruction("MAINTAINER").unwrap_or_default();
        assert!(text.contains("```\n\n**Deprecated.** Sets"), "{text}");
        assert!(!instruction("LABEL").unwrap_or_default().contains("**Deprecated.**"));
    }

    #[test]
    fn a_flag_shows_value_default_and_version() {
        check(
            flag("run", "network"),
            expect![[r#"
            **`RUN --network`**: `default`, `host`, `none`

            Which network the command sees. `none` proves that a step needs none; `host` uses the builder's own network and must be allowed with `--allow network.host`.

            - Default: `default`
            - Since frontend 1.3, or 1.2-labs

            [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#run---network)"#]],
        );
        check(
            flag("ADD", "exclude"),
            expect![[r#"
            **`ADD --exclude`**: a pattern such as `**/*.md`

            Leaves out what matches a pattern, with the wildcards of `.dockerignore`. A change to a file that is left out does not invalidate the step.

            Give the flag once per pattern.

            - Since frontend 1.19, or 1.7-labs
            - May be given more than once

            [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#add---exclude)"#]],
        );
    }

    #[test]
    fn a_flag_of_the_labs_names_the_frontend() {
        let text = flag("RUN", "device").unwrap_or_default();
        assert!(text.contains("- Since frontend 1.14-labs, and only there: `# syntax="), "{text}");
    }

    #[test]
    fn a_mount_shows_its_keys() {
        check(
            mount_type("TMPFS"),
            expect![[r#"
            **`type=tmpfs`**: An empty folder in memory that is gone when the command ends

            Takes temporary files: fast, and out of the layer without a clean-up.

            ```dockerfile
            RUN --mount=type=tmpfs,target=/tmp make && make install
            ```

            Keys: `readonly`, `readwrite`, `size`, `target`

            [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#run---mounttypetmpfs)"#]],
        );
    }

    #[test]
    fn a_key_is_explained_for_its_type() {
        check(
            mount_key("secret", "SRC"),
            expect![[r#"
            **`id`**: a name

            The secret's name in `docker build --secret id=…`.

            - Default: the last part of `target`
            - Also written `source`, `src`

            [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#run---mounttypesecret)"#]],
        );
        check(
            mount_key("tmpfs", "size"),
            expect![[r#"
            **`size`**: a size such as `64m`

            The most it may hold, as in `64m`. Only after `type=tmpfs`.

            - Default: no limit
            - Stands after `type=`

            [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#run---mounttypetmpfs)"#]],
        );
        assert_eq!(mount_key("bind", "sharing"), None);
        assert!(mount_key("cache", "type").is_some_and(|text| text.contains("`tmpfs`")));
    }

    #[test]
    fn a_variable_says_who_sees_it() {
        check(
            variable("TARGETARCH"),
            expect![[r#"
            **`TARGETARCH`**: The architecture the image is for: the middle part of `TARGETPLATFORM`. A stage sees it after `ARG TARGETARCH`.

            - `FROM` lines see it; a stage does after an `ARG` for it.
            - Example: `arm64`

            [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope)"#]],
        );
        assert_eq!(variable("targetarch"), None);
    }

    #[test]
    fn a_directive_is_explained() {
        let text = directive("Escape").unwrap_or_default();
        assert!(text.starts_with("**`# escape=`**: The character"), "{text}");
        assert!(text.ends_with("(https://docs.docker.com/reference/dockerfile/#escape)"), "{text}");
    }

    #[test]
    fn signals_are_known_by_name_and_number() {
        check(
            signal("winch"),
            expect!["**`SIGWINCH`** (28): The window changed its size; Apache httpd ends gracefully"],
        );
        check(signal("9"), expect!["**`SIGKILL`** (9): End at once; the program cannot clean up"]);
        check(
            signal("sigrtmin+3"),
            expect!["**`SIGRTMIN+3`** (37): A real-time signal, for the program's own use"],
        );
        check(signal("37"), expect![[r#""#]]);
        check(signal("0"), expect![[r#""#]]);
    }

    #[test]
    fn platforms_are_known_by_other_names() {
        let arm = "**`linux/arm64`**: 64-bit ARM: Apple silicon, AWS Graviton, Raspberry Pi 3 and later";
        assert_eq!(platform("Linux/AArch64").as_deref(), Some(arm));
        assert_eq!(platform("linux"), None);
        assert_eq!(platform("plan9/amd64"), None);
    }

    #[test]
    fn every_name_has_a_text_with_even_fences() {
        let mut texts = Vec::new();
        for entry in instructions::all() {
            texts.push(instruction(entry.keyword));
            texts.extend(entry.flags().iter().map(|entry_flag| flag(entry.keyword, entry_flag.name)));
        }
        for mount in mounts::all() {
            texts.push(mount_type(mount.name));
            texts.extend(mount.keys.iter().map(|key| mount_key(mount.name, key.name)));
        }
        texts.extend(variables::all().iter().map(|entry| variable(entry.name)));
        texts.extend(directives::all().iter().map(|entry| directive(entry.name)));
        for text in texts {
            let text = text.unwrap_or_default();
            assert!(text.ends_with(')') && text.contains("\n\n[Dockerfile reference](https://"), "{text}");
            assert_eq!(text.matches("```").count() % 2, 0, "{text}");
            assert!(!text.contains("\n\n\n"), "{text}");
        }
    }
}
