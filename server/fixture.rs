//! Tests of rules and of what is asked at a place: documents with what is expected written under the lines, and
//! with `$0` where the cursor is.
//!
//! A line `#- path` begins a file; without one, all is the Dockerfile. Files of settings are what is set. A line of blanks, an optional `#`,
//! blanks, carets and a message says what is found in the line above, just over the carets; it is taken out
//! before the document is read. A finding that goes on past its first line has carets to the end of it.

use std::sync::{Arc, OnceLock};

use proptest::prelude::*;

use crate::context::shell_check::{NoShellCheck, ShellCheck};
use crate::context::{BuildContext, Certainty, MemoryContext, NoContext};
use crate::document::{Cx, Document};
use crate::fix::{self, Fix, Safety};
use crate::rules::{self, Check, Finding, Group, Rule, Severity};
use crate::semantic::inputs::{Inputs, SetTarget, Targets};
use crate::settings::{Level, Settings};
use crate::shellcheck::{Program, Programs};
use crate::text::{Encoding, Text};

/// Makes `check`, `check_none`, `check_fix` and `check_no_fix` of one rule.
macro_rules! check_rule {
    ($rule:ident) => {
        /// The rule finds what is marked, and nothing else.
        #[allow(dead_code, reason = "not every rule needs each")]
        fn check(fixture: &str) {
            $crate::fixture::check(&super::$rule, fixture);
        }
        /// The rule finds nothing.
        #[allow(dead_code, reason = "not every rule needs each")]
        fn check_none(fixture: &str) {
            assert_eq!($crate::fixture::found(&super::$rule, fixture), Vec::<String>::new());
        }
        /// The first fix of the first finding makes `after` of `before`.
        #[allow(dead_code, reason = "not every rule needs each")]
        fn check_fix(before: &str, after: &str) -> $crate::fix::Fix {
            $crate::fixture::check_fix(&super::$rule, before, after)
        }
        /// How bad the findings of the rule are without settings.
        #[allow(dead_code, reason = "not every rule needs each")]
        fn severities(text: &str) -> Vec<crate::rules::Severity> {
            $crate::fixture::severities(&super::$rule, text)
        }
        /// The rule finds something and offers no fix for any of it.
        #[allow(dead_code, reason = "not every rule needs each")]
        fn check_no_fix(fixture: &str) {
            $crate::fixture::check_no_fix(&super::$rule, fixture);
        }
    };
}
pub(crate) use check_rule;

/// A fixture taken apart.
pub(crate) struct Fixture {
    pub(crate) document: Document,
    context: Box<dyn BuildContext>,
    settings: Settings,
    /// What is expected: line, columns and message.
    expected: Vec<String>,
}

impl Fixture {
    /// A fixture whose Dockerfile has one `$0` in it, which is taken out: the cursor, in bytes.
    pub(crate) fn cursor(text: &str) -> (Fixture, usize) {
        let marked = Fixture::new(text).document.text().to_string();
        let offset = marked.find("$0").expect("a $0 in the Dockerfile");
        (Fixture::new(&text.replacen("$0", "", 1)), offset)
    }

    /// Calls `look` with everything an analysis may look at, with the settings of the fixture.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Cx<'_>) -> T) -> T {
        look(&Cx {
            document: &self.document,
            context: self.context.as_ref(),
            shell_check: &NoShellCheck,
            settings: &self.settings,
        })
    }

    pub(crate) fn new(text: &str) -> Fixture {
        Fixture::with_main(text, "Dockerfile", Document::new)
    }

    /// A fixture for a rule: about an ignore file where the rule is.
    pub(crate) fn of(rule: &Rule, text: &str) -> Fixture {
        if rule.is_about_ignore_files() {
            Fixture::with_main(text, ".dockerignore", Document::ignore_file)
        } else {
            Fixture::new(text)
        }
    }

    fn with_main(text: &str, main: &str, read: fn(&str) -> Document) -> Fixture {
        let mut source = String::new();
        let mut files: Vec<(String, String)> = Vec::new();
        let mut expected = Vec::new();
        let mut line_number = 0;
        for line in text.split_inclusive('\n') {
            if let Some(path) = line.strip_prefix("#- ") {
                files.push((path.trim().to_owned(), String::new()));
            } else if let Some((start, end, message)) = marked(line) {
                expected.push(format!("{}:{start}-{end} {message}", line_number - 1));
            } else if let Some((path, content)) = files.last_mut()
                && path != main
            {
                content.push_str(line);
            } else {
                source.push_str(line);
                line_number += 1;
            }
        }
        let settings = settings(&files);
        files.retain(|(path, _)| !SETTINGS_FILES.contains(&path.as_str()));
        let context: Box<dyn BuildContext> = if files.iter().all(|(path, _)| path == main) {
            Box::new(NoContext)
        } else {
            let empty = MemoryContext::new(Certainty::Given).file(main, &source);
            let others = files.iter().filter(|(path, _)| path != main);
            Box::new(others.fold(empty, |context, (path, content)| context.file(path, content)))
        };
        let document = with_settings(read(&source), &settings);
        Fixture { document, context, settings, expected }
    }

    /// Calls `look` with everything an analysis may look at, the rule being on.
    pub(crate) fn with<T>(&self, rule: &Rule, look: impl FnOnce(&Cx<'_>) -> T) -> T {
        let mut settings = self.settings.clone();
        settings.rules.entry(rule.id.to_owned()).or_default().level = Some(Level::On(rule.severity));
        let shell_check = match rule.id {
            "shellcheck" => shell_check().unwrap_or(&NoShellCheck),
            _ => &NoShellCheck,
        };
        look(&Cx {
            document: &self.document,
            context: self.context.as_ref(),
            shell_check,
            settings: &settings,
        })
    }

    fn findings(&self, rule: &Rule) -> Vec<Finding> {
        self.with(rule, |cx| {
            rules::run(cx).into_iter().filter(|finding| finding.rule.id == rule.id).collect()
        })
    }
}

