//! What all files of one run share, and what is made of one of them before any rule looks at it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anyhow::{Context, anyhow, bail};

use crate::cli::arguments::{BuildArguments, SelectionArguments};
use crate::cli::inputs::Input;
use crate::cli::warn;
use crate::context::shell_check::{NoShellCheck, ShellCheck};
use crate::context::{BuildContext, Certainty, NoContext};
use crate::discovery::builders::builders;
use crate::discovery::context::{Chosen, choose, of_saved};
use crate::discovery::ignore_files::{in_force, is_ignore_file, own_context, owner};
use crate::discovery::inputs::inputs;
use crate::discovery::{Discovered, Discovery};
use crate::disk::DiskContext;
use crate::document::{Cx, Document};
use crate::rules::{self, ALL, Rule};
use crate::settings::names::{always_on, ids_named, ids_turned_off};
use crate::settings::suggestion::with_suggestion;
use crate::settings::{Settings, ShellCheckSetting};
use crate::shellcheck::{Program, Programs};
use crate::text::Decoded;

/// What all files of one run share.
pub(super) struct Session {
    discovery: Discovery,
    programs: Programs,
    command_line: Settings,
    working_folder: PathBuf,
}

/// One file, ready to be analysed.
pub(super) struct Subject {
    pub(super) bytes: Vec<u8>,
    pub(super) decoded: Decoded,
    pub(super) document: Document,
    pub(super) settings: Settings,
    /// Where `settings` came from: our file, and hadolint's.
    pub(super) discovered: [Arc<Discovered>; 2],
    context: Box<dyn BuildContext>,
    /// The stage that the command line asks for.
    target: Option<String>,
    shell_check: Option<Arc<Program>>,
}

