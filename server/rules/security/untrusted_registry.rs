//! `untrusted-registry`

use crate::rules::pattern;
use crate::rules::prelude::*;
use crate::semantic::copies::CopyFrom;
use crate::semantic::image::Image;

declare_rule! {
    /// ## What it does
    /// Finds an image from a registry that is not among the trusted ones: in FROM, in `COPY --from` and in the `from=`
    /// of a mount. Silent where no list is set.
    ///
    /// A name without a registry in `--from` and `from=` is never reported, for it may be that of a context which the
    /// build is given; nor is a variable without a known value.
    ///
    /// ## Why is this bad?
    /// Whoever owns the registry decides what runs in the build and in the image.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- layerwise.toml
    /// [rules]
    /// untrusted-registry = { allow = ["docker.io", "*.example.com"] }
    /// #- Dockerfile
    /// FROM quay.io/prometheus/prometheus:v3.5.0
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// #- layerwise.toml
    /// [rules]
    /// untrusted-registry = { allow = ["docker.io", "*.example.com"] }
    /// #- Dockerfile
    /// FROM mirror.example.com/prometheus/prometheus:v3.5.0
    /// ```
    pub(crate) static UNTRUSTED_REGISTRY = {
        id: "untrusted-registry", group: Security, severity: Error, since: "0.1.0",
        also: ["DL3026"],
        options: [RuleOption::strings(
            "allow",
            "the trusted registries, such as `[\"docker.io\", \"registry.example.com:5000\", \"*.gcr.io\"]`; `*` \
             stands for any characters. An image without a registry is one of Docker Hub, `docker.io`. The \
             `trustedRegistries` of a `.hadolint.yaml` are the same list.",
        )],
        check: File(check),
    }
}

/// The names of Docker Hub.
const HUB: [&str; 3] = ["docker.io", "index.docker.io", "hub.docker.com"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let allowed = cx.settings.strings(UNTRUSTED_REGISTRY.id, "allow");
    if allowed.is_empty() {
        return;
    }
    let (file, model) = (cx.document.file(), cx.document.model());
    for (index, item) in file.items().iter().enumerate() {
        let words = model.source_words(file, index).into_iter().chain(model.trigger_words(file, index));
        for word in words {
            let CopyFrom::Image(name) = &word.source else { continue };
            let image = Image::new(name);
            let is_base = item.instruction.ast().kind == Kind::From;
            let registry = match image.registry() {
                Some(registry) => registry,
                None if is_base => HUB[0],
                None => continue,
            };
            if !is_trusted(registry, &allowed) {
                let message = format!("`{}` is not among the trusted registries", shown(registry));
                out.push_at(index, item.instruction.place(word.part), message);
            }
        }
    }
}

fn is_trusted(registry: &str, allowed: &[&str]) -> bool {
    let is_allowed = |name: &str| allowed.iter().any(|allowed| pattern::matches(allowed, name));
    is_allowed(registry) || HUB.contains(&registry) && HUB.iter().any(|name| is_allowed(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNTRUSTED_REGISTRY);

    fn with_list(list: &str, source: &str) -> String {
        format!("#- layerwise.toml\n[rules.untrusted-registry]\nallow = {list}\n#- Dockerfile\n{source}")
    }

    #[test]
    fn images_of_other_registries_are_found_wherever_they_are_named() {
        check(&with_list(
            "['a.io', 'b.io:5000']",
            "\
ARG REGISTRY=d.io
FROM debian AS a
   # ^^^^^^ `docker.io` is not among the trusted registries
FROM b.io:5001/x AS b
   # ^^^^^^^^^^^ `b.io:5001` is not among the trusted registries
FROM $REGISTRY/x
   # ^^^^^^^^^^^ `d.io` is not among the trusted registries
COPY --from=c.io/x:1 / /x/
          # ^^^^^^^^ `c.io` is not among the trusted registries
RUN --mount=type=bind,from=c.io/x,target=/x true
                         # ^^^^^^ `c.io` is not among the trusted registries
",
        ));
    }

    #[test]
    fn trusted_registries_stages_and_contexts_are_left_alone() {
        check_none(&with_list(
            "['b.io:5000', '*.a.io', 'c*']",
            "ARG R\nFROM x.a.io/b AS b\nFROM b.io:5000/x\nFROM c.d/x\nFROM scratch\nFROM b\nFROM $R/x\nCOPY --from=b / /\nCOPY --from=context / /\n",
        ));
        for list in ["['docker.io']", "['hub.docker.com']", "['*']"] {
            check_none(&with_list(list, "FROM debian\nFROM docker.io/library/debian\nFROM a/b\n"));
        }
        check_none("FROM evil.io/a\n");
        check_none(&with_list("[]", "FROM evil.io/a\n"));
    }

    #[test]
    fn hadolint_has_the_same_list() {
        check(
            "#- .hadolint.yaml\ntrustedRegistries: docker.io\n#- Dockerfile\nFROM a.io/b\n   # ^^^^^^ `a.io` is not among the trusted registries\n",
        );
    }
}
