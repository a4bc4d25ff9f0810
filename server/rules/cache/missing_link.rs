//! `missing-link`

use crate::rules::frontend;
use crate::rules::prelude::*;
use crate::semantic::link_targets::{is_linkable, may_be_linked};

declare_rule! {
    /// ## What it does
    /// Finds a COPY or ADD without `--link` in the image that is built, below its last RUN, which would make the same files
    /// with it.
    ///
    /// ## Why is this bad?
    /// The layer of such a copy depends on all layers below it. When the base image is updated, or anything else above
    /// changes, the same files are copied again, and sent and fetched again. With `--link` they are a layer by themselves,
    /// which is kept.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// # syntax=docker/dockerfile:1
    /// FROM golang:1.25 AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN go build -o /server .
    ///
    /// FROM debian:13
    /// COPY --from=build /server /usr/local/bin/server
    /// CMD ["server"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// # syntax=docker/dockerfile:1
    /// FROM golang:1.25 AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN go build -o /server .
    ///
    /// FROM debian:13
    /// COPY --link --from=build /server /usr/local/bin/server
    /// CMD ["server"]
    /// ```
    ///
    /// ## Never reported
    /// With `--chown`, `--chmod` or `--parents`; on `scratch`, where there is nothing below; where the folders of the
    /// destination may be symbolic links, or have another owner or mode than root's 755: `/bin`, `/lib`, `/var/run`, `/tmp`, a home,
    /// or a folder that a step above has changed; on images that are not known; above a RUN, which is run again anyway.
    ///
    /// ## Fix safety
    /// The folder that a whole folder is copied to gets the mode of that folder.
    ///
    /// ## References
    /// - [Docker reference: COPY --link](https://docs.docker.com/reference/dockerfile/#copy---link)
    pub(crate) static MISSING_LINK = {
        id: "missing-link", group: Cache, severity: Hint, since: "0.1.0",
        also: [],
        default_on: false,
        check: Steps(may_be_linked, check),
        fix: Suggested(fix),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    // A stage, and where its last RUN stands.
    let mut last_run = (usize::MAX, 0);
    for index in steps {
        let (Some(stage), Some(item)) = (model.stage_at(*index), file.item(*index)) else {
            continue;
        };
        if last_run.0 != stage.index {
            let is_run = |index: &usize| {
                file.item(*index).is_some_and(|item| item.instruction.ast().innermost().kind == Kind::Run)
            };
            last_run = (stage.index, stage.items.clone().rev().find(is_run).unwrap_or(0));
        }
        let is_last = *index > last_run.1 && !model.is_base(stage.index) && model.is_shipped(stage.index);
        let on_scratch = model.root_stage(*index).and_then(|root| root.base_image());
        let on_scratch = on_scratch.is_none_or(|image| image.repository == "scratch");
        if is_last && !on_scratch && is_linkable(file, model, *index) {
            let message = "this layer is made and sent again whenever anything above it or the base image changes: \
                           `--link` would keep it";
            out.push_at(*index, item.instruction.place(item.instruction.ast().keyword), message.to_owned());
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let mut edits = frontend::at_least(cx.document, 4)?;
        edits.push(Edit::insert(finding.span.end, " --link"));
        let title = format!("Add `--link` to the {}", item.kind.keyword());
        Some(Fix::new(title, Safety::Suggested, edits))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(MISSING_LINK);

    /// Whether a copy at the end of a file is found.
    fn is_found(above: &str, copy: &str) -> bool {
        let source = format!("FROM a:1 AS b\nRUN c\nFROM debian:13\n{above}{copy}\n");
        !crate::fixture::found(&MISSING_LINK, &source).is_empty()
    }

    #[test]
    fn a_copy_at_the_end_of_an_image_is_found() {
        check(
            "
FROM a:1 AS b
COPY c /c
FROM alpine:3.22
RUN apk add --no-cache d
WORKDIR /app
COPY --from=b /c ./
^^^^ this layer is made and sent again whenever anything above it or the base image changes: `--link` would keep it
ADD https://a/b.tgz /opt/b.tgz
^^^ this layer is made and sent again whenever anything above it or the base image changes: `--link` would keep it
CMD [\"c\"]
",
        );
        for copy in ["COPY a /usr/local/bin/a", "COPY a b /etc/", "COPY . /app", "COPY --from=b /x /app/y/"] {
            assert!(is_found("", copy), "{copy}");
        }
    }

    #[test]
    fn what_link_would_make_otherwise_is_not() {
        for copy in [
            "COPY --chown=1 a /app/",
            "COPY --chmod=755 a /app/",
            "COPY --parents a /app/",
            "COPY --link a /app/",
            "COPY --link=false a /app/",
            "COPY a /bin/",
            "COPY a /lib/x/a",
            "COPY a /var/run/a",
            "COPY a /tmp/",
            "COPY a /root/a",
            "COPY a /home/b/a",
            "COPY a /",
            "COPY . /etc",
            "COPY . /",
            "COPY a b",
            "COPY a $B/",
            "COPY a /etc/ssl/private/",
            "COPY a /app/\nRUN c",
        ] {
            assert!(!is_found("", copy), "{copy}");
        }
    }

    #[test]
    fn what_a_step_above_may_have_changed_is_not() {
        for above in [
            "RUN mkdir /app && chown 1 /app\n",
            "WORKDIR /app\nRUN chown -R 1 .\n",
            "RUN ln -s /srv /app\n",
            "RUN useradd -d $HOME b\n",
            "COPY --chown=1 x /app/\n",
            "COPY --from=b / /\n",
            "USER b\nWORKDIR /app\n",
            "RUN <<E\nchmod 700 /app\nE\n",
        ] {
            assert!(!is_found(above, "COPY a /app/"), "{above}");
        }
        for above in
            ["RUN chmod 700 /x\n", "WORKDIR /app\nRUN npm ci\n", "USER root\n", "COPY --chown=1 x /x\n"]
        {
            let is_other = !above.contains("USER");
            assert_eq!(is_found(above, "COPY a /app/"), is_other, "{above}");
        }
    }

    #[test]
    fn an_image_that_is_not_shipped_known_or_there_is_silent() {
        check_none("FROM scratch\nCOPY a /a\nCOPY b /b\n");
        check_none("FROM own/image:1\nCOPY a /app/\n");
        check_none("FROM debian:13 AS a\nCOPY b /app/\nFROM debian:13\nRUN --mount=from=a b\n");
        check_none("FROM debian:13 AS a\nCOPY b /app/\nFROM a\nRUN b\n");
        check_none("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY a /app/\n");
    }

    #[test]
    fn an_older_frontend_is_raised() {
        check_fix(
            "# syntax=docker/dockerfile:1.2\nFROM debian:13\nCOPY [\"a b\", \"/app/\"]\n",
            "# syntax=docker/dockerfile:1.4\nFROM debian:13\nCOPY --link [\"a b\", \"/app/\"]\n",
        );
        check_no_fix("# syntax=own/frontend\nFROM debian:13\nCOPY a /app/\n");
    }
}
