//! `secret-in-arg-or-env`

use crate::rules::Severity;
use crate::rules::frontend;
use crate::rules::prelude::*;
use crate::semantic::harmless_secrets::{harmless_name, harmless_value};
use crate::semantic::secrets::{is_checked_name, is_secret_name};
use crate::semantic::variable_mentions::word_stands_in;
use crate::semantic::variable_uses::{Reader, kept_variable_uses};
use crate::semantic::variables::Origin;
use crate::syntax::key_values::KeyValue;

declare_rule! {
    /// ## What it does
    /// Finds ARG and ENV with a name such as `API_KEY`, `GITHUB_TOKEN`, `DBPASSWORD` or `password`. A name with `public`, `file` or
    /// `version` in it is left alone.
    ///
    /// ## Why is this bad?
    /// Whoever has the image can read the value: ENV is part of it, and ARG of its history. That of a stage which is in no
    /// image stays in the build cache, which `--cache-to` with `mode=max` exports, and in the provenance that a build with
    /// `mode=max` attests. Source: Docker, "SLSA definitions" and "Cache storage backends".
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20
    /// ARG GITHUB_TOKEN
    /// RUN wget --header="Authorization: Bearer $GITHUB_TOKEN" https://example.com/private
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// # syntax=docker/dockerfile:1
    /// FROM alpine:3.20
    /// RUN --mount=type=secret,id=GITHUB_TOKEN,env=GITHUB_TOKEN,required=true wget --header="Authorization: Bearer $GITHUB_TOKEN" https://example.com/private
    /// ```
    ///
    /// ## Severity
    /// A hint for an ENV with an empty value, which only shows where a value is expected: one that is written there would stay
    /// in the image. `docker run --env` leaves nothing in it. A hint also where the value can be seen to be no secret: the fingerprint of
    /// a key (`ENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D`), a switch (`HOST_KEY_CHECKING=False`), the path of a file, and a
    /// filler such as `XXXXXXXX`, or the `minioadmin` of every new MinIO; or where the name says so: `AUTH_URL`, and what front-end tools build into what browsers load
    /// (`VITE_…`, `REACT_APP_…`, `…_PUBLISHABLE_KEY`). An information in a stage that no image is built on. BuildKit
    /// looks at names alone, and reports them all.
    ///
    /// ## Fix safety
    /// The build then needs `--secret id=NAME` (with the value in the environment variable `NAME`) instead of
    /// `--build-arg NAME=…`, and the frontend `docker/dockerfile:1.10` or newer: `# syntax=` is added where it is missing, and
    /// raised where it is older. Who builds it with the argument today has to give the secret from then on, also a compose file,
    /// which the title of the fix names. Every RUN that names the variable gets the mount, with `required=true`: without that a build
    /// that is given no secret goes on without a value (Dockerfile reference, "RUN --mount=type=secret"). One that asks whether
    /// there is a value, as in `[ -n "$TOKEN" ]` and `${TOKEN:-}`, can do without. A RUN whose program reads the variable unnamed
    /// gets no mount. There is no fix for ENV, for an ARG with a default or beside others, for one that COPY, ENV
    /// and the like read, as a mount reaches RUN alone, and for one that a RUN writes into a file of the image (`git config`,
    /// `sed -i`, `echo … > .npmrc`), where a mount would hide it and not mend it.
    ///
    /// ## hadolint
    /// The names are those of BuildKit, and two of its words written as one (`ACCESSTOKEN`), which it does not know. hadolint's list has `username` too, which is no secret; a name that it does not have,
    /// such as `GPG_KEY`, is found without its code.
    pub(crate) static SECRET_IN_ARG_OR_ENV = {
        id: "secret-in-arg-or-env", group: Security, severity: Warning, since: "0.1.0",
        also: ["SecretsUsedInArgOrEnv", "DL3064"],
        check: Steps(names_secret, check),
        fix: Unsafe(fix),
    }
}

fn names_secret(instruction: &Instruction) -> bool {
    pairs(instruction).iter().any(|pair| is_secret_name(instruction.str(pair.key)))
}

