//! `stage-name-casing`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds names of stages that are not in lower case.
    ///
    /// ## Why is this bad?
    /// Docker keeps every name in lower case: `FROM Build` finds no stage of that name, although
    /// `COPY --from=Build` does.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS Build
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// COPY --from=Build /go/bin/tool /usr/local/bin/
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// COPY --from=build /go/bin/tool /usr/local/bin/
    /// ```
    pub(crate) static STAGE_NAME_CASING = {
        id: "stage-name-casing", group: Style, severity: Warning, since: "0.1.0",
        also: ["StageNameCasing"],
        changes: [Stages],
        check: Instruction(check),
        fix: Safe(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let Some(part) = instruction.ast().stage_name() else {
        return;
    };
    let name = instruction.str(part);
    if name != name.to_lowercase() {
        out.push(instruction.place(part), format!("the stage name `{name}` is not in lower case"));
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let fix = || {
        let stage = model.stage_at(finding.item).filter(|stage| stage.from() == finding.item)?;
        let name = stage.name.as_deref()?;
        let mut edits = vec![Edit::replace(finding.span.clone(), name)];
        for found in model.stage_uses(file, stage.index) {
            let item = file.item(found.item)?;
            let written = item.instruction.str(found.part);
            if written != name && written.to_lowercase() == name {
                edits.push(Edit::replace(item.absolute(item.instruction.place(found.part)), name));
            }
        }
        Some(Fix::new(format!("Rename to `{name}`"), Safety::Safe, edits))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(STAGE_NAME_CASING);

    #[test]
    fn only_names_in_lower_case_are_kept() {
        check("FROM a:1 AS Build\n          # ^^^^^ the stage name `Build` is not in lower case\n");
        check_none("FROM a:1 AS build-1.x_y\nFROM A:1\n");
    }

    #[test]
    fn every_use_goes_along() {
        check_fix(
            "FROM a:1 AS B\nFROM c:1\nCOPY --from=B /a /b\nCOPY --from=b /a /b\nCOPY --from=0 /a /b\nRUN --mount=from=B,target=/x y\n",
            "FROM a:1 AS b\nFROM c:1\nCOPY --from=b /a /b\nCOPY --from=b /a /b\nCOPY --from=0 /a /b\nRUN --mount=from=b,target=/x y\n",
        );
    }
}
