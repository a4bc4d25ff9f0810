//! `temporary-files-kept`

use crate::path;
use crate::rules::edits::end::append_command;
use crate::rules::prelude::*;
use crate::semantic::temporaries::{Temporary, TemporaryKind, temporaries};
use crate::syntax::shell::{Element, Joint};
use crate::syntax::word::Value;

declare_rule! {
    /// ## What it does
    /// Finds what a RUN makes for its own use and leaves in its layer: packages and scripts that were fetched and run, the
    /// sources of what was built and installed, and files in `/tmp`.
    ///
    /// ## Why is this bad?
    /// Nothing in the image reads them again, and no later step can take them out of this layer.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN curl -fsSLo /tmp/tool.deb https://example.org/tool.deb && dpkg -i /tmp/tool.deb
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN curl -fsSLo /tmp/tool.deb https://example.org/tool.deb && dpkg -i /tmp/tool.deb && rm -rf /tmp/tool.deb
    /// ```
    ///
    /// ## Fix
    /// Removes it at the end of the same RUN, where its place is known.
    ///
    /// ## Never reported
    /// In a stage that no image is built on; what a command of the same RUN may remove or move, even by a name that only the
    /// shell knows, or unpack in its place, as `gunzip` does; before a script that is called after cleaning, as `clean.sh`; what
    /// another line of the file names, also one above (`ENV PATH=/opt/tool/bin:$PATH`). Archives are the matter of `archive-kept`.
    ///
    /// ## Fix safety
    /// A program may read the files while it runs. Unsafe for sources that a makefile alone installs, which may do so into their own
    /// folder, unless that is one for sources or temporary files.
    pub(crate) static TEMPORARY_FILES_KEPT = {
        id: "temporary-files-kept", group: Size, severity: Info, since: "0.1.0",
        also: [],
        check: Steps(leaves_some, check),
        fix: Suggested(fix),
    }
}

fn leaves_some(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Run
        && Facts::of(instruction)
            .is_some_and(|facts| !temporaries(instruction, facts, &Value::Unknown).is_empty())
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps.iter().copied().filter(|index| ships(cx, *index)) {
        for (facts, temporary) in found(cx, index) {
            if let Some(command) = facts.script.commands().get(temporary.command) {
                let name = shown(&temporary.name);
                let message = match temporary.kind {
                    TemporaryKind::Installer => {
                        format!("`{name}` stays in this layer beside what it installed")
                    }
                    TemporaryKind::Sources => {
                        format!("the sources in `{name}` stay in this layer beside what was built")
                    }
                    TemporaryKind::Scratch => {
                        format!("`{name}` stays in this layer, and nothing in the file reads it again")
                    }
                };
                out.push_at(index, facts.script.place(command.part), message);
            }
        }
    }
}

/// What an instruction leaves that no other one names.
fn found<'a>(cx: &Cx<'a>, index: usize) -> Vec<(&'a Facts, Temporary)> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let (Some(item), Some(environment)) = (file.item(index), model.environment_at(index)) else {
        return Vec::new();
    };
    let Some(facts) = Facts::of(&item.instruction).filter(|_| environment.shell.is_posix()) else {
        return Vec::new();
    };
    let is_named = |temporary: &Temporary| {
        let path = temporary.name.trim_end_matches('/');
        let name = path::name(path);
        let later = file.items().get(index + 1..).unwrap_or_default();
        let earlier = file.items().get(..index).unwrap_or_default();
        // Above, `ENV PATH=/opt/a/bin:$PATH` says that the program lies there.
        let whole = temporary.path.as_deref().unwrap_or(path);
        later.iter().any(|item| item.instruction.source().contains(name))
            || earlier.iter().any(|item| item.kind != Kind::Run && item.instruction.source().contains(whole))
    };
    let all = temporaries(&item.instruction, facts, &model.folder_at(index));
    all.into_iter().filter(|temporary| !is_named(temporary)).map(|temporary| (facts, temporary)).collect()
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let item = cx.document.file().item(finding.item)?;
        let is_meant = |(facts, temporary): &(&Facts, Temporary)| {
            let command = facts.script.commands().get(temporary.command);
            command.is_some_and(|command| item.absolute(facts.script.place(command.part)) == finding.span)
        };
        let (facts, temporary) = found(cx, finding.item).into_iter().find(is_meant)?;
        let command = facts.script.commands().get(temporary.command)?;
        let is_joined = |element: &Element| matches!(element.joint, Joint::And | Joint::Then);
        let is_certain = command.nesting.is_top() && facts.script.elements().iter().skip(1).all(is_joined);
        let path = temporary.path.filter(|path| {
            is_certain && path.chars().all(|char| char.is_ascii_alphanumeric() || "/._-+".contains(char))
        })?;
        // What root has made only root removes.
        let by_sudo = facts.invocation_of(temporary.command).is_some_and(|made| made.program > 0);
        if by_sudo && !cx.document.model().is_root(finding.item) {
            return None;
        }
        let edit = append_command(cx, finding.item, &format!("rm -rf {path}"))?;
        let may_hold_program = temporary.kind == TemporaryKind::Sources && !is_out_of(facts, &path);
        let safety = if may_hold_program { Safety::Unsafe } else { Safety::Suggested };
        Some(Fix::new(format!("Remove `{}` in this layer", shown(&path)), safety, vec![edit]))
    };
    edit().into_iter().collect()
}

