//! What can be folded: stages, instructions and heredocs over several lines, blocks of comments, and regions that
//! comments mark.

use crate::document::Document;
use crate::syntax::{File, Item};
use crate::text::{Span, Text};

/// Something that can be folded: from the line of its first byte to the line of its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the first byte to one past the last, without a line break at the end.
    pub span: Span,
    /// What it is.
    pub kind: FoldKind,
}

/// What can be folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// A stage with all its instructions.
    Stage,
    /// An instruction.
    Instruction,
    /// The lines of a heredoc.
    Heredoc,
    /// Comments in lines that follow each other.
    Comment,
    /// From `# region` to `# endregion`.
    Region,
}

/// Everything in a document that can be folded, the first and outermost first.
pub fn folds(document: &Document) -> Vec<Fold> {
    let file = document.file();
    let mut folds = Vec::new();
    for stage in document.model().stages() {
        if let Some([first, .., last]) = file.items().get(stage.items.clone()) {
            folds.push(Fold { span: first.span().start..last.span().end, kind: FoldKind::Stage });
        }
    }
    for item in file.items() {
        push_instruction(&mut folds, item);
    }
    let comments = comments(file, document.text());
    push_comments(&mut folds, &comments);
    push_regions(&mut folds, &comments);
    folds.sort_by_key(|fold| (fold.span.start, std::cmp::Reverse(fold.span.end)));
    folds
}

fn push_instruction(folds: &mut Vec<Fold>, item: &Item) {
    let instruction = &item.instruction;
    if !instruction.is_multiline() {
        return;
    }
    folds.push(Fold { span: item.span(), kind: FoldKind::Instruction });
    let is_broken = instruction.heredocs().first().is_some_and(|first| {
        let head = instruction.source().get(instruction.span().start..first.body.start);
        head.is_some_and(|head| head.trim_end().contains('\n'))
    });
    if instruction.heredocs().len() < 2 && !is_broken {
        // The instruction and its heredoc begin and end together.
        return;
    }
    for heredoc in instruction.heredocs() {
        let body = instruction.source().get(heredoc.body.clone()).unwrap_or_default();
        let body = body.strip_suffix('\n').unwrap_or(body);
        if body.contains('\n') {
            let span = heredoc.body.start..heredoc.body.start + body.len();
            folds.push(Fold { span: item.absolute(span), kind: FoldKind::Heredoc });
        }
    }
}

/// One comment.
struct Comment {
    span: Span,
    /// Whether it stands in the line below the comment before it.
    is_next: bool,
    mark: Mark,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Region,
    EndRegion,
}

impl Mark {
    fn of(comment: &str) -> Mark {
        let text = comment.trim_start_matches('#').trim_start();
        match text.split(char::is_whitespace).next() {
            Some("region") => Mark::Region,
            Some("endregion") => Mark::EndRegion,
            _ => Mark::None,
        }
    }
}

/// The comments of a file in order, without its directives.
fn comments(file: &File, text: &Text) -> Vec<Comment> {
    let head = file.directives().all.last().map_or(0, |directive| directive.span.end);
    let mut comments: Vec<Comment> = Vec::new();
    for item in file.items() {
        let instruction = &item.instruction;
        for spans in [instruction.comments(), instruction.inner_comments()] {
            push_in(&mut comments, instruction.source(), item.start, spans);
        }
    }
    let tail = text.slice(file.tail());
    push_in(&mut comments, &tail, file.tail().start, &comment_lines(&tail));
    comments.retain(|comment| comment.span.start >= head);
    comments.iter_mut().take(1).for_each(|first| first.is_next = false);
    comments
}

/// The comments of a text that has nothing but comments and blank lines.
fn comment_lines(text: &str) -> Vec<Span> {
    let mut start = 0;
    let mut spans = Vec::new();
    for line in text.split_inclusive('\n') {
        let comment = line.trim();
        if comment.starts_with('#') {
            let indent = line.len() - line.trim_start().len();
            spans.push(start + indent..start + indent + comment.len());
        }
        start += line.len();
    }
    spans
}

