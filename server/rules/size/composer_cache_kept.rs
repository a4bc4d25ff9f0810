//! `composer-cache-kept`

use crate::rules::clean_up::clean_at_end;
use crate::rules::prelude::*;
use crate::semantic::caches;

declare_rule! {
    /// ## What it does
    /// Finds a `composer install`, `require` or `update` that leaves what it downloaded in the layer.
    ///
    /// ## Why is this bad?
    /// Every package lies in the layer a second time, packed, in a cache that nothing in the image reads.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM php:8.4-cli
    /// WORKDIR /app
    /// COPY composer.json composer.lock ./
    /// RUN composer install --no-dev
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM php:8.4-cli
    /// WORKDIR /app
    /// COPY composer.json composer.lock ./
    /// RUN composer install --no-dev && composer clear-cache
    /// ```
    ///
    /// ## Fix
    /// Empties the cache at the end of the same RUN, or right behind the command where Composer may not be there at the end. It
    /// is not offered where a later step names the cache or another stage takes it. It is a suggestion where a later step runs a script that cannot
    /// be read.
    ///
    /// ## Silent
    /// In a stage that no image is built on; where a mount takes the cache, `--no-cache` or `COMPOSER_CACHE_DIR` is given, or
    /// the same RUN deletes it afterwards, or a script called after cleaning may.
    pub(crate) static COMPOSER_CACHE_KEPT = {
        id: "composer-cache-kept", group: Size, severity: Info, since: "0.1.0",
        also: [],
        options: [BUILD_STAGES],
        check: Run(check),
        only: is_shipped_with_cache,
        fix: Safe(fix),
    }
}

/// Options with which nothing is downloaded, or all of it is kept out of the cache.
const KEEPS_NOTHING: [&str; 5] = ["--no-cache", "--dry-run", "--no-install", "--help", "-h"];

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    let installs = |package: &&PackageCommand| {
        package.manager.family == Family::Composer
            && matches!(package.action, Action::Install | Action::Upgrade)
            && !package
                .words(&facts.script)
                .get(package.verb)
                .is_some_and(|verb| verb.value.as_deref().is_some_and(|verb| verb.starts_with("self")))
    };
    let Some(last) = facts.packages.iter().rfind(installs) else {
        return;
    };
    let keeps = !last.has_flag(&facts.script, &KEEPS_NOTHING)
        && !facts.script.text().text().contains("COMPOSER_CACHE_DIR")
        && !caches::has_mount_like(instruction, &["composer", "$"])
        && !caches::has_mount(instruction, &["/tmp/cache", "/root/.cache/composer", "/root/.composer/cache"])
        && !caches::is_removed_after(
            facts,
            last.command,
            &[".composer", ".cache", "/tmp/cache", "/root/.", "COMPOSER"],
        );
    if keeps && let Some(command) = facts.script.commands().get(last.command) {
        let message = format!("`{}` leaves the packed packages in this layer", last.name(&facts.script));
        out.push(facts.script.place(command.part), message);
    }
}

fn is_shipped_with_cache(cx: &Cx<'_>, item: usize) -> bool {
    // A folder that is named is meant to be kept.
    is_looked_at(cx, item, &COMPOSER_CACHE_KEPT)
        && cx.document.model().variable("COMPOSER_CACHE_DIR", item).origin.is_none()
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    clean_at_end(cx, finding, &[".composer", ".cache", "/tmp/cache"])
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(COMPOSER_CACHE_KEPT);

    #[test]
    fn the_last_install_is_found() {
        check(
            "
FROM a
RUN composer require b/c && /usr/bin/composer.phar update && composer dump-autoload
                          # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `composer update` leaves the packed packages in this layer
",
        );
    }

    #[test]
    fn a_cache_that_is_not_kept_is_silent() {
        check_none("FROM a\nRUN composer install && composer clear-cache\n");
        check_none("FROM a\nRUN composer install --no-cache\n");
        check_none("FROM a\nRUN composer install && rm -rf ~/.composer\n");
        check_none("FROM a\nRUN composer install && rm -rf /tmp/*\n");
        check_none("FROM a\nENV COMPOSER_CACHE_DIR=/dev/null\nRUN composer install\n");
        check_none("FROM a\nRUN COMPOSER_CACHE_DIR=/x composer install\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/tmp/cache composer install\n");
        check_none("FROM a\nRUN composer self-update\nRUN composer dump-autoload\n");
        check_none("FROM a\nRUN composer install\nFROM b\nCOPY --from=0 /a /a\n");
    }

    #[test]
    fn the_cache_is_emptied_where_composer_is_still_there() {
        check_fix(
            "FROM a\nRUN composer install \\\n    --no-dev \\\n && b\n",
            "FROM a\nRUN composer install \\\n    --no-dev \\\n && b \\\n && composer clear-cache\n",
        );
        for after in [" && rm /usr/bin/composer", "; exit 0"] {
            check_fix(
                &format!("FROM a\nRUN composer install{after}\n"),
                &format!("FROM a\nRUN composer install && composer clear-cache{after}\n"),
            );
        }
        check_no_fix("FROM a AS x\nRUN composer install\nFROM a\nCOPY --from=x /tmp/cache /c\nFROM x\n");
    }
}