/// A rule that finds nothing, for what lists rules.
pub(crate) const LISTED_RULE: Rule = Rule {
    id: "list-kept",
    group: Group::Size,
    severity: Severity::Info,
    default_on: false,
    since: "0.1.0",
    also: &["DL1", "DL2"],
    docs: " ## What it does\n Finds lists\n that stay. More of it.\n ## Example\n ```dockerfile,bad\n ## not a heading\n ```\n",
    safety: Some(Safety::Safe),
    options: &[],
    changes: &[],
    tag: None,
    check: Check::File(|_, _| {}),
    only: None,
    fix: None,
};

/// How bad the findings of a rule are without settings, in order.
pub(crate) fn severities(rule: &Rule, text: &str) -> Vec<Severity> {
    let settings = Settings::default();
    let fixture = Fixture::new(text);
    let cx = Cx {
        document: &fixture.document,
        context: fixture.context.as_ref(),
        shell_check: &NoShellCheck,
        settings: &settings,
    };
    let findings = rules::run(&cx).into_iter().filter(|finding| finding.rule.id == rule.id);
    findings.map(|finding| finding.severity).collect()
}

/// The files of a fixture that are no part of its build context but its settings.
const SETTINGS_FILES: [&str; 2] = ["layerwise.toml", ".hadolint.yaml"];

/// A document that is built as `layerwise.toml` says.
fn with_settings(document: Document, settings: &Settings) -> Document {
    let context = &settings.context;
    let set_target =
        context.target.clone().map(|name| SetTarget { name, file: Some(SETTINGS_FILES[0].to_owned()) });
    let targets = match &context.target {
        Some(name) => Targets::These([Some(name.clone())].into()),
        None => Targets::Last,
    };
    let arguments = context.args.clone();
    document.with_inputs(Arc::new(Inputs { set_target, targets, arguments, ..Inputs::default() }))
}

fn settings(files: &[(String, String)]) -> Settings {
    let content = |wanted: &str| files.iter().find(|(path, _)| path == wanted).map(|(_, text)| text.as_str());
    let mut settings = Settings::default();
    #[cfg(any(feature = "cli", feature = "lsp"))]
    for (name, parse) in SETTINGS_FILES.into_iter().rev().zip([Settings::from_hadolint, Settings::from_toml])
    {
        if let Some(text) = content(name) {
            let (read, problems) = parse(text);
            assert_eq!(problems, []);
            settings = Settings::merge(settings, read);
        }
    }
    settings
}

/// The real program; none where this machine has none and that is no reason to fail.
fn shell_check() -> Option<&'static dyn ShellCheck> {
    static PROGRAM: OnceLock<Option<Arc<Program>>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| Programs::new(|complaint| panic!("{complaint}")).find(None));
    assert!(
        program.is_some() || std::env::var_os("LAYERWISE_NEEDS_SHELLCHECK").is_none(),
        "shellcheck is not on the search path"
    );
    program.as_ref().map(|program| &**program as &dyn ShellCheck)
}

/// Whether what finds the problems of a rule is there.
fn can_find(rule: &Rule) -> bool {
    rule.id != "shellcheck" || shell_check().is_some()
}

/// The columns under which carets stand, and the message.
fn marked(line: &str) -> Option<(usize, usize, String)> {
    let carets = line.trim_start_matches([' ', '#']);
    let start = line.len() - carets.len();
    let message = carets.trim_start_matches('^');
    let end = line.len() - message.len();
    (start < end).then(|| (start, end, message.trim().to_owned()))
}

fn shown(text: &Text, finding: &Finding) -> String {
    let start = text.position(finding.span.start, Encoding::Utf32);
    let end = text.position(finding.span.end, Encoding::Utf32);
    let line = text.slice(finding.span.clone());
    let first_line = line.lines().next().unwrap_or_default().chars().count();
    let end =
        if end.line == start.line { end.character as usize } else { start.character as usize + first_line };
    format!("{}:{}-{end} {}", start.line, start.character, finding.message)
}