fn push_in(comments: &mut Vec<Comment>, source: &str, start: usize, spans: &[Span]) {
    let mut last_end = None;
    for span in spans {
        let between = last_end.and_then(|end| source.get(end..span.start));
        let is_next =
            between.is_some_and(|between| between.matches('\n').count() == 1 && between.trim().is_empty());
        let mark = Mark::of(source.get(span.clone()).unwrap_or_default());
        comments.push(Comment { span: start + span.start..start + span.end, is_next, mark });
        last_end = Some(span.end);
    }
}

fn push_comments(folds: &mut Vec<Fold>, comments: &[Comment]) {
    let is_one = |_: &Comment, next: &Comment| next.is_next;
    for block in comments.chunk_by(is_one) {
        // The marks of regions stay to be seen.
        for block in block.split(|comment| comment.mark != Mark::None) {
            if let [first, .., last] = block {
                folds.push(Fold { span: first.span.start..last.span.end, kind: FoldKind::Comment });
            }
        }
    }
}

fn push_regions(folds: &mut Vec<Fold>, comments: &[Comment]) {
    let mut open = Vec::new();
    for comment in comments {
        match comment.mark {
            Mark::None => {}
            Mark::Region => open.push(comment.span.start),
            Mark::EndRegion => {
                let start = open.pop();
                folds.extend(
                    start.map(|start| Fold { span: start..comment.span.end, kind: FoldKind::Region }),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::half_typed;
    use crate::text::Encoding;

    /// The folds: their kinds, their first lines and their last.
    fn check(source: &str, expected: &[&str]) {
        let document = Document::new(source);
        let line = |offset| document.text().position(offset, Encoding::Utf8).line;
        let shown = |fold: Fold| format!("{:?} {}-{}", fold.kind, line(fold.span.start), line(fold.span.end));
        assert_eq!(folds(&document).into_iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn stages_and_instructions_of_several_lines_are_folded() {
        check(
            "ARG x\nFROM a AS b\nRUN c \\\n  d\n\n# of the next\nFROM b\nCOPY a b\nFROM c\n",
            &["Stage 1-3", "Instruction 2-3", "Stage 6-7"],
        );
    }

    #[test]
    fn heredocs_are_folded_where_the_instruction_is_more() {
        check("RUN <<A\na\nb\nA\n", &["Instruction 0-3"]);
        check("COPY <<A <<B /\na\nb\nA\nb\nB\n", &["Instruction 0-5", "Heredoc 1-2"]);
        check("RUN --network=none \\\n  <<A\na\nb\nA\n", &["Instruction 0-4", "Heredoc 2-3"]);
    }

    #[test]
    fn comments_are_folded_without_directives() {
        check(
            "# escape=`\n# a\n  # b\n\n# c\nRUN x `\n# d\n# e\n y\n# f\n\n# g\n# h",
            &["Comment 1-2", "Instruction 5-8", "Comment 6-7", "Comment 11-12"],
        );
        check("\n# escape=`\n# a\n", &["Comment 1-2"]);
        check("# syntax=a\n# escape=`\nRUN x\n", &[]);
    }

    #[test]
    fn regions_are_nested() {
        check(
            "# region a\n# b\n# c\n#region\nRUN x\n# endregion\n#endregion a\n# endregion\n# region\n",
            &["Region 0-6", "Comment 1-2", "Region 3-5"],
        );
    }

    proptest! {
        #[test]
        fn a_fold_has_several_lines(source in half_typed()) {
            let document = Document::new(&source);
            for fold in folds(&document) {
                let folded = source.get(fold.span.clone());
                prop_assert!(folded.is_some_and(|text| text.contains('\n')), "{fold:?}");
            }
        }
    }
}
