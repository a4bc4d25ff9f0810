//! Ignore files as documents of their own: `.dockerignore` and `<Dockerfile>.dockerignore`. In: such a document, and the
//! build context that it belongs to; out: what is at a place of it. What is wrong in it, rules find.

mod completion;
mod definition;
mod hover;
mod moved;

pub use completion::complete;
pub use definition::definition;
pub use hover::hover;
pub use moved::follow;

#[cfg(test)]
mod tests {
    use crate::context::BuildContext;
    use crate::context::shell_check::NoShellCheck;
    use crate::document::{Cx, Document};
    use crate::settings::Settings;

    /// Calls `look` with an ignore file and the folder that it belongs to.
    pub(super) fn look<T>(source: &str, context: &dyn BuildContext, look: impl FnOnce(&Cx<'_>) -> T) -> T {
        let (document, settings) = (Document::ignore_file(source), Settings::default());
        look(&Cx { document: &document, context, shell_check: &NoShellCheck, settings: &settings })
    }
}
