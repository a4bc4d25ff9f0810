//! `invalid-flag-value`

use crate::knowledge::flags::{self, ValueKind};
use crate::rules::prelude::*;
use crate::settings::suggestion::{closest, with_suggestion};
use crate::syntax::flags::Flag;
use crate::syntax::heredoc::is_heredoc;
use crate::syntax::mount::csv_fields;
use crate::syntax::{expansion, value};

declare_rule! {
    /// ## What it does
    /// Finds a flag whose value Docker refuses: none where one is needed, something else than `true` or `false`, an
    /// unknown network or security mode, permissions, a platform, a number of retries, a checksum or a device that are
    /// none, and a variable in `COPY --from`.
    ///
    /// What depends on a variable is left alone where variables are expanded.
    ///
    /// ## Why is this bad?
    /// The file does not build.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// COPY --link=yes --chmod=rwxr-xr-x app /usr/local/bin/
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// COPY --link --chmod=755 app /usr/local/bin/
    /// ```
    pub(crate) static INVALID_FLAG_VALUE = {
        id: "invalid-flag-value", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for ast in instruction.ast().with_trigger().filter(|ast| reads_flags(instruction, ast)) {
        for flag in &ast.flags {
            let name = flag.read_name(instruction.line().text(), instruction.escape());
            let Some(known) = flags::flag(ast.kind.keyword(), &name) else {
                continue;
            };
            if let Some(message) = problem(instruction, ast, flag, known) {
                let part = flag.value_part.filter(|part| !part.is_empty()).unwrap_or(flag.part);
                out.push(instruction.place(part), message);
            }
        }
    }
}

fn problem(instruction: &Instruction, ast: &Ast, flag: &Flag, known: &flags::Flag) -> Option<String> {
    let written = flag.value.as_str();
    let text = shown(written);
    if known.value == ValueKind::Bool {
        return match written.to_lowercase().as_str() {
            "" if flag.value_part.is_some() => Some(format!("`--{}=` has no value", known.name)),
            "" | "true" | "false" => None,
            _ => Some(format!("`{text}` is neither `true` nor `false`")),
        };
    }
    if flag.value_part.is_none() {
        return Some(format!("`--{}` has no value", known.name));
    }
    if let ValueKind::Choice(words) = known.value {
        let message = format!("`{text}` is none of `{}`", words.join("`, `"));
        let meant = closest(written, words.iter().copied());
        return (!words.contains(&written)).then(|| with_suggestion(message, meant));
    }
    if known.value == ValueKind::Device {
        return device(written);
    }
    if written.is_empty() {
        return None;
    }
    match known.value {
        ValueKind::Number => retries(written),
        ValueKind::Stage => stage(instruction, written),
        ValueKind::Platform => {
            let platform = expansion::literal(written, instruction.escape())?;
            let problem = value::platform_problem(&platform)?;
            Some(format!("`{text}` is no platform: it {problem}"))
        }
        ValueKind::Mode => {
            let mode = expansion::literal(written, instruction.escape()).filter(|mode| !mode.is_empty())?;
            let is_mode = value::is_mode(&mode);
            (!is_mode).then(|| format!("`{text}` is no mode, such as `755` or `u=rwX,go=rX`"))
        }
        ValueKind::Checksum => {
            let checksum = expansion::literal(written, instruction.escape())?;
            if checksum.is_empty() { None } else { checksum_problem(instruction, ast, &checksum) }
        }
        _ => None,
    }
}

/// As Go reads a whole number of 32 bits.
fn retries(written: &str) -> Option<String> {
    match written.parse::<i32>() {
        Ok(number) if number >= 0 => None,
        Ok(_) => Some(format!("`{}` is negative", shown(written))),
        Err(_) => Some(format!("`{}` is no whole number below 2147483648", shown(written))),
    }
}

/// The builder expands nothing in `COPY --from`, and refuses what an expansion would change.
fn stage(instruction: &Instruction, written: &str) -> Option<String> {
    let expanded = expansion::literal(written, instruction.escape());
    let has_error = expansion::errors(instruction).iter().any(|error| {
        let text = instruction.source().get(error.span.clone());
        text.is_some_and(|text| written.contains(text))
    });
    let is_literal = has_error || expanded.as_deref() == Some(written);
    let what = "is not expanded here: name a stage that is `FROM` the variable";
    (!is_literal).then(|| format!("`{}` {what}", shown(written)))
}

fn checksum_problem(instruction: &Instruction, ast: &Ast, checksum: &str) -> Option<String> {
    let words: Vec<String> = match &ast.arguments {
        Arguments::Words(words) => words.iter().map(|word| instruction.str(*word).to_owned()).collect(),
        Arguments::Json(strings) => strings.iter().map(|string| string.value.clone()).collect(),
        _ => return None,
    };
    let (_, sources) = words.split_last()?;
    let files: Vec<&String> = sources.iter().filter(|word| !is_heredoc(word)).collect();
    let [source] = files.as_slice() else {
        return (!sources.is_empty()).then(|| "a checksum is of one source alone".to_owned());
    };
    let source = expansion::literal(source, instruction.escape())?;
    let is_web = source.starts_with("http://") || source.starts_with("https://");
    // What git makes of an address is not decided here.
    let may_be_git =
        source.contains(".git") || source.contains('#') || !is_web && source.contains(['@', ':']);
    if may_be_git || source.starts_with("github.com/") {
        return None;
    }
    if !is_web {
        return Some(format!("`{}` is no address: only a download has a checksum", shown(&source)));
    }
    let is_digest = value::is_digest(checksum);
    (!is_digest)
        .then(|| format!("`{}` is no checksum, such as `sha256:` and 64 hexadecimal digits", shown(checksum)))
}

/// A device's name and options, as comma-separated fields.
fn device(written: &str) -> Option<String> {
    let Some(fields) = csv_fields(written) else {
        return Some(format!("`{}` is no list of comma-separated fields", shown(written)));
    };
    let mut name: Option<String> = None;
    for (_, field) in fields {
        let (key, value) =
            field.split_once('=').map_or((field.as_str(), None), |(key, value)| (key, Some(value)));
        match (key.to_lowercase().as_str(), value) {
            ("required", None) => {}
            ("required", Some(value)) if value::boolean(value).is_none() => {
                return Some(format!("`{}` is neither `true` nor `false`", shown(value)));
            }
            ("required", Some(_)) => {}
            ("name", Some(value)) => match &name {
                Some(name) => return Some(format!("the device has the name `{}` already", shown(name))),
                None => name = Some(value.to_owned()).filter(|value| !value.is_empty()),
            },
            _ if name.is_none() => name = Some(field).filter(|field| !field.is_empty()),
            (key, _) => {
                return Some(format!("a device has no `{}`: it has `name` and `required`", shown(key)));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_FLAG_VALUE);
    use super::*;

    #[test]
    fn a_value_is_there_and_of_its_kind() {
        check(
            "
FROM --platform a:1
     ^^^^^^^^^^ `--platform` has no value
FROM --platform=linux/amd64/v2/x a:1
                ^^^^^^^^^^^^^^^^ `linux/amd64/v2/x` is no platform: it has more than three parts
COPY --link=yes --parents= --chmod=0999 a b
            ^^^ `yes` is neither `true` nor `false`
                ^^^^^^^^^^ `--parents=` has no value
                                   ^^^^ `0999` is no mode, such as `755` or `u=rwX,go=rX`
RUN --network=hst --security=$A a
              ^^^ `hst` is none of `default`, `host`, `none`; did you mean `host`?
                             ^^ `$A` is none of `insecure`, `sandbox`
HEALTHCHECK --retries=-1 CMD a
                      ^^ `-1` is negative
ONBUILD HEALTHCHECK --retries=3x CMD a
                              ^^ `3x` is no whole number below 2147483648
",
        );
    }

    #[test]
    fn a_stage_to_copy_from_is_no_variable() {
        let what = "is not expanded here: name a stage that is `FROM` the variable";
        check(&format!("COPY --from=$A b c\n            ^^ `$A` {what}\n"));
        check(&format!("COPY --from=a${{B}} c d\n            ^^^^^ `a${{B}}` {what}\n"));
        check_none("COPY --from=${A b c\nCOPY --from=\"a\" b c\nCOPY --from= b c\n");
    }

    #[test]
    fn a_checksum_is_of_one_download() {
        check(
            "
ADD --checksum=sha256:ab https://a.b/c d
               ^^^^^^^^^ `sha256:ab` is no checksum, such as `sha256:` and 64 hexadecimal digits
ADD --checksum=sha256:ab b c
               ^^^^^^^^^ `b` is no address: only a download has a checksum
ADD --checksum=sha256:ab https://a.b/c https://a.b/d e
               ^^^^^^^^^ a checksum is of one source alone
",
        );
        check_none(
            "ADD --checksum=ab https://a.b/c.git d\nADD --checksum=$A https://a.b/c d\nADD --checksum=a git@b:c d\n",
        );
    }

    #[test]
    fn a_device_has_a_name() {
        check("RUN --device=a,name=b c\n             ^^^^^^^^ the device has the name `a` already\n");
        check("RUN --device=a,b c\n             ^^^ a device has no `b`: it has `name` and `required`\n");
        check("RUN --device=a,required=x c\n             ^^^^^^^^^^^^ `x` is neither `true` nor `false`\n");
        check_none("RUN --device=vendor.com/device=foo,required c\nRUN --device=name=a,required=0 c\n");
    }

    #[test]
    fn what_is_accepted_or_not_known_is_left_alone() {
        check_none(
            "FROM --platform=$A a:1\nCOPY --link=TRUE --chmod=$A --chown= --from=0 a b\nHEALTHCHECK --retries=x NONE\nFROM --platform= a\n",
        );
    }
}
