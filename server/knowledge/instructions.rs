//! The instructions of a Dockerfile: what each does, and what it costs in build cache and image size.
//!
//! Source: the Dockerfile reference, and `command/command.go`, `instructions/` and `dockerfile2llb/` of moby/buildkit.

mod configuration;
mod filesystem;
mod stages;

use super::flags::{self, Flag};

/// What an instruction adds to an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It begins a stage; the base's layers come with it.
    Stage,
    /// A layer with the files that changed.
    Layer,
    /// A setting of the image's configuration; no files.
    Configuration,
    /// Nothing in the image but a line of history; it changes what later instructions see.
    Declaration,
}

/// A part of a form that stands for something else.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    /// A piece of the form's signature; pieces follow each other in the parameters' order.
    pub label: &'static str,
    /// Markdown.
    pub documentation: &'static str,
}

/// A way to write an instruction.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// One line. What stands in `[…]` may be left out, but for the brackets of a JSON array, which have quotes inside.
    pub signature: &'static str,
    /// The parts of the signature, from left to right.
    pub parameters: &'static [Parameter],
    /// Markdown: when this form is the right one.
    pub documentation: &'static str,
}

/// An instruction.
#[derive(Debug, PartialEq, Eq)]
pub struct InstructionDoc {
    /// In upper case; any case is read.
    pub keyword: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Markdown, with an example.
    pub documentation: &'static str,
    /// Every way to write it, the recommended one first.
    pub forms: &'static [Form],
    /// What it adds to the image.
    pub effect: Effect,
    /// Whether Docker advises against it.
    pub deprecated: bool,
    /// The place in the Dockerfile reference.
    pub link: &'static str,
}

impl InstructionDoc {
    /// Its flags, sorted by name.
    pub fn flags(&self) -> &'static [Flag] {
        flags::of(self.keyword)
    }
}

/// An instruction by its keyword, in any case; none for a keyword that Docker does not know.
pub fn instruction(keyword: &str) -> Option<&'static InstructionDoc> {
    let found = all().iter().find(|instruction| instruction.keyword.eq_ignore_ascii_case(keyword));
    found.copied()
}

/// Every instruction, sorted by keyword.
pub fn all() -> &'static [&'static InstructionDoc] {
    &ALL
}

static ALL: [&InstructionDoc; 18] = [
    &filesystem::ADD,
    &stages::ARG,
    &configuration::CMD,
    &filesystem::COPY,
    &configuration::ENTRYPOINT,
    &configuration::ENV,
    &configuration::EXPOSE,
    &stages::FROM,
    &configuration::HEALTHCHECK,
    &configuration::LABEL,
    &stages::MAINTAINER,
    &stages::ONBUILD,
    &filesystem::RUN,
    &configuration::SHELL,
    &configuration::STOPSIGNAL,
    &configuration::USER,
    &filesystem::VOLUME,
    &filesystem::WORKDIR,
];

const fn parameter(label: &'static str, documentation: &'static str) -> Parameter {
    Parameter { label, documentation }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_buildkits_18() {
        let keywords: Vec<&str> = all().iter().map(|instruction| instruction.keyword).collect();
        let expected = [
            "ADD",
            "ARG",
            "CMD",
            "COPY",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "FROM",
            "HEALTHCHECK",
            "LABEL",
            "MAINTAINER",
            "ONBUILD",
            "RUN",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR",
        ];
        assert_eq!(keywords, expected);
    }

    #[test]
    fn each_is_documented_with_an_example_of_itself() {
        for instruction in all() {
            let keyword = instruction.keyword;
            let (_, example) = instruction.documentation.split_once("```dockerfile\n").expect(keyword);
            let (example, _) = example.split_once("\n```").expect(keyword);
            assert!(example.lines().any(|line| line.starts_with(keyword)), "{keyword}");
            let lines = instruction.documentation.lines().count();
            assert!((5..=18).contains(&lines), "{keyword}: {lines} lines");
            assert!(!instruction.summary.contains('\n') && !instruction.summary.ends_with('.'), "{keyword}");
            assert!(!instruction.documentation.contains("  "), "{keyword}: doubled blanks");
            assert_eq!(instruction.documentation.trim(), instruction.documentation, "{keyword}");
        }
    }

    #[test]
    fn links_lead_to_the_reference() {
        for instruction in all() {
            let anchor = match instruction.keyword {
                "MAINTAINER" => "maintainer-deprecated".to_owned(),
                keyword => keyword.to_ascii_lowercase(),
            };
            let expected = format!("https://docs.docker.com/reference/dockerfile/#{anchor}");
            assert_eq!(instruction.link, expected);
        }
    }

    #[test]
    fn parameters_stand_in_the_signature_in_their_order() {
        for instruction in all() {
            assert!(!instruction.forms.is_empty(), "{}", instruction.keyword);
            for form in instruction.forms {
                let start = format!("{} ", instruction.keyword);
                let mut rest = form.signature.strip_prefix(&start).expect(form.signature);
                for parameter in form.parameters {
                    let (_, after) = rest.split_once(parameter.label).expect(form.signature);
                    rest = after;
                    assert!(parameter.documentation.len() > 10, "{}", form.signature);
                }
            }
        }
    }

    #[test]
    fn an_instruction_with_flags_shows_them_in_every_form_but_none() {
        for instruction in all() {
            for form in instruction.forms {
                let shows = form.signature.contains("[--flag");
                let takes = !instruction.flags().is_empty() && form.signature != "HEALTHCHECK NONE";
                assert_eq!(shows, takes, "{}", form.signature);
            }
        }
    }

    #[test]
    fn only_four_make_layers() {
        let layers = all().iter().filter(|instruction| instruction.effect == Effect::Layer);
        let layers: Vec<&str> = layers.map(|instruction| instruction.keyword).collect();
        assert_eq!(layers, ["ADD", "COPY", "RUN", "WORKDIR"]);
    }

    #[test]
    fn keywords_are_found_in_any_case() {
        let found = instruction("healthCheck").map(|instruction| instruction.keyword);
        assert_eq!(found, Some("HEALTHCHECK"));
        assert_eq!(instruction("RUNS"), None);
        assert_eq!(instruction(""), None);
    }
}
