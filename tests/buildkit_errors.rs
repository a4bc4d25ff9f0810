//! Every error of BuildKit's parser, instruction layer and word lexer, and those of its conversion that a file alone
//! decides: an input that raises it, the rule that finds it, and the text that is marked.
//!
//! Not raised by any file, and so not here: `arg should start with -- :` and `Duplicate flag defined:` (the parser
//! hands on nothing of that kind), `Bad input to %s, too many arguments` and `%T is not a command type`,
//! `internal lexing of heredoc produced inconsistent results`, `parsing produced an invalid run command`,
//! `checksum can't be specified for COPY`, `unsupported network mode`, `unsupported security mode`.
//! What an image, a build argument or the build context decides is no error of a file either.

use layerwise::context::NoContext;
use layerwise::context::shell_check::NoShellCheck;
use layerwise::document::{Cx, Document};
use layerwise::rules::{self, Severity};
use layerwise::settings::Settings;

/// BuildKit's message, a file that raises it, the rule, and what is marked.
#[rustfmt::skip]
const ERRORS: &[(&str, &str, &str, &str)] = &[
    // parser/parser.go, parser/directives.go, linter/linter.go
    ("the Dockerfile cannot be empty", "", "no-stage", ""),
    ("file with no instructions", "# a\n", "no-stage", ""),
    ("invalid escape token '%s' does not match ` or \\", "# escape=^\nFROM a:1\n", "invalid-directive", "^"),
    ("only one %s parser directive can be used", "# escape=`\n# escape=`\nFROM a:1\n", "invalid-directive", "# escape=`"),
    ("invalid check option %q (no `=`)", "# check=skip\nFROM a:1\n", "invalid-directive", "skip"),
    ("invalid check option %q (unknown)", "# check=a=b\nFROM a:1\n", "invalid-directive", "a=b"),
    ("failed to parse check option %q", "# check=error=x\nFROM a:1\n", "invalid-directive", "error=x"),
    ("unterminated heredoc", "FROM a:1\nRUN <<EOF\na\n", "unterminated-heredoc", "<<EOF"),
    // parser/line_parsers.go
    ("%s must have two arguments", "FROM a:1\nENV A\n", "missing-argument", "A"),
    ("Syntax error - can't find = in %q. Must be of the form: name=value", "FROM a:1\nLABEL a=b c\n", "missing-argument", "c"),
    ("only string type is allowed in JSON arrays", "FROM a:1\nCMD [\"a\", 1]\n", "invalid-json-form", "1"),
    // instructions/parse.go
    ("unknown instruction: %s", "FROM a:1\nFOO b\n", "unknown-instruction", "FOO"),
    ("%s requires at least one argument", "FROM a:1\nEXPOSE\n", "missing-argument", "EXPOSE"),
    ("%s requires exactly one argument", "FROM a:1\nUSER\n", "missing-argument", "USER"),
    ("%s requires at least two arguments, but only one was provided", "FROM a:1\nCOPY b\n", "missing-argument", "b"),
    ("%s cannot accept a heredoc as a destination", "FROM a:1\nCOPY b <<E\nE\n", "missing-argument", "<<E"),
    ("%s names can not be blank", "FROM a:1\nARG =b\n", "missing-argument", "=b"),
    ("FROM requires either one or three arguments (two)", "FROM a:1 b\n", "extra-argument", "b"),
    ("FROM requires either one or three arguments (AS alone)", "FROM a:1 AS\n", "missing-argument", "AS"),
    ("invalid name for build stage: %q", "FROM a:1 AS 1b\n", "invalid-stage-name", "1b"),
    ("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", "FROM a:1\nONBUILD ONBUILD RUN b\n", "invalid-onbuild-trigger", "ONBUILD"),
    ("%s isn't allowed as an ONBUILD trigger", "FROM a:1\nONBUILD FROM b:1\n", "invalid-onbuild-trigger", "FROM"),
    ("time: invalid duration", "FROM a:1\nHEALTHCHECK --interval=5 CMD b\n", "invalid-duration", "5"),
    ("Interval %#v cannot be less than %s", "FROM a:1\nHEALTHCHECK --timeout=1us CMD b\n", "invalid-duration", "1us"),
    ("HEALTHCHECK NONE takes no arguments", "FROM a:1\nHEALTHCHECK NONE b\n", "extra-argument", "b"),
    ("Missing command after HEALTHCHECK CMD", "FROM a:1\nHEALTHCHECK CMD\n", "missing-argument", "CMD"),
    ("Unknown type %#v in HEALTHCHECK (try CMD)", "FROM a:1\nHEALTHCHECK b c\n", "missing-argument", "b"),
    ("strconv.ParseInt: invalid syntax (--retries)", "FROM a:1\nHEALTHCHECK --retries=x CMD b\n", "invalid-flag-value", "x"),
    ("--retries cannot be negative (%d)", "FROM a:1\nHEALTHCHECK --retries=-1 CMD b\n", "invalid-flag-value", "-1"),
    ("VOLUME specified can not be an empty string", "FROM a:1\nVOLUME [\"\"]\n", "missing-argument", "\"\""),
    ("%s requires the arguments to be in JSON form", "FROM a:1\nSHELL bash\n", "invalid-json-form", "bash"),
    ("no build stage in current context", "RUN a\nFROM b:1\n", "instruction-before-from", "RUN"),
    ("dockerfile contains no stages to build", "ARG A\n", "no-stage", "ARG"),
    // instructions/bflag.go
    ("unknown flag: %s", "FROM a:1\nCOPY --a b c\n", "unknown-flag", "--a"),
    ("duplicate flag specified: %s", "FROM a:1\nCOPY --link --link b c\n", "duplicate-flag", "--link"),
    ("missing a value on flag: %s (bool)", "FROM a:1\nCOPY --link= b c\n", "invalid-flag-value", "--link="),
    ("missing a value on flag: %s (string)", "FROM a:1\nCOPY --chown b c\n", "invalid-flag-value", "--chown"),
    ("missing a value on flag: %s (strings)", "FROM a:1\nRUN --mount b\n", "invalid-flag-value", "--mount"),
    ("expecting boolean value for flag %s, not: %s", "FROM a:1\nCOPY --link=1 b c\n", "invalid-flag-value", "1"),
    // instructions/commands_run*.go
    ("invalid network mode %q", "FROM a:1\nRUN --network=x b\n", "invalid-flag-value", "x"),
    ("security %q is not valid", "FROM a:1\nRUN --security=x b\n", "invalid-flag-value", "x"),
    ("failed to parse csv devices", "FROM a:1\nRUN --device= b\n", "invalid-flag-value", "--device="),
    ("device: invalid field '%s' must be a key=value pair", "FROM a:1\nRUN --device=a,b c\n", "invalid-flag-value", "a,b"),
    ("device name already set to %s", "FROM a:1\nRUN --device=a,name=b c\n", "invalid-flag-value", "a,name=b"),
    ("device: invalid value for %s: %s", "FROM a:1\nRUN --device=a,required=x c\n", "invalid-flag-value", "a,required=x"),
    ("device: unexpected key '%s' in '%s'", "FROM a:1\nRUN --device=a,b=c d\n", "invalid-flag-value", "a,b=c"),
    ("failed to parse csv mounts", "FROM a:1\nRUN --mount= b\n", "invalid-mount", "--mount="),
    ("mount: unexpected key '%s' for mount type '%s'", "FROM a:1\nRUN --mount=target=/a,required b\n", "invalid-mount", "required"),
    ("mount: invalid field '%s' must be a key=value pair", "FROM a:1\nRUN --mount=target b\n", "invalid-mount", "target"),
    ("'%s' doesn't support variable expansion", "FROM a:1\nRUN --mount=from=$A,target=/b c\n", "invalid-mount", "$A"),
    ("unsupported mount type %q", "FROM a:1\nRUN --mount=type=x b\n", "invalid-mount", "x"),
    ("mount: invalid value for %s: %s", "FROM a:1\nRUN --mount=target=/a,ro=x b\n", "invalid-mount", "x"),
    ("mount: invalid value for size", "FROM a:1\nRUN --mount=type=tmpfs,target=/a,size=x b\n", "invalid-mount", "x"),
    ("unsupported sharing value %q", "FROM a:1\nRUN --mount=type=cache,target=/a,sharing=x b\n", "invalid-mount", "x"),
    ("invalid value %s for mode", "FROM a:1\nRUN --mount=type=cache,target=/a,mode=9 b\n", "invalid-mount", "9"),
    ("invalid value %s for uid", "FROM a:1\nRUN --mount=type=cache,target=/a,uid=x b\n", "invalid-mount", "x"),
    ("invalid value %s for gid", "FROM a:1\nRUN --mount=type=cache,target=/a,gid=x b\n", "invalid-mount", "x"),
    ("mount: unexpected key '%s' in '%s'", "FROM a:1\nRUN --mount=target=/a,x=y b\n", "invalid-mount", "x"),
    ("mode not allowed for %q type mounts", "FROM a:1\nRUN --mount=target=/a,mode=7 b\n", "invalid-mount", "mode"),
    ("uid not allowed for %q type mounts", "FROM a:1\nRUN --mount=target=/a,uid=7 b\n", "invalid-mount", "uid"),
    ("gid not allowed for %q type mounts", "FROM a:1\nRUN --mount=target=/a,gid=7 b\n", "invalid-mount", "gid"),
    ("secret mount should not have a from", "FROM a:1\nRUN --mount=type=secret,id=a,from=b c\n", "invalid-mount", "from"),
    ("secret mount should not define sharing", "FROM a:1\nRUN --mount=type=secret,id=a,sharing=shared c\n", "invalid-mount", "sharing"),
    ("invalid secret mount. one of source, target required", "FROM a:1\nRUN --mount=type=secret a\n", "invalid-mount", "--mount=type=secret"),
    ("both source and id can't be set", "FROM a:1\nRUN --mount=type=secret,id=a,source=b c\n", "invalid-mount", "source"),
    ("invalid cache sharing set for %v mount", "FROM a:1\nRUN --mount=target=/a,sharing=shared b\n", "invalid-mount", "sharing"),
    // shell/lex.go
    ("unexpected end of statement while looking for matching single-quote", "FROM a:1\nUSER 'b\n", "unterminated-quote", "'b"),
    ("unexpected end of statement while looking for matching double-quote", "FROM a:1\nUSER \"b\n", "unterminated-quote", "\"b"),
    ("syntax error: missing '}'", "FROM a:1\nUSER ${b\n", "unterminated-variable", "${b"),
    ("syntax error: missing '/' in ${}", "FROM a:1\nUSER ${b/c}\n", "unterminated-variable", "${b/c}"),
    ("syntax error: bad substitution", "FROM a:1\nUSER ${}\n", "unsupported-modifier", "${}"),
    ("unsupported modifier (%s) in substitution", "FROM a:1\nUSER ${b^}\n", "unsupported-modifier", "${b^"),
    ("invalid pattern (%s) in substitution", "FROM a:1\nUSER ${b#\\c}\n", "unsupported-modifier", "${b#\\c}"),
    ("${V:?message}", "FROM scratch\nUSER ${V:?x}\n", "unset-required-variable", "${V:?x}"),
    ("${V?message}", "FROM a:${V?x}\n", "unset-required-variable", "${V?x}"),
    // dockerfile2llb
    ("base name (%s) should not be blank (without its argument)", "FROM $V\n", "invalid-default-arg-in-from", "$V"),
    ("failed to parse stage name %q (without its argument)", "FROM a:$V\n", "invalid-default-arg-in-from", "a:$V"),
    ("empty platform value from expression %s", "FROM --platform=$V a:1\n", "invalid-default-arg-in-from", "$V"),
    ("invalid stage index %d", "FROM a:1\nCOPY --from=9 b c\n", "unknown-stage", "9"),
    ("circular dependency detected on stage: %s", "FROM a:1 AS x\nCOPY --from=x b c\n", "stage-cycle", "x"),
    ("cannot copy from stage %q, it needs to be defined before current stage %q", "FROM a:1 AS x\nCOPY --from=y b /c\nFROM a:1 AS y\nFROM x\n", "later-stage", "y"),
    ("cannot mount from stage %q to %q, stage needs to be defined before current command", "FROM a:1 AS x\nRUN --mount=from=y,target=/b c\nFROM a:1 AS y\nFROM x\n", "later-stage", "y"),
    ("source can't be a URL for COPY", "FROM a:1\nCOPY https://b/c /d\n", "invalid-remote-source", "https://b/c"),
    ("source can't be a git ref for COPY", "FROM a:1\nCOPY git@b:c /d\n", "invalid-remote-source", "git@b:c"),
    ("inconsistent keep-git-dir configuration", "FROM a:1\nADD --keep-git-dir git@b:c?keep-git-dir=0 /d\n", "invalid-remote-source", "git@b:c?keep-git-dir=0"),
    ("checksum mismatch %q != %q", "FROM a:1\nADD --checksum=1234567 git@b:c?checksum=2345678 /d\n", "invalid-remote-source", "git@b:c?checksum=2345678"),
    // dfgitutil/git_ref.go
    ("query %q has no value", "FROM a:1\nADD git@b:c?ref= /d\n", "invalid-remote-source", "git@b:c?ref="),
    ("query %q has multiple values", "FROM a:1\nADD git@b:c?ref=a&ref=a /d\n", "invalid-remote-source", "git@b:c?ref=a&ref=a"),
    ("ref conflicts: %q vs %q", "FROM a:1\nADD git@b:c?ref=a#b /d\n", "invalid-remote-source", "git@b:c?ref=a#b"),
    ("subdir conflicts: %q vs %q", "FROM a:1\nADD git@b:c?subdir=a#:b /d\n", "invalid-remote-source", "git@b:c?subdir=a#:b"),
    ("invalid keep-git-dir value: %q", "FROM a:1\nADD git@b:c?keep-git-dir=x /d\n", "invalid-remote-source", "git@b:c?keep-git-dir=x"),
    ("invalid submodules value: %q", "FROM a:1\nADD git@b:c?submodules=x /d\n", "invalid-remote-source", "git@b:c?submodules=x"),
    ("invalid fetch-by-commit value: %q", "FROM a:1\nADD git@b:c?fetch-by-commit=x /d\n", "invalid-remote-source", "git@b:c?fetch-by-commit=x"),
    ("invalid mtime value: %q", "FROM a:1\nADD git@b:c?mtime=x /d\n", "invalid-remote-source", "git@b:c?mtime=x"),
    ("unexpected query %q", "FROM a:1\nADD git@b:c?x=y /d\n", "invalid-remote-source", "git@b:c?x=y"),
    ("branch conflicts with tag", "FROM a:1\nADD git@b:c?tag=a&branch=a /d\n", "invalid-remote-source", "git@b:c?tag=a&branch=a"),
    ("base name (%s) should not be blank", "FROM ''\n", "invalid-image-reference", "''"),
    ("failed to parse stage name %q", "FROM A\n", "invalid-image-reference", "A"),
    ("failed to parse platform %s", "FROM --platform=a/b/c/d e:1\n", "invalid-flag-value", "a/b/c/d"),
    ("variable expansion is not supported for --from", "FROM a:1\nCOPY --from=$A b c\n", "invalid-flag-value", "$A"),
    ("invalid chmod parameter: '%v'", "FROM a:1\nCOPY --chmod=9 b c\n", "invalid-flag-value", "9"),
    ("checksum can't be specified for multiple sources", "FROM a:1\nADD --checksum=b https://c/d https://c/e f/\n", "invalid-flag-value", "b"),
    ("checksum requires HTTP(S) or Git sources", "FROM a:1\nADD --checksum=b c d\n", "invalid-flag-value", "b"),
    ("invalid checksum digest format", "FROM a:1\nADD --checksum=b https://c/d e\n", "invalid-flag-value", "b"),
    ("invalid mount target %q", "FROM a:1\nRUN --mount=target=/ b\n", "invalid-mount", "/"),
    ("ssh does not support source", "FROM a:1\nRUN --mount=type=ssh,source=a b\n", "invalid-mount", "source"),
    ("Invalid signal: %s", "FROM a:1\nSTOPSIGNAL b\n", "invalid-signal", "b"),
    ("no port specified", "FROM a:1\nEXPOSE /tcp\n", "invalid-port", "/tcp"),
    ("invalid proto: ", "FROM a:1\nEXPOSE 1/x\n", "invalid-port", "1/x"),
    ("invalid IP address: ", "FROM a:1\nEXPOSE x:1:2\n", "invalid-port", "x:1:2"),
    ("invalid containerPort: ", "FROM a:1\nEXPOSE 65536\n", "invalid-port", "65536"),
    ("invalid hostPort: ", "FROM a:1\nEXPOSE x:1\n", "invalid-port", "x:1"),
    ("invalid port range: ", "FROM a:1\nEXPOSE 2-1\n", "invalid-port", "2-1"),
    ("invalid start port '%s'", "FROM a:1\nEXPOSE -1\n", "invalid-port", "-1"),
    ("invalid end port '%s'", "FROM a:1\nEXPOSE 1-\n", "invalid-port", "1-"),
    ("value out of range (0–65535)", "FROM a:1\nEXPOSE 1-65536\n", "invalid-port", "1-65536"),
    ("invalid containerPort: (a variable's)", "FROM a:1\nARG P=x\nEXPOSE $P\n", "invalid-variable-value", "$P"),
    ("Invalid signal: %s (a variable's)", "FROM a:1\nARG S=x\nSTOPSIGNAL $S\n", "invalid-variable-value", "$S"),
    ("VOLUME specified can not be an empty string (a variable's)", "FROM scratch\nVOLUME $V\n", "invalid-variable-value", "$V"),
    ("invalid chmod parameter: '%v' (a variable's)", "FROM a:1\nARG M=x\nCOPY --chmod=$M b /c\n", "invalid-variable-value", "$M"),
    ("invalid ranges specified for container and host Ports", "FROM a:1\nEXPOSE 1-3:1-2\n", "invalid-port", "1-3:1-2"),
    // client/llb/exec.go
    ("arguments are required", "FROM a:1\nRUN []\n", "missing-argument", "[]"),
];

