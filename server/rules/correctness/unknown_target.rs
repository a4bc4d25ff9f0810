//! `unknown-target`

use crate::rules::prelude::*;
use crate::semantic::Model;
use crate::semantic::stages::Stage;
use crate::settings::suggestion::{slip_of, with_suggestion};

declare_rule! {
    /// ## What it does
    /// Finds a target that is no stage of the file, where a settings file, a compose file, a bake file, or whatever else builds
    /// the file asks for it. A `--target` on the command line is wrong usage instead.
    ///
    /// What is said of the image is said of the last stage then, unless another target is there.
    ///
    /// ## Why is this bad?
    /// The build fails: `target stage "prod" could not be found`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [context]
    /// target = "prod"
    /// #- Dockerfile
    /// FROM debian:12 AS build
    /// FROM debian:12 AS production
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [context]
    /// target = "prod"
    /// #- Dockerfile
    /// FROM debian:12 AS build
    /// FROM debian:12 AS prod
    /// ```
    ///
    /// ## References
    /// - [Docker: build a specific stage](https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage)
    pub(crate) static UNKNOWN_TARGET = {
        id: "unknown-target", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(is_from, check),
    }
}

fn is_from(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::From
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let model = cx.document.model();
    let mut told = Vec::new();
    for (name, file) in cx.document.inputs().named_targets().filter(|(name, _)| !model.has_target(name)) {
        if told.contains(&(name, file)) {
            continue;
        }
        told.push((name, file));
        let meant = nearest_stage(model, name);
        // A finding about the whole file stands at its beginning.
        let Some(index) = meant.map(Stage::from).or(steps.first().copied()) else { return };
        let Some(item) = cx.document.file().item(index) else { continue };
        let ast = item.instruction.ast();
        let part = meant.map_or(Some(ast.keyword), |stage| stage.name_part).unwrap_or(ast.keyword);
        let origin = file.map_or_else(|| "the settings".to_owned(), |file| format!("`{file}`"));
        let message = format!("the target `{}` of {origin} is no stage", shown(name));
        let meant = meant.and_then(|stage| stage.name.as_deref());
        out.push_at(index, item.instruction.place(part), with_suggestion(message, meant));
    }
}

/// The stage that the name of a target most likely meant, which is the name of none.
pub(crate) fn nearest_stage<'a>(model: &'a Model, name: &str) -> Option<&'a Stage> {
    let names = model.stages().iter().filter_map(|stage| stage.name.as_deref());
    model.stage_named(slip_of(name, names)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::NoContext;
    use crate::context::shell_check::NoShellCheck;
    use crate::document::Document;
    use crate::semantic::inputs::{Build, Inputs};
    use crate::settings::Settings;
    check_rule!(UNKNOWN_TARGET);

    #[test]
    fn a_target_that_is_set_and_no_stage_is_found_where_it_was_meant() {
        let set =
            |target: &str| format!("#- layerwise.toml\n[context]\ntarget = '{target}'\n#- Dockerfile\n");
        check(&format!(
            "{}FROM a:1 AS prod\n          # ^^^^ the target `prd` of `layerwise.toml` is no stage; did you mean `prod`?\nFROM b:1\n",
            set("prd")
        ));
        check(&format!(
            "{}ARG A\nFROM a:1 AS b\n^^^^ the target `nope` of `layerwise.toml` is no stage\nFROM b:1\n",
            set("nope")
        ));
        check_none(&format!("{}FROM a:1 AS prod\nFROM b:1\n", set("PROD")));
        check_none(&format!("{}FROM a:1\n", set("")));
    }

    #[test]
    fn each_file_is_told_of_once_for_a_target() {
        let build = |shown: &str, target: Option<&str>| Build {
            file: String::new(),
            shown: shown.to_owned(),
            name: String::new(),
            target: target.map(str::to_owned),
            place: None,
            arguments: std::collections::BTreeMap::new(),
        };
        let builds = vec![
            build("compose.yaml", Some("nope")),
            build("compose.yaml", Some("nope")),
            build("compose.yaml", Some("b")),
            build("bake.hcl", Some("nope")),
            build("x.yaml", None),
        ];
        let document = Document::new("FROM a:1 AS b\n");
        let document = document.with_inputs(Inputs { builds, ..Inputs::default() }.into());
        let settings = Settings::default();
        let (context, shell_check) = (&NoContext, &NoShellCheck);
        let found = crate::rules::run(&Cx { document: &document, context, shell_check, settings: &settings });
        let of_targets = found.iter().filter(|finding| finding.rule.id == UNKNOWN_TARGET.id);
        let messages: Vec<&str> = of_targets.map(|finding| &*finding.message).collect();
        let expected = [
            "the target `nope` of `compose.yaml` is no stage",
            "the target `nope` of `bake.hcl` is no stage",
        ];
        assert_eq!(messages, expected);
    }
}
