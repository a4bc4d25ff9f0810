//! The macro that declares a rule, its documentation being what the doc comment says.

/// Declares a rule. The doc comment above it is its documentation.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:expr])+
        $visibility:vis static $name:ident = {
            id: $id:literal, group: $group:ident, severity: $severity:ident, since: $since:literal,
            also: [$($also:literal),*],
            $(default_on: $default_on:literal,)?
            $(options: [$($option:expr),+ $(,)?],)?
            $(changes: [$($change:ident),*],)?
            $(tag: $tag:ident,)?
            check: $kind:ident($($check:path),+),
            $(only: $only:path,)?
            $(fix: $safety:ident($fix:path),)?
        }
    ) => {
        $(#[doc = $doc])+
        $visibility static $name: $crate::rules::Rule = $crate::rules::Rule {
            id: $id,
            group: $crate::rules::Group::$group,
            severity: $crate::rules::Severity::$severity,
            default_on: true $(&& $default_on)?,
            since: $since,
            also: &[$($also),*],
            docs: concat!($($doc, "\n",)+),
            safety: $crate::rules::declare::option!($($crate::fix::Safety::$safety)?),
            options: &[$($($option),+)?],
            changes: &[$($($crate::fix::Subject::$change),*)?],
            tag: $crate::rules::declare::option!($($crate::rules::Tag::$tag)?),
            check: $crate::rules::Check::$kind($($check),+),
            only: $crate::rules::declare::option!($($only)?),
            fix: $crate::rules::declare::option!($($fix)?),
        };
    };
}
pub(crate) use declare_rule;

/// `Some` of what is there, or `None`.
macro_rules! option {
    () => {
        None
    };
    ($value:path) => {
        Some($value)
    };
}
pub(crate) use option;
