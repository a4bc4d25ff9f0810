//! What is seen while someone types: a half-written line disturbs no other. Every beginning of a file, every file
//! that lacks one line, and every instruction typed anew in its place is looked at; the findings of the instructions
//! and stages that were not touched stay what they were.
//!
//! `LAYERWISE_FILES=FOLDER` adds the files of a folder, as `cargo test --release --test typing` can take them by the
//! hundred.

use std::collections::BTreeSet;

use layerwise::context::NoContext;
use layerwise::context::shell_check::NoShellCheck;
use layerwise::document::{Cx, Document};
use layerwise::rules::{self, Finding, Group};
use layerwise::semantic::stage_needs::StageNeeds;
use layerwise::settings::Settings;
use layerwise::syntax::Kind;
use layerwise::text::Edit;

const SAMPLES: &[&str] = &[
    "# syntax=docker/dockerfile:1\n# check=skip=JSONArgsRecommended\nARG TAG=22\n\nFROM node:${TAG}-slim AS deps\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm \\\n    npm ci \\\n    # the log is long\n    --silent\n\nFROM deps AS build\nCOPY . .\nRUN <<EOF\nset -e\nnpm run build\nEOF\n\nFROM scratch AS other\nCOPY --from=nowhere /a /b\nCOPY --chown=$WHO <<-\"END\" <<X /c/\n\t$no\n\tEND\n$WHO\nX\nEXPOSE 80 99999\n\nFROM nginx:1.27\nCOPY --from=build --chmod=644 /app/dist /usr/share/nginx/html\nHEALTHCHECK --interval=5s CMD curl -f localhost || exit 1\nCMD nginx -g \"daemon off;\"\n",
    "FROM debian:12 AS one\nRUN apt-get update && \\\n    apt-get install -y curl; \\\n    rm -rf /tmp/*\nENV A=1 \\\n    B=\"two words\" \\\n    C=${A:-x}\nLABEL a=b c\nRNU echo\n\nFROM alpine:3.20\nMAINTAINER me\nENV OLD style value\nONBUILD COPY --from=one /x /y\nRUN [\"apk\", \"add\", \"git\"]\nVOLUME [\"/a\", /b]\nUSER 'broken\nSTOPSIGNAL SIGQIUT\nENTRYPOINT [\"sh\", \"-c\", \"echo $A\"]\n",
    "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022 AS win\nSHELL [\"powershell\", \"-Command\", \"$ErrorActionPreference = 'Stop';\"]\nRUN Write-Host 'a' ; `\n    Remove-Item C:\\a -Force\nWORKDIR C:\\app\nCOPY . C:\\app\\\n\nFROM win\nENV PATH=C:\\x;${PATH}\nCMD dir\n",
];

/// These look at the whole file on purpose: what they say of one line follows from the others.
const WHOLE_FILE: &[&str] = &["duplicate-stage-name", "instruction-casing", "unreachable-stage"];
/// Of the syntax rules, those that ask more than the instruction.
const BESIDE: &[&str] = &["instruction-before-from", "invalid-image-reference", "no-stage", "nul-byte"];

