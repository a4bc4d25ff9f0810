//! `whole-stage-copied`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a COPY that brings all files of another stage or image, from its root to the root.
    ///
    /// ## Why is this bad?
    /// All that was needed to build is shipped as well, in one layer that shares nothing with the base image: every change
    /// makes all of it anew. What the other stage was set to do (ENV, USER, CMD) does not come along.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// COPY --from=build / /
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23 AS build
    /// RUN go install example.com/tool@v1.0.0
    /// FROM debian:12
    /// COPY --from=build /go/bin/tool /usr/local/bin/
    /// ```
    pub(crate) static WHOLE_STAGE_COPIED = {
        id: "whole-stage-copied", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3067"],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    let Some(flag) = ast.flag(instruction.line().text(), "from").filter(|_| ast.kind == Kind::Copy) else {
        return;
    };
    let words: Vec<(Part, &str)> = match &ast.arguments {
        Arguments::Words(words) => words.iter().map(|part| (*part, instruction.str(*part))).collect(),
        Arguments::Json(strings) => {
            strings.iter().map(|string| (string.part, string.value.as_str())).collect()
        }
        _ => return,
    };
    let Some(((_, destination), sources)) = words.split_last() else {
        return;
    };
    let is_root = |word: &str| word.trim_matches(['"', '\'']) == "/";
    if let Some((part, _)) = sources.iter().find(|(_, source)| is_root(source) && is_root(destination)) {
        let message = format!("this ships every file of `{}`", shown(&flag.value));
        out.push(instruction.place(*part), message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(WHOLE_STAGE_COPIED);

    #[test]
    fn a_whole_file_system_is_found() {
        check("FROM a AS b\nFROM c\nCOPY --from=b / /\n            # ^ this ships every file of `b`\n");
        check("FROM c\nCOPY --from=b [\"/\", \"/\"]\n             # ^^^ this ships every file of `b`\n");
    }

    #[test]
    fn a_part_of_it_is_silent() {
        check_none("FROM c\nCOPY --from=b /d /\nCOPY --from=b / /d\nCOPY / /\nCOPY --from=b /\n");
    }
}