/// Whether what was built in a folder was surely installed elsewhere: a makefile that nobody has configured may install into the
/// folder itself.
fn is_out_of(facts: &Facts, folder: &str) -> bool {
    const FOR_SOURCES: [&str; 4] = ["/tmp/", "/var/tmp/", "/usr/src/", "/usr/local/src/"];
    let text = facts.script.text().text().to_ascii_lowercase();
    FOR_SOURCES.iter().any(|start| folder.starts_with(start))
        || ["cmake", "configure", "meson", "prefix"].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(TEMPORARY_FILES_KEPT);

    #[test]
    fn what_root_has_made_for_another_user_stays() {
        check_no_fix("FROM a\nUSER b\nRUN sudo wget -O /tmp/a.deb http://c && sudo dpkg -i /tmp/a.deb\n");
        check_fix(
            "FROM a\nRUN sudo wget -O /tmp/a.deb http://c && sudo dpkg -i /tmp/a.deb\n",
            "FROM a\nRUN sudo wget -O /tmp/a.deb http://c && sudo dpkg -i /tmp/a.deb && rm -rf /tmp/a.deb\n",
        );
    }

    #[test]
    fn what_only_the_step_needs_is_found() {
        check(
            "
FROM a
WORKDIR /x
RUN curl -O http://b/c.sh && sh c.sh && git clone http://b/d && cd d && make install && wget -O /tmp/e http://f
  # ^^^^^^^^^^^^^^^^^^^^^ `c.sh` stays in this layer beside what it installed
                                      # ^^^^^^^^^^^^^^^^^^^^ the sources in `d` stay in this layer beside what was built
                                                                                      # ^^^^^^^^^^^^^^^^^^^^^^^ `/tmp/e` stays in this layer, and nothing in the file reads it again
",
        );
    }

    #[test]
    fn what_is_read_again_or_not_shipped_is_silent() {
        check_none("FROM a\nRUN curl -o /tmp/b http://c\nRUN d /tmp/b\n");
        check_none("FROM a\nRUN curl -o /tmp/b http://c\nFROM d\nCOPY --from=0 /tmp/b /b\n");
        check_none("FROM a\nRUN curl -o /tmp/bcd http://c\nENV X=/tmp/bcd\n");
        check_none("FROM a\nSHELL [\"pwsh\"]\nRUN curl -o /tmp/b http://c\n");
    }

    #[test]
    fn a_folder_that_a_line_above_names_holds_the_program() {
        let step = "WORKDIR /opt\nRUN git clone http://b/d && cd d && make install\n";
        check_none(&format!("FROM debian:12\nENV PATH=\"/opt/d/bin:$PATH\"\n{step}"));
        let fixed = step.replace("install\n", "install && rm -rf /opt/d\n");
        let safety = |step: &str, fixed: &str| {
            check_fix(&format!("FROM debian:12\n{step}"), &format!("FROM debian:12\n{fixed}")).safety
        };
        assert_eq!(safety(step, &fixed), Safety::Unsafe);
        let configured = |step: &str| step.replace("make install", "./configure && make install");
        assert_eq!(safety(&configured(step), &configured(&fixed)), Safety::Suggested);
        let sources = |step: &str| step.replace("/opt", "/usr/src");
        assert_eq!(safety(&sources(step), &sources(&fixed)), Safety::Suggested);
    }

    #[test]
    fn it_is_removed_where_it_surely_lies() {
        check_fix(
            "FROM a\nWORKDIR /x\nRUN git clone http://b/d \\\n && cd d \\\n && make install\n",
            "FROM a\nWORKDIR /x\nRUN git clone http://b/d \\\n && cd d \\\n && make install \\\n && rm -rf /x/d\n",
        );
        check_fix(
            "FROM debian:12\nRUN curl -o b.deb http://c/b.deb && dpkg -i b.deb\n",
            "FROM debian:12\nRUN curl -o b.deb http://c/b.deb && dpkg -i b.deb && rm -rf /b.deb\n",
        );
        check_no_fix("FROM a\nRUN git clone http://b/d && cd d && make install\n");
        check_no_fix("FROM a\nRUN x || curl -o /tmp/b http://c && d\n");
        check_no_fix("FROM a\nRUN if x; then curl -o /tmp/b http://c; fi\n");
    }
}
