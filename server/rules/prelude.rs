//! What a rule's file needs.

pub(crate) use super::declare::declare_rule;
pub(crate) use super::{Finding, Findings, RuleOption};
use super::{Rule, Severity};
pub(crate) use crate::document::Cx;
pub(crate) use crate::fix::{Fix, Safety};
pub(crate) use crate::knowledge::package_managers::{Action, Family};
pub(crate) use crate::semantic::facts::Facts;
pub(crate) use crate::semantic::packages::PackageCommand;
use crate::settings::suggestion::closest;
use crate::syntax::ast::KEYWORDS;
use crate::syntax::trailing_comment::trailing_comment;
pub(crate) use crate::syntax::{Arguments, Ast, Instruction, Item, Kind, Part};
pub(crate) use crate::text::Edit;

/// The package-manager command that a finding of a RUN stands in, with its instruction.
pub(crate) fn package_at<'a>(
    cx: &Cx<'a>,
    finding: &Finding,
) -> Option<(&'a Item, &'a Facts, &'a PackageCommand)> {
    let item = cx.document.file().item(finding.item)?;
    let facts = Facts::of(&item.instruction)?;
    let holds = |package: &&PackageCommand| {
        let words = package.words(&facts.script);
        let place = words.get(package.verb).map(|word| item.absolute(facts.script.place(word.part)));
        place.as_ref() == Some(&finding.span)
    };
    Some((item, facts, facts.packages.iter().find(holds)?))
}

/// Whether layers of the stage of an instruction end up in an image.
pub(crate) fn ships(cx: &Cx<'_>, item: usize) -> bool {
    let model = cx.document.model();
    model.stage_at(item).is_none_or(|stage| model.is_shipped(stage.index))
}

/// Whether an instruction stands in a stage that somebody works or tests in: no service runs there.
pub(crate) fn is_in_workplace(cx: &Cx<'_>, item: usize) -> bool {
    let model = cx.document.model();
    model.stage_at(item).is_some_and(|stage| model.is_workplace(stage.index))
}

/// The level of a finding that matters little where people work: a hint there.
pub(crate) fn severity_outside_workplaces(cx: &Cx<'_>, item: usize, rule: &Rule) -> Severity {
    if is_in_workplace(cx, item) { Severity::Hint } else { rule.severity }
}

/// The option of rules about layers that asks for stages without an image.
pub(crate) const BUILD_STAGES: RuleOption =
    RuleOption::switch("build-stages", "whether to look at stages that no image is built on, too.");

/// Whether a rule about layers looks at the stage of an instruction: one that ends up in an image, or any, where its
/// option `build-stages` asks for that.
pub(crate) fn is_looked_at(cx: &Cx<'_>, item: usize, rule: &Rule) -> bool {
    ships(cx, item) || cx.settings.asks(rule.id, BUILD_STAGES.name)
}

/// The fix that takes the pattern of a finding out of an ignore file.
pub(crate) fn remove_pattern(cx: &Cx<'_>, finding: &Finding, safety: Safety) -> Option<Fix> {
    let patterns = cx.document.patterns()?;
    let edit = patterns.removal(&cx.document.text().to_string(), patterns.line_of(finding.span.start)?)?;
    Some(Fix::new("Remove the pattern", safety, vec![edit]))
}

/// Whether BuildKit looks at the flags of an instruction: it forgets those of ARG, STOPSIGNAL and HEALTHCHECK NONE.
pub(crate) fn reads_flags(instruction: &Instruction, ast: &Ast) -> bool {
    match (ast.kind, &ast.arguments) {
        (Kind::Arg | Kind::Stopsignal | Kind::Unknown, _) => false,
        (_, Arguments::Healthcheck(kind, _)) => !instruction.str(*kind).eq_ignore_ascii_case("NONE"),
        _ => true,
    }
}

/// Whether a place of an instruction's source stands in a comment after its arguments, which a finding of its own
/// explains.
pub(crate) fn is_in_comment(instruction: &Instruction, offset: usize) -> bool {
    trailing_comment(instruction).is_some_and(|comment| offset >= instruction.place(comment.part).start)
}

/// Whether an instruction begins a stage, or would but for a slip in its keyword.
pub(crate) fn begins_stage(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    let keyword = instruction.str(ast.keyword);
    ast.kind == Kind::From
        || ast.kind == Kind::Unknown
            && keyword.len() < 8
            && closest(keyword, KEYWORDS.iter().map(|(name, _)| *name)) == Some("FROM")
}

/// The head of a text that a message quotes, with a mark where it is cut: what is wrong can be as long as a file.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
pub(crate) use crate::fixture::check_rule;