/// The errors of a file: rule, and the text that is marked.
fn errors(source: &str) -> Vec<(&'static str, String)> {
    let document = Document::new(source);
    let settings = Settings::default();
    let findings = rules::run(&Cx {
        document: &document,
        context: &NoContext,
        shell_check: &NoShellCheck,
        settings: &settings,
    });
    let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| (finding.rule.id, document.text().slice(finding.span))).collect()
}

#[test]
fn every_error_has_one_finding_in_its_place() {
    let mut wrong = Vec::new();
    for (message, source, rule, marked) in ERRORS {
        let found = errors(source);
        if found != [(*rule, (*marked).to_owned())] {
            wrong.push(format!("{message}\n  {source:?}\n  {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_line_has_a_greatest_length() {
    // dockerfile line greater than max allowed size of %d
    let line = |bytes: usize| format!("FROM a:1\n#{}", "x".repeat(bytes - 1));
    assert_eq!(errors(&line(65_535)), []);
    assert_eq!(errors(&line(65_536)), [("overlong-line", line(65_536)["FROM a:1\n".len()..].to_owned())]);
}

#[test]
fn all_errors_of_a_file_appear_together() {
    let one_stage =
        ERRORS.iter().filter_map(|(_, source, rule, _)| Some((source.strip_prefix("FROM a:1\n")?, *rule)));
    // The open heredoc would take the lines below.
    let rows = || one_stage.clone().filter(|(_, rule)| *rule != "unterminated-heredoc");
    let source: String = ["FROM a:1\n"].into_iter().chain(rows().map(|(source, _)| source)).collect();
    let wanted: Vec<&str> = rows().map(|(_, rule)| rule).collect();
    let found: Vec<&str> = errors(&source).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(found, wanted);
}