/// What is said of an instruction, without its place in the file.
type Said = Vec<(&'static str, usize, usize, String)>;

struct Seen {
    document: Document,
    findings: Vec<Finding>,
}

impl Seen {
    fn new(document: Document) -> Seen {
        let settings = Settings { extend: vec!["style".to_owned()], ..Settings::default() };
        let findings = rules::run(&Cx {
            document: &document,
            context: &NoContext,
            shell_check: &NoShellCheck,
            settings: &settings,
        });
        Seen { document, findings }
    }

    fn source(&self, item: usize) -> &str {
        self.document.file().items()[item].instruction.source()
    }

    fn len(&self) -> usize {
        self.document.file().items().len()
    }

    fn said(&self, item: usize, is_asked: impl Fn(&Finding) -> bool) -> Said {
        let start = self.document.file().items()[item].start;
        let own = self.findings.iter().filter(|finding| finding.item == item && is_asked(finding));
        let said = |finding: &Finding| {
            let (from, to) = (finding.span.start - start, finding.span.end - start);
            match finding.rule.id {
                // Which of the two it is, the line above says.
                "lost-continuation" | "unknown-instruction" => ("no instruction", from, to, String::new()),
                id => (id, from, to, finding.message.to_string()),
            }
        };
        own.map(said).collect()
    }

    fn stage(&self, item: usize) -> Option<usize> {
        self.document.model().stage_at(item).map(|stage| stage.index)
    }

    /// The stages that the instructions stand in, need, or are needed by; `None` where all may be.
    fn touched_stages(&self, items: impl Iterator<Item = usize>) -> Option<BTreeSet<usize>> {
        let all: Vec<usize> = (0..self.len()).collect();
        let needs = StageNeeds::of(self.document.file(), self.document.model(), &all);
        let mut touched = BTreeSet::new();
        for item in items {
            let kind = self.document.file().items()[item].instruction.ast().kind;
            let stage = self.stage(item).filter(|_| !matches!(kind, Kind::From | Kind::Unknown))?;
            let others = 0..self.document.model().stages().len();
            touched.extend(others.filter(|other| needs.leads(*other, stage) || needs.leads(stage, *other)));
        }
        Some(touched)
    }
}

/// Holds what was said before an edit against what is said after it.
fn check(before: &Seen, after: &Seen, what: &str) {
    if before.document.file().directives() != after.document.file().directives() {
        return;
    }
    let most = before.len().min(after.len());
    let front = (0..most).take_while(|item| before.source(*item) == after.source(*item)).count();
    let is_same =
        |back: &usize| before.source(before.len() - 1 - back) == after.source(after.len() - 1 - back);
    let back = (0..most - front).take_while(is_same).count();
    let pairs = (0..front)
        .map(|item| (item, item))
        .chain((0..back).map(|back| (before.len() - 1 - back, after.len() - 1 - back)));
    let touched = |seen: &Seen| seen.touched_stages(front..seen.len() - back);
    let touched = touched(before)
        .zip(touched(after))
        .filter(|_| before.document.model().stages().len() == after.document.model().stages().len());
    for (old, new) in pairs {
        let by_itself =
            |finding: &Finding| finding.rule.group == Group::Syntax && !BESIDE.contains(&finding.rule.id);
        assert_eq!(
            before.said(old, by_itself),
            after.said(new, by_itself),
            "{what}: {:?}",
            before.source(old)
        );
        let is_apart = |seen: &Seen, item: usize, touched: &BTreeSet<usize>| {
            seen.stage(item).is_some_and(|stage| !touched.contains(&stage))
        };
        if touched
            .as_ref()
            .is_some_and(|(first, second)| is_apart(before, old, first) && is_apart(after, new, second))
        {
            let of_stage = |finding: &Finding| !WHOLE_FILE.contains(&finding.rule.id);
            assert_eq!(
                before.said(old, of_stage),
                after.said(new, of_stage),
                "{what}: {:?}",
                before.source(old)
            );
        }
    }
}

fn files() -> Vec<(String, String)> {
    let own = SAMPLES.iter().enumerate().map(|(index, text)| (format!("sample {index}"), (*text).to_owned()));
    let mut files: Vec<(String, String)> = own.collect();
    if let Some(folder) = std::env::var_os("LAYERWISE_FILES") {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a file");
            files.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    files
}

#[test]
fn every_beginning_leaves_what_is_written_alone() {
    for (name, text) in files() {
        let mut before = Seen::new(Document::new(""));
        for (offset, char) in text.char_indices() {
            let after = Seen::new(before.document.edited(&Edit::insert(offset, char.to_string())));
            check(&before, &after, &format!("{name}, the first {offset} bytes"));
            before = after;
        }
    }
}

#[test]
fn a_deleted_line_disturbs_no_other() {
    for (name, text) in files() {
        let before = Seen::new(Document::new(&text));
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let edit = Edit::replace(start..start + line.len(), "");
            check(&before, &Seen::new(before.document.edited(&edit)), &format!("{name} without {line:?}"));
            start += line.len();
        }
    }
}

#[test]
fn an_instruction_typed_anew_disturbs_no_other() {
    for (name, text) in files() {
        let whole = Seen::new(Document::new(&text));
        for item in whole.document.file().items() {
            let span = item.span();
            let mut typed = Seen::new(whole.document.edited(&Edit::replace(span.clone(), "")));
            check(&whole, &typed, &format!("{name} without {:?}", item.instruction.source()));
            for (offset, char) in item.instruction.source().char_indices() {
                let edit = Edit::insert(span.start + offset, char.to_string());
                typed = Seen::new(typed.document.edited(&edit));
                check(&whole, &typed, &format!("{name}, {offset} bytes of {:?}", item.instruction.source()));
            }
        }
    }
}
