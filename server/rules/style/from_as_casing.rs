//! `from-as-casing`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds an AS that is not written in the case of its FROM.
    ///
    /// A keyword of mixed case, such as `From`, is left to `instruction-casing`.
    ///
    /// ## Why is this bad?
    /// The two belong together, and a line that mixes both cases is harder to read.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 as build
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM golang:1.23 AS build
    /// ```
    pub(crate) static FROM_AS_CASING = {
        id: "from-as-casing", group: Style, severity: Warning, since: "0.1.0",
        also: ["FromAsCasing"],
        changes: [Stages],
        check: Instruction(check),
        fix: Safe(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let Some((part, wanted)) = wanted(instruction) else {
        return;
    };
    let written = instruction.str(part);
    if written != wanted {
        let from = instruction.str(instruction.ast().keyword);
        out.push(instruction.place(part), format!("`{written}` is not in the case of `{from}`"));
    }
}

/// The AS of a FROM, and how it is written in the case of that FROM.
fn wanted(instruction: &Instruction) -> Option<(Part, &'static str)> {
    let ast = instruction.ast();
    let (Kind::From, Arguments::Words(words)) = (ast.kind, &ast.arguments) else {
        return None;
    };
    let part = words.get(1).copied().filter(|_| words.len() > 2)?;
    let is_as = instruction.str(part).eq_ignore_ascii_case("as");
    match instruction.str(ast.keyword) {
        "FROM" if is_as => Some((part, "AS")),
        "from" if is_as => Some((part, "as")),
        _ => None,
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let item = cx.document.file().item(finding.item);
    let wanted = item.and_then(|item| wanted(&item.instruction));
    let fix = wanted.map(|(_, wanted)| {
        let edit = Edit::replace(finding.span.clone(), wanted);
        Fix::new(format!("Write `{wanted}`"), Safety::Safe, vec![edit])
    });
    fix.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(FROM_AS_CASING);

    #[test]
    fn the_case_of_from_counts() {
        check("FROM a:1 As b\n       # ^^ `As` is not in the case of `FROM`\n");
        check("from a:1 AS b\n       # ^^ `AS` is not in the case of `from`\n");
        check_none("from a:1 as b\nFROM a:1 AS c\nFrom a:1 aS d\nFROM a:1\nFROM a:1 is b\n");
    }

    #[test]
    fn the_keyword_follows_from() {
        check_fix("from --platform=a a:1 AS b\n", "from --platform=a a:1 as b\n");
    }
}
