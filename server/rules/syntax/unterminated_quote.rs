//! `unterminated-quote`

use crate::rules::prelude::*;
use crate::syntax::expansion;
use crate::syntax::word::WordErrorKind;

declare_rule! {
    /// ## What it does
    /// Finds a quote that is never closed, where the builder reads the text: in ENV, LABEL, ARG, COPY, ADD, EXPOSE,
    /// VOLUME, USER, WORKDIR, STOPSIGNAL, FROM and in flags. A shell reads RUN, CMD and ENTRYPOINT.
    ///
    /// ## Why is this bad?
    /// The builder looks for the other quote to the end of the instruction, and then refuses the file. An apostrophe
    /// is a quote too: write it in double quotes, or with the escape character before it.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// ENV GREETING it's me
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// ENV GREETING="it's me"
    /// ```
    pub(crate) static UNTERMINATED_QUOTE = {
        id: "unterminated-quote", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for error in expansion::errors(instruction) {
        if let WordErrorKind::UnterminatedQuote(quote) = error.kind
            && !is_in_comment(instruction, error.span.start)
        {
            out.push(error.span, format!("`{quote}` opens a quote that nothing closes"));
        }
    }
}

#[cfg(test)]
mod tests {
    check_rule!(UNTERMINATED_QUOTE);
    use super::*;

    #[test]
    fn the_text_from_the_quote_on_is_marked() {
        check(
            "
FROM a:1
ENV A=1 B='b c
          ^^^^ `'` opens a quote that nothing closes
COPY \"a b /c
     ^^ `\"` opens a quote that nothing closes
WORKDIR /it's
           ^^ `'` opens a quote that nothing closes
",
        );
    }

    #[test]
    fn shells_read_their_text_themselves() {
        check_none("FROM a:1\nRUN echo 'a\nCMD it's\nMAINTAINER it's\nHEALTHCHECK CMD 'a\n");
        check_none("FROM a:1\nENV A=\\'b C=\"it's\"\n");
    }

    #[test]
    fn the_escape_character_is_that_of_the_file() {
        check_none("# escape=`\nFROM a:1\nENV A=`'b\nCOPY a C:\\\n");
        check("# escape=`\nFROM a:1\nENV A=\\'b\n       ^^ `'` opens a quote that nothing closes\n");
    }

    #[test]
    fn an_apostrophe_in_a_comment_is_reported_with_the_comment() {
        check_none("FROM a:1\nWORKDIR /a # it's\n");
    }
}