/// The ids that a name stands for.
type Named = fn(&str, &[&'static Rule]) -> Result<Vec<String>, String>;

impl Session {
    /// Fails where the command line names a folder, a rule or a group that does not exist.
    pub(super) fn new(build: &BuildArguments, selection: &SelectionArguments) -> anyhow::Result<Session> {
        let working_folder = std::env::current_dir().context("the working folder cannot be read")?;
        let ids = |names: &[String], named: Named| -> anyhow::Result<Vec<String>> {
            let ids: Result<Vec<Vec<String>>, String> = names.iter().map(|name| named(name, ALL)).collect();
            Ok(ids.map_err(|message| anyhow!(message))?.concat())
        };
        let enabled = ids(&selection.enable, ids_named)?;
        let disabled = ids(&selection.disable, ids_turned_off)?;
        disabled.iter().filter_map(|name| always_on(name, ALL)).for_each(|message| warn(&message));
        let mut command_line = Settings { enabled, disabled, ..Settings::default() };
        if let Some(folder) = &build.context {
            if !folder.is_dir() {
                bail!("`{}` is not a folder", folder.display());
            }
            command_line.context.dir = Some(folder.to_string_lossy().into_owned());
        }
        command_line.context.target.clone_from(&build.target);
        command_line.context.args.extend(build.build_arg.iter().cloned());
        command_line.shellcheck = selection.shellcheck.as_deref().map(ShellCheckSetting::new);
        let (discovery, programs) = (Discovery::default(), Programs::new(warn));
        Ok(Session { discovery, programs, command_line, working_folder })
    }

    /// Turns a rule on for this run, whatever the settings say.
    pub(super) fn enable(&mut self, rule: &str) {
        self.command_line.enabled.push(rule.to_owned());
    }

    /// What the settings files say where the program was started.
    pub(super) fn settings_here(&self) -> Settings {
        let [own, hadolint] = self.discovered(&self.working_folder);
        Settings::merge(hadolint.settings.clone(), own.settings.clone())
    }

    fn discovered(&self, folder: &Path) -> [Arc<Discovered>; 2] {
        [self.discovery.find(folder), self.discovery.find_hadolint(folder, Some(&self.working_folder))]
    }

    /// Reads one input and everything that goes with it.
    pub(super) fn subject(&self, input: &Input) -> io::Result<Subject> {
        let bytes = input.read()?;
        let decoded = Decoded::new(&bytes);
        let path = match input {
            Input::Stdin => None,
            Input::File(path) => Some(std::path::absolute(path)?),
        };
        let is_ignore_file = path.as_deref().is_some_and(is_ignore_file);
        let own_context = path.as_deref().and_then(own_context).map(Path::to_owned);
        let path = path.map(owner);
        let folder = path.as_deref().and_then(Path::parent).unwrap_or(&self.working_folder);
        let discovered = self.discovered(folder);
        let [own, hadolint] = &discovered;
        let files = Settings::merge(hadolint.settings.clone(), own.settings.clone());
        let mut settings = Settings::merge(files, self.command_line.clone());
        if let Some(folder) = own_context {
            settings.context.dir = Some(folder.to_string_lossy().into_owned());
        }
        let root = Some(self.working_folder.as_path());
        let found = path.as_deref().map(|path| builders(&self.discovery, path, root)).unwrap_or_default();
        let chosen = match (&settings.context.dir, &path) {
            (None, Some(path)) if is_ignore_file => of_saved(&found, path, root),
            (None, Some(path)) => choose(&found, path, &decoded.text, root),
            _ => None,
        };
        let mut inputs = inputs(&settings, own, &found, path.as_deref(), &self.working_folder);
        if self.command_line.context.target.is_some() {
            // That it is no stage is wrong usage, not a finding.
            inputs.set_target = None;
        }
        let document = match is_ignore_file {
            true => Document::ignore_file(&decoded.text),
            false => Document::new(&decoded.text),
        };
        let document = document.with_inputs(inputs.into());
        let context = build_context(&settings, path.as_deref(), chosen);
        let target = self.command_line.context.target.clone().filter(|_| !is_ignore_file);
        let shell_check = self.programs.find(settings.shellcheck.as_ref());
        Ok(Subject { bytes, decoded, document, settings, discovered, context, target, shell_check })
    }
}

impl Subject {
    /// The view that rules and fixes have of this file.
    pub(super) fn cx(&self) -> Cx<'_> {
        Cx {
            document: &self.document,
            context: self.context.as_ref(),
            shell_check: self
                .shell_check
                .as_deref()
                .map_or(&NoShellCheck as &dyn ShellCheck, |program| program),
            settings: &self.settings,
        }
    }

    /// The ignore file of its build; `None` where there is none, and for one itself.
    pub(super) fn ignore_file(&self) -> Option<PathBuf> {
        in_force(self.context.as_ref()).filter(|_| self.document.patterns().is_none())
    }

    /// Has shell text checked by the rules alone from here on: none of ShellCheck's own fixes is safe.
    pub(super) fn forget_shell_check(&mut self) {
        self.shell_check = None;
    }

    /// What is to be said where the stage that the command line asks for is not in this file.
    pub(super) fn missing_target(&self) -> Option<String> {
        let (target, model) = (self.target.as_deref()?, self.document.model());
        if model.has_target(target) {
            return None;
        }
        let meant = rules::nearest_stage(model, target).and_then(|stage| stage.name.as_deref());
        Some(with_suggestion(format!("no stage `{target}`"), meant))
    }

    /// How many findings are gone where the file has become `text`. Counted rule by rule: a repair may bring a
    /// finding of another rule to light.
    pub(super) fn gone(&self, text: &str) -> usize {
        let document = self.document.with_text(text);
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for finding in rules::run(&self.cx()) {
            counts.entry(finding.rule.id).or_default().0 += 1;
        }
        for finding in rules::run(&Cx { document: &document, ..self.cx() }) {
            counts.entry(finding.rule.id).or_default().1 += 1;
        }
        counts.values().map(|(before, after)| before.saturating_sub(*after)).sum()
    }
}

/// The folder that was set, else the one that was found, else none.
fn build_context(
    settings: &Settings,
    dockerfile: Option<&Path>,
    chosen: Option<Chosen>,
) -> Box<dyn BuildContext> {
    if let Some(chosen) = chosen {
        let context = DiskContext::new(&chosen.folder, dockerfile, chosen.certainty);
        return Box::new(context.with_origin(chosen.why));
    }
    let given = settings.context.dir.as_deref().map(Path::new).filter(|folder| folder.is_dir());
    match (given, dockerfile.and_then(Path::parent)) {
        (Some(folder), _) => Box::new(DiskContext::new(folder, dockerfile, Certainty::Given)),
        (None, Some(folder)) => Box::new(DiskContext::new(folder, dockerfile, Certainty::Guessed)),
        (None, None) => Box::new(NoContext),
    }
}

/// What is wrong in the settings files of a run, each file once, ready to be printed.
pub(super) fn settings_problems<'a>(discovered: impl Iterator<Item = &'a Arc<Discovered>>) -> String {
    let with_path = discovered.filter_map(|discovered| Some((discovered.path.as_ref()?, discovered)));
    let files: BTreeMap<&PathBuf, &Arc<Discovered>> = with_path.collect();
    let mut output = String::new();
    for (path, discovered) in files {
        for problem in &discovered.problems {
            let title = Level::WARNING.primary_title(problem.message.as_str());
            let path = path.to_string_lossy();
            let group = match &problem.span {
                Some(span) => Group::with_title(title).element(
                    Snippet::source(discovered.source.as_str())
                        .path(path)
                        .annotation(AnnotationKind::Primary.span(span.clone())),
                ),
                None => Group::with_title(title).element(Origin::path(path)),
            };
            output.push_str(&Renderer::styled().render(&[group]));
            output.push_str("\n\n");
        }
        if let Some(folder) =
            discovered.settings.context.dir.as_deref().filter(|folder| !Path::new(folder).is_dir())
        {
            let title = Level::WARNING.primary_title(format!("`{folder}` in `context.dir` is not a folder"));
            let group = Group::with_title(title).element(Origin::path(path.to_string_lossy()));
            output.push_str(&Renderer::styled().render(&[group]));
            output.push_str("\n\n");
        }
    }
    output
}
