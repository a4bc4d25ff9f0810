//! `swallowed-instruction`

use crate::rules::prelude::*;
use crate::semantic::swallowed_lines::swallowed_keyword;

declare_rule! {
    /// ## What it does
    /// Finds a line that begins with the name of an instruction and is none: the line above, or the one above empty lines and
    /// comments, ends with the escape character, and so the line belongs to the instruction that stands there.
    ///
    /// ## Why is this bad?
    /// What the line asks for never happens, and its words are given to the command above.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:24
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci \
    ///
    /// CMD ["node", "server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:24
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    ///
    /// CMD ["node", "server.js"]
    /// ```
    ///
    /// ## Fix safety
    /// What comes to life was never built and never run: a build that passes today may fail then, or make an image that runs
    /// something else.
    pub(crate) static SWALLOWED_INSTRUCTION = {
        id: "swallowed-instruction", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Stages, Configuration],
        check: Instruction(check),
        fix: Unsafe(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    if let Some(place) = swallowed_keyword(instruction) {
        let (own, escape) = (instruction.ast().kind.keyword(), instruction.escape());
        let keyword = instruction.source().get(place.clone()).unwrap_or_default();
        let message = format!(
            "this {keyword} is part of the {own} above, which goes on here behind its last `{escape}`"
        );
        out.push(place, message);
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let item = cx.document.file().item(finding.item)?;
        let instruction = &item.instruction;
        let keyword = swallowed_keyword(instruction)?;
        let line = instruction.line();
        // What the joined line says last before the keyword stands in front of the escape character.
        let before = line
            .text()
            .char_indices()
            .take_while(|(at, char)| line.span(Part::new(*at, at + char.len_utf8())).start < keyword.start);
        let (at, char) = before.filter(|(_, char)| !char.is_whitespace()).last()?;
        let end = line.span(Part::new(at, at + char.len_utf8())).end;
        let between = instruction.source().get(end..keyword.start)?;
        let continued = between.find(instruction.escape())? + instruction.escape().len_utf8();
        // An operator that leads nowhere goes with it.
        let kept = instruction.source().get(..end)?.trim_end_matches(['&', ';']).trim_end();
        let span = item.absolute(kept.len()..end + continued);
        let title = format!("End the {} here", instruction.ast().kind.keyword());
        Some(Fix::new(title, Safety::Unsafe, vec![Edit::delete(span)]))
    };
    edit().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SWALLOWED_INSTRUCTION);

    #[test]
    fn a_line_that_looks_like_an_instruction_is_found() {
        check(
            "FROM a:1\nRUN b && \\\n  c \\\n\nCMD [\"d\"]\n^^^ this CMD is part of the RUN above, which goes on here behind its last `\\`\n",
        );
        check(
            "FROM a:1\nRUN b && \\\n# d\nCOPY e f\n^^^^ this COPY is part of the RUN above, which goes on here behind its last `\\`\n",
        );
        check(
            "FROM a:1\nCOPY b c \\\nUSER d\n^^^^ this USER is part of the COPY above, which goes on here behind its last `\\`\n",
        );
    }

    #[test]
    fn what_is_no_instruction_is_left() {
        // Text, the last word, another case, an assignment, not at the beginning of a line, the body of a heredoc.
        check_none(
            "FROM a:1\nRUN b \"c \\\nFROM d\"\nRUN b \\\nUSER\nRUN b \\\nuser c\nRUN b; \\\nENV=1 c\n",
        );
        check_none(
            "FROM a:1\nRUN b \\\n  USER c\nRUN <<E\nb \\\nUSER c\nE\nHEALTHCHECK --timeout=1s \\\nCMD b c\n",
        );
        check_none("FROM a:1\nENV B=1 \\\n  C=2\nUSER d\n");
    }

    #[test]
    fn advice_about_what_was_swallowed_is_nothing_against_its_end() {
        let file =
            "FROM node:22\nWORKDIR /app\nRUN ls \\\n\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n";
        let files = "#- package.json\n{}\n#- package-lock.json\n{}\n#- Dockerfile\n";
        check_fix(&format!("{files}{file}"), &file.replace("ls \\\n", "ls\n"));
    }

    #[test]
    fn the_instruction_above_ends() {
        let fix = check_fix("FROM a:1\nRUN b \\\n\nCMD [\"d\"]\n", "FROM a:1\nRUN b\n\nCMD [\"d\"]\n");
        assert_eq!(fix.safety, Safety::Unsafe);
        check_fix("FROM a:1\nRUN b && \\\n# d\nCOPY e /f\n", "FROM a:1\nRUN b\n# d\nCOPY e /f\n");
        let install = "FROM a:1\nRUN apk add b \\\nCOPY ./c /d\n";
        check_fix(install, "FROM a:1\nRUN apk add b\nCOPY ./c /d\n");
        check_fix(
            "# escape=`\nFROM a:1\nCOPY b c `\r\nUSER d\n",
            "# escape=`\nFROM a:1\nCOPY b c\r\nUSER d\n",
        );
    }
}