/// What an ARG or ENV declares.
fn pairs(instruction: &Instruction) -> &[KeyValue] {
    let ast = instruction.ast();
    match (ast.kind, &ast.arguments) {
        (Kind::Arg | Kind::Env, Arguments::KeyValues(pairs)) => pairs,
        _ => &[],
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    // What stands before the first FROM is in no image.
    let in_stages = steps.iter().filter(|index| cx.document.model().stage_at(**index).is_some());
    for (index, item) in in_stages.filter_map(|index| Some((*index, cx.document.file().item(*index)?))) {
        let instruction = &item.instruction;
        for pair in pairs(instruction) {
            let name = instruction.str(pair.key);
            if is_secret_name(name) {
                let value = pair.value.map(|part| instruction.str(part).trim_matches(['"', '\'']));
                let (message, severity) = told(name, value, item.kind, ships(cx, index));
                let place = instruction.place(pair.key);
                out.push_at(index, place, message).also(codes(name)).severity(severity);
            }
        }
    }
}

/// What is said of a variable, and how bad it is.
fn told(name: &str, value: Option<&str>, kind: Kind, ships: bool) -> (String, Severity) {
    let (stays, severity) = match kind {
        _ if !ships => ("the build cache and in provenance of `mode=max`", Severity::Info),
        Kind::Arg => ("the history of the image", SECRET_IN_ARG_OR_ENV.severity),
        _ => ("the image", SECRET_IN_ARG_OR_ENV.severity),
    };
    let is_empty = kind == Kind::Env && value.is_none_or(str::is_empty);
    match harmless_name(name).or_else(|| harmless_value(name, value.unwrap_or_default())) {
        Some(why) => (format!("`{name}` is named like a secret, but {why}"), Severity::Hint),
        None if is_empty => {
            (format!("`{name}` looks like a secret: a value given here stays in {stays}"), Severity::Hint)
        }
        None => (format!("`{name}` looks like a secret, and its value stays in {stays}"), severity),
    }
}

/// BuildKit's name, and hadolint's code for a name that is on its list too.
/// Source: hadolint, README.md, "DL3064".
fn codes(name: &str) -> &'static [&'static str] {
    const PARTS: [&str; 7] =
        ["api_key", "client_key", "password", "private_key", "privatekey", "secret", "token"];
    let is_checked = is_checked_name(name);
    let name = name.to_ascii_lowercase();
    let is_listed = name == "aws_access_key_id" || name == "application_key";
    match (is_checked, is_listed || PARTS.iter().any(|part| name.contains(part))) {
        (true, true) => SECRET_IN_ARG_OR_ENV.also,
        (true, false) => &["SecretsUsedInArgOrEnv"],
        (false, true) => &["DL3064"],
        (false, false) => &[],
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    let [KeyValue { key, value: None, .. }] = pairs(&item.instruction) else {
        return Vec::new();
    };
    let name = item.instruction.str(*key);
    let is_argument = item.kind == Kind::Arg && harmless_name(name).is_none();
    let edits = || {
        let mut edits = frontend::at_least(cx.document, MOUNT_AS_VARIABLE)?;
        edits.push(Edit::delete(item.span().start..item.end()));
        edits.extend(mounts(cx, finding.item, name)?);
        Some(edits)
    };
    let builds = &cx.document.inputs().builds;
    let giver = builds.iter().find(|build| build.arguments.contains_key(name));
    let asked = giver.map_or_else(
        || format!("`docker build --secret id={name}`"),
        |build| format!("{} then has to give a secret, no argument", build.shown),
    );
    let title = format!("Read it from a build secret ({asked}, Dockerfile 1.10)");
    let edits = if is_argument { edits() } else { None };
    edits.map(|edits| Fix::new(title, Safety::Unsafe, edits)).into_iter().collect()
}

/// The minor version of the first frontend that knows `env=` in a mount.
const MOUNT_AS_VARIABLE: u32 = 10;

/// The edits that mount the secret in every RUN that names the argument declared at `argument`. `None` where no RUN does,
/// or something else reads it, or a RUN writes it into a file.
fn mounts(cx: &Cx<'_>, argument: usize, name: &str) -> Option<Vec<Edit>> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let is_own = |index: usize| {
        let origin = model.variable(name, index).origin;
        matches!(origin, Some(Origin::Arg(item) | Origin::BuildArgument(item)) if item == argument)
    };
    let mut edits = Vec::new();
    for (index, item) in file.items().iter().enumerate().skip(argument + 1) {
        let instruction = &item.instruction;
        if !instruction.source().contains(name) || !is_own(index) {
            continue;
        }
        let mut uses = kept_variable_uses(instruction, model.has_posix_shell(index));
        if uses.any(|found| found.name == name && found.reader == Reader::Builder) {
            return None;
        }
        match instruction.ast().kind {
            // The image would have it all the same, and nothing would say so any more.
            Kind::Run if names(instruction, name) && writes(instruction, name) => return None,
            Kind::Run if names(instruction, name) => {
                let end = item.absolute(instruction.place(instruction.ast().keyword)).end;
                let required = if asks_for_value(instruction, name) { "" } else { ",required=true" };
                edits.push(Edit::insert(end, format!(" --mount=type=secret,id={name},env={name}{required}")));
            }
            // What an ONBUILD keeps is run without the ARG.
            _ => {}
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// Whether a RUN writes the value of a variable into a file, such as the settings of git, and deletes nothing.
fn writes(instruction: &Instruction, name: &str) -> bool {
    let Some(facts) = Facts::of(instruction) else {
        return false;
    };
    let script = &facts.script;
    let is_deleted = facts.invocations.iter().any(|invocation| matches!(&*invocation.name, "rm" | "shred"));
    !is_deleted
        && facts.invocations.iter().any(|invocation| {
            let arguments = invocation.arguments(script);
            let has = |text: &str| arguments.iter().any(|word| word.is(text));
            let is_given = arguments.iter().any(|word| word_stands_in(script.str(word.part), name));
            is_given
                && match &*invocation.name {
                    "sed" => arguments
                        .iter()
                        .any(|word| script.str(word.part).starts_with("-i") || word.is("--in-place")),
                    "bundle" | "composer" | "git" | "npm" | "pip" | "pip3" | "pnpm" | "poetry" | "yarn" => {
                        has("config") || has("set")
                    }
                    "echo" | "printf" => {
                        !script.outputs().is_empty() || script.text().text().contains("tee ")
                    }
                    _ => false,
                }
        })
}

/// Whether a script asks whether a variable has a value: `${A:-b}`, `${A+b}`, `[ -n "$A" ]`, `test -z ${A}`.
fn asks_for_value(instruction: &Instruction, name: &str) -> bool {
    let text = instruction.source();
    let asks = |start: usize| {
        let (before, after) = (text.get(..start)?, text.get(start + name.len()..)?);
        let braced = before.strip_suffix("${");
        let modified = braced.is_some() && after.trim_start_matches(':').starts_with(['-', '+', '=']);
        let before = braced.or_else(|| before.strip_suffix('$'))?.trim_end_matches('"').trim_end();
        Some(modified || [" -n", " -z"].iter().any(|test| before.ends_with(test)))
    };
    text.match_indices(name).any(|(start, _)| asks(start) == Some(true))
}

/// Whether a word of an instruction is this name.
fn names(instruction: &Instruction, name: &str) -> bool {
    let text = instruction.source().get(instruction.span()).unwrap_or_default();
    word_stands_in(text, name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::context::NoContext;
    use crate::document::Document;
    use crate::rules;
    use crate::semantic::inputs::{Build, Inputs};
    use crate::settings::Settings;
    check_rule!(SECRET_IN_ARG_OR_ENV);

    #[test]
    fn a_word_of_the_name_says_it() {
        check(
            "FROM a:1\nENV A=1 My_Token=2\n      # ^^^^^^^^ `My_Token` looks like a secret, and its value stays in the image\n",
        );
        check(
            "FROM a:1\nARG KEY\n  # ^^^ `KEY` looks like a secret, and its value stays in the history of the image\n",
        );
    }

    #[test]
    fn what_is_no_secret_is_a_hint() {
        check(
            "FROM a:1\nENV PASSWORD=\"\" B=1\n  # ^^^^^^^^ `PASSWORD` looks like a secret: a value given here stays in the image\n",
        );
        check(
            "FROM a:1\nENV GPG_KEY A035C8C19219BA821ECEA86B64E628F8D684696D\n  # ^^^^^^^ `GPG_KEY` is named like a secret, but its value is the fingerprint of a key\n",
        );
        let severity = |line: &str| severities(&format!("FROM a:1\n{line}\n"));
        assert_eq!(severity("ENV PASSWORD="), [Severity::Hint]);
        assert_eq!(
            severity("ENV GPG_KEYS_AUTH=1 GPG_KEY=0xF628F8D684696D00"),
            [Severity::Warning, Severity::Hint]
        );
        assert_eq!(severity("ENV API_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D"), [Severity::Warning]);
        assert_eq!(severity("ARG PASSWORD="), [Severity::Warning]);
        for hint in
            ["A_PASSWORD=\\${b.c}", "PASSWORD=NOT_SET", "TOKEN=<token>", "TOKEN='{{ a }}'", "AUTH_TYPE=oidc"]
        {
            assert_eq!(severity(&format!("ENV {hint}")), [Severity::Hint], "{hint}");
        }
        for hint in ["HOST_KEY_CHECKING=False", "CA_KEY=assets/ca.key", "SSH_KEY=/run/key", "TOKEN=0000-0000"]
        {
            assert_eq!(severity(&format!("ENV {hint}")), [Severity::Hint], "{hint}");
        }
        for hint in ["SA_PASSWORD=C:\\\\a\\\\sa-password", "A_KEY='C:/b/key'"] {
            assert_eq!(severity(&format!("ENV {hint}")), [Severity::Hint], "{hint}");
        }
        for hint in [
            "MINIO_PASSWORD=minioadmin",
            "H_SECRET=0x00000000",
            "A_KEY_ALIAS=b.c",
            "KEY_POLLING_TIMEOUT_MS=40000",
            "AZP_TOKEN=set_me_to_a_pat",
            "WITH_AUTH=\"plain;ldap\"",
        ] {
            assert_eq!(severity(&format!("ENV {hint}")), [Severity::Hint], "{hint}");
        }
        for warning in ["PASSWORD=password", "KEY=C:a", "TOKEN=a/b+c==", "TOKEN=0000-0001", "PASSWORD=12"] {
            assert_eq!(severity(&format!("ENV {warning}")), [Severity::Warning], "{warning}");
        }
    }

    #[test]
    fn a_stage_without_an_image_keeps_it_in_the_cache() {
        let copied = "FROM c:1\nCOPY --from=b /d /d\n";
        check(&format!(
            "FROM a:1 AS b\nARG API_KEY\n  # ^^^^^^^ `API_KEY` looks like a secret, and its value stays in the build cache and in provenance of `mode=max`\n{copied}"
        ));
        assert_eq!(severities(&format!("FROM a:1 AS b\nENV API_KEY=1\n{copied}")), [Severity::Info]);
        assert_eq!(severities(&format!("FROM a:1 AS b\nENV API_KEY=\n{copied}")), [Severity::Hint]);
        assert_eq!(severities("FROM a:1 AS b\nENV API_KEY=1\nFROM b\n"), [Severity::Warning]);
    }

    #[test]
    fn a_name_may_say_that_everybody_gets_it() {
        check(
            "FROM a:1\nARG VITE_MAP_KEY\n  # ^^^^^^^^^^^^ `VITE_MAP_KEY` is named like a secret, but Vite builds it into what browsers load\n",
        );
        check(
            "FROM a:1\nENV STRIPE_PUBLISHABLE_KEY=pk\n  # ^^^^^^^^^^^^^^^^^^^^^^ `STRIPE_PUBLISHABLE_KEY` is named like a secret, but such keys are made to be given to browsers\n",
        );
        for name in
            ["REACT_APP_TOKEN", "GATSBY_A_KEY", "VUE_APP_AUTH", "RECAPTCHA_SITE_KEY", "SUPABASE_ANON_KEY"]
        {
            assert_eq!(severities(&format!("FROM a:1\nARG {name}\n")), [Severity::Hint], "{name}");
        }
        assert_eq!(severities("FROM a:1\nARG WEBSITE_KEY\nARG AUTH_URL\nARG VITE_KEY_SECRET\n").len(), 3);
        assert_eq!(severities("FROM a:1\nARG MY_WEB_SITE_SECRET_KEY\n"), [Severity::Warning]);
        check_no_fix("FROM a:1\nARG VITE_A_KEY\nRUN b $VITE_A_KEY\n");
    }

    #[test]
    fn a_name_may_say_that_it_is_only_about_a_secret() {
        assert_eq!(severities("FROM a:1\nARG AUTH_URL\nARG TOKEN_NAME=\n"), [Severity::Hint; 2]);
    }

    #[test]
    fn a_code_of_hadolint_stands_for_what_it_finds() {
        check_none("FROM a:1\n# hadolint ignore=DL3064\nENV MY_TOKEN=1\n");
        check(
            "FROM a:1\n# hadolint ignore=DL3064\nENV GPG_KEY=1\n  # ^^^^^^^ `GPG_KEY` looks like a secret, and its value stays in the image\n",
        );
    }

    #[test]
    fn other_words_do_not() {
        check_none(
            "ARG TOKEN\nFROM a:1\nENV TOKENS=1 KEY_FILE=2 PUBLIC_KEY=3 MONKEY=4 KEY_VERSION=5\nLABEL key=1\n",
        );
    }

    #[test]
    fn every_run_that_names_the_argument_gets_the_secret() {
        check_fix(
            "# syntax=docker/dockerfile:1.4\nFROM a:1 AS a\n# c\nARG KEY\nRUN x\nRUN --network=none x $KEY\nFROM a\nRUN [\"x\", \"KEY\"]\n",
            "# syntax=docker/dockerfile:1.10\nFROM a:1 AS a\n# c\nRUN x\nRUN --mount=type=secret,id=KEY,env=KEY,required=true --network=none x $KEY\nFROM a\nRUN --mount=type=secret,id=KEY,env=KEY,required=true [\"x\", \"KEY\"]\n",
        );
    }

    #[test]
    fn what_asks_for_the_value_can_do_without() {
        for script in ["x ${KEY:-}", "[ -n \"$KEY\" ] && x", "if test -z ${KEY}; then x; fi", "x ${KEY+a}"] {
            check_fix(
                &format!("FROM a:1\nARG KEY\nRUN {script}\n"),
                &format!(
                    "# syntax=docker/dockerfile:1\nFROM a:1\nRUN --mount=type=secret,id=KEY,env=KEY {script}\n"
                ),
            );
        }
    }

    #[test]
    fn who_gives_the_argument_has_to_give_the_secret() {
        let build = |name: &str| Build {
            file: "/p/compose.yaml".to_owned(),
            shown: "compose.yaml".to_owned(),
            name: "web".to_owned(),
            target: None,
            place: None,
            arguments: [(name.to_owned(), None)].into(),
        };
        let title = |name: &str| {
            let inputs = Inputs { builds: vec![build(name)], ..Inputs::default() };
            let document = Document::new("FROM a:1\nARG KEY\nRUN x $KEY\n").with_inputs(Arc::new(inputs));
            let cx = Cx {
                document: &document,
                context: &NoContext,
                shell_check: &crate::context::shell_check::NoShellCheck,
                settings: &Settings::default(),
            };
            let found = rules::run(&cx);
            let finding = found.iter().find(|found| found.rule.id == SECRET_IN_ARG_OR_ENV.id).unwrap();
            fix(&cx, finding).first().unwrap().title.clone()
        };
        assert_eq!(
            title("KEY"),
            "Read it from a build secret (compose.yaml then has to give a secret, no argument, Dockerfile 1.10)"
        );
        assert!(title("B").contains("`docker build --secret id=KEY`"));
    }

    #[test]
    fn words_that_are_written_as_one_are_known() {
        let found =
            |name: &str| crate::fixture::found(&SECRET_IN_ARG_OR_ENV, &format!("FROM a\nARG {name}\n")).len();
        for name in ["INTERNAL_FEED_ACCESSTOKEN", "DBPASSWORD", "privateKey", "SECRETKEY"] {
            assert_eq!((found(name), codes(name)), (1, &["DL3064"][..]), "{name}");
        }
        assert_eq!((found("AWS_ACCESSKEY"), codes("AWS_ACCESSKEY").len()), (1, 0));
        for name in ["MONKEY", "TURKEY", "DBPASSWORD_FILE", "KEYBOARD", "NOTOKEN", "SUDO_NOPASSWD"] {
            assert_eq!(found(name), 0, "{name}");
        }
    }

    #[test]
    fn switches_are_known_by_value_and_by_name() {
        assert_eq!(
            severities("FROM a\nENV APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=DontWarn\n"),
            [Severity::Hint]
        );
        assert_eq!(severities("FROM a\nENV USE_TOKEN=yes\n"), [Severity::Hint]);
        assert_eq!(severities("FROM a\nENV USE_TOKEN=DontWarn\n"), [SECRET_IN_ARG_OR_ENV.severity]);
    }

    #[test]
    fn what_a_mount_cannot_replace_stays() {
        check_no_fix("FROM a:1\nENV KEY=1\nRUN x $KEY\n");
        check_no_fix("FROM a:1\nARG KEY=1\nRUN x $KEY\n");
        check_no_fix("FROM a:1\nARG KEY B\nRUN x $KEY\n");
        check_no_fix("FROM a:1\nARG KEY\nRUN x $MONKEY\n");
        check_no_fix("FROM a:1\nARG KEY\nRUN x $KEY\nCOPY $KEY /b\n");
        check_no_fix("FROM a:1\nARG KEY\nFROM b:1\nRUN x $KEY\n");
        check_no_fix("# syntax=b/c\nFROM a:1\nARG KEY\nRUN x $KEY\n");
        check_no_fix(
            "FROM a:1\nARG KEY\nRUN git config --global url.\"https://$KEY@b/\".insteadOf https://b/\n",
        );
        check_no_fix("FROM a:1\nARG KEY\nRUN sed -i \"s|b=.*|b=${KEY}|\" /c\n");
        check_no_fix("FROM a:1\nARG KEY\nRUN echo \"//b/:_authToken=$KEY\" > ~/.npmrc && npm ci\n");
    }
}
