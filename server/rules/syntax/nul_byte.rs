//! `nul-byte`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds NUL bytes where no build gets past them: in the name of an instruction, in the command of a RUN, in the paths
    /// of COPY, ADD and WORKDIR. Most often the file is UTF-16, as some editors on Windows write it.
    /// In the example, `␀` stands for the byte.
    ///
    /// ## Why is this bad?
    /// Docker reads UTF-8: in UTF-16 no instruction has its name. And no command or path of Linux can hold a NUL byte.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN printf '␀'
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN printf '\0'
    /// ```
    pub(crate) static NUL_BYTE = {
        id: "nul-byte", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Steps(picks, check),
    }
}

fn picks(instruction: &Instruction) -> bool {
    instruction.source().contains('\0')
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let items = || steps.iter().filter_map(|index| Some((*index, cx.document.file().item(*index)?)));
    // In UTF-16 every line has them: one finding says it.
    let unread = items().find_map(|(index, item)| Some((index, nul_in_name(&item.instruction)?, item)));
    if let Some((index, part, item)) = unread {
        let bytes = item.instruction.str(part).as_bytes();
        let has_halves =
            |first: usize| bytes.len() > 2 && bytes.iter().skip(first).step_by(2).all(|byte| *byte == 0);
        let message = match has_halves(0) || has_halves(1) {
            true => "a NUL byte in an instruction's name: the file looks like UTF-16, and Docker reads UTF-8",
            false => "a NUL byte in an instruction's name: the file is not UTF-8",
        };
        out.push_at(index, item.instruction.place(part), message);
        return;
    }
    for (index, item) in items() {
        let instruction = &item.instruction;
        let ast = instruction.ast().innermost();
        if !matches!(ast.kind, Kind::Run | Kind::Copy | Kind::Add | Kind::Workdir) {
            continue;
        }
        let text = instruction.str(ast.rest);
        if let Some(offset) = text.find('\0') {
            let place = instruction.place(ast.rest.within(offset..offset + 1));
            out.push_at(index, place, "a NUL byte: no command and no path can hold one");
        }
    }
}

fn nul_in_name(instruction: &Instruction) -> Option<Part> {
    let keyword = instruction.ast().keyword;
    instruction.str(keyword).contains('\0').then_some(keyword)
}

#[cfg(test)]
mod tests {
    fn found(source: &str) -> Vec<String> {
        let fixture = crate::fixture::Fixture::new(source);
        let findings = fixture.look(crate::rules::run).into_iter();
        findings.map(|finding| format!("{} {:?}", finding.rule.id, finding.span)).collect()
    }

    #[test]
    fn a_file_of_utf_16_has_one_finding() {
        let source = "F\0R\0O\0M\0 \0a\0\n\0R\0U\0N\0 \0b\0";
        assert_eq!(found(source), ["nul-byte 0..8"]);
        let says_so = |source: &str| {
            let fixture = crate::fixture::Fixture::new(source);
            fixture
                .look(crate::rules::run)
                .iter()
                .any(|finding| finding.message.contains("looks like UTF-16"))
        };
        assert!(says_so(source) && says_so("\0F\0R\0O\0M") && !says_so("FR\0OM a:1\n"));
    }

    #[test]
    fn a_command_and_a_path_hold_none() {
        assert_eq!(found("FROM a:1\nRUN b\0\nWORKDIR /\0\n"), ["nul-byte 14..15", "nul-byte 25..26"]);
    }

    #[test]
    fn what_builds_is_left_alone() {
        assert_eq!(found("# \0\nFROM a:1\nLABEL b=\"\0\"\n"), [""; 0]);
    }
}