/// Whether the rule finds something.
pub(crate) fn finds(rule: &Rule, fixture: &str) -> bool {
    !can_find(rule) || !found(rule, fixture).is_empty()
}

/// What a rule finds, each as its line, columns and message.
pub(crate) fn found(rule: &Rule, fixture: &str) -> Vec<String> {
    let fixture = Fixture::of(rule, fixture);
    let findings = fixture.findings(rule);
    findings.iter().map(|finding| shown(fixture.document.text(), finding)).collect()
}

/// The rule finds what is marked, and nothing else.
pub(crate) fn check(rule: &Rule, fixture: &str) {
    let expected = Fixture::of(rule, fixture).expected;
    assert!(!expected.is_empty(), "nothing is marked");
    if !can_find(rule) {
        return;
    }
    assert_eq!(found(rule, fixture), expected);
}

/// The first fix of the first finding makes `after` of `before`.
pub(crate) fn check_fix(rule: &Rule, before: &str, after: &str) -> Fix {
    let fixture = Fixture::of(rule, before);
    if !can_find(rule) {
        return Fix::new("", fix::Safety::Suggested, Vec::new());
    }
    let finding = fixture.findings(rule).into_iter().next().expect("a finding");
    let fixes = fixture.with(rule, |cx| fix::offers(cx, &finding));
    let fix = fixes.into_iter().next().expect("a proven fix");
    let after = Fixture::of(rule, after);
    let text = |document: &Document| document.text().to_string();
    if fix.files.is_empty() || !fix.edits.is_empty() {
        let fixed = fix::apply(&fixture.document, &fix.edits).expect("edits");
        assert_eq!(text(&fixed), text(&after.document));
    }
    for file in &fix.files {
        let mut content = Text::new(&fixture.context.read(&file.path).unwrap_or_default());
        for edit in file.edits.iter().rev() {
            content.replace(edit.span.clone(), &edit.new_text);
        }
        assert_eq!(Some(content.to_string()), after.context.read(&file.path), "{}", file.path);
    }
    fix
}

/// The rule finds something and offers no fix for any of it.
pub(crate) fn check_no_fix(rule: &Rule, fixture: &str) {
    let fixture = Fixture::of(rule, fixture);
    let findings = fixture.findings(rule);
    assert!(!findings.is_empty() || !can_find(rule), "nothing is found");
    for finding in &findings {
        assert_eq!(fixture.with(rule, |cx| fix::offers(cx, finding)), []);
    }
}

/// Lines as people write them, of every kind that the features look into.
const LINES: [&str; 24] = [
    "# syntax=docker/dockerfile:1\n",
    "# escape=`\n",
    "# hadolint ignore=DL3006,DL3008\n",
    "ARG VERSION=1 É=2\r\n",
    "FROM --platform=$BUILDPLATFORM node:${VERSION:-22}-slim@sha256:ab AS Build\n",
    "FROM build\n",
    "from scratch as é🐳\n",
    "ENV A=1 \\\n  # inside\n\n  B=\"${A:+x $VERSION}\" C='$A'\n",
    "ENV OLD a b $A\n",
    "COPY --from=build --chown=$A:0 src/* \"${B}\" /é/\n",
    "COPY --from=0 <<EOF <<-'F' /x\n$A é\nEOF\n\t$B\n\tF\n",
    "ADD [\"$A\", \"b c\", \"/d\"]\n",
    "RUN --mount=type=cache,target=/$A,from=build --mount=type=bind,\"from=0\" apt-get install \\\n  curl `$B` \"${C}\"\n",
    "RUN <<EOF\napt-get install $A\nEOF\n",
    "RUN [\"apk\", \"add\", \"$A\"]\n",
    "WORKDIR ../$A/x\n",
    "STOPSIGNAL SIGTERM\n",
    "HEALTHCHECK --interval=1s \\\n --retries=3 CMD curl $A || exit 1\n",
    "ONBUILD COPY --from=x $A .\n",
    "ONBUILD \\\n",
    "CMD echo $A ${B\n",
    "SHELL [\"powershell\", \"-c\"]\n",
    "LABEL a=$A \"b c\"='d\n",
    "\u{feff} \t\n",
];

/// Files with a part cut out of them somewhere, as they are while somebody types.
pub(crate) fn half_typed() -> impl Strategy<Value = String> {
    let lines = proptest::collection::vec(proptest::sample::select(&LINES[..]), 1..8);
    (lines, any::<proptest::sample::Index>(), 0..12_usize).prop_map(|(lines, cut, length)| {
        let chars: Vec<char> = lines.concat().chars().collect();
        let start = cut.index(chars.len());
        let end = (start + length).min(chars.len());
        chars.iter().take(start).chain(chars.iter().skip(end)).collect()
    })
}
