use expect_test::{Expect, expect};

use super::find;
use crate::fixture::Fixture;

/// The hover at `$0`: the text it is about, and what it says.
fn shown(fixture: &str) -> String {
    let (fixture, offset) = Fixture::cursor(fixture);
    let hover = fixture.look(|cx| find(cx, offset));
    hover.map_or_else(String::new, |hover| {
        format!("[{}]\n{}\n", fixture.document.text().slice(hover.span), hover.markdown)
    })
}

fn check(fixture: &str, expected: Expect) {
    expected.assert_eq(&shown(fixture));
}

/// The hover is about this text, and says this among other things.
fn check_says(fixture: &str, about: &str, says: &str) {
    let shown = shown(fixture);
    assert!(shown.starts_with(&format!("[{about}]\n")) && shown.contains(says), "{shown}");
}

fn check_none(fixture: &str) {
    assert_eq!(shown(fixture), "");
}

#[test]
fn a_keyword_is_explained_also_behind_onbuild() {
    check_says("FROM scratch\nco$0py a b", "copy", "COPY [");
    check_says("FROM scratch\nON$0BUILD RUN a", "ONBUILD", "ONBUILD");
    check_says("FROM scratch\nONBUILD $0RUN a", "RUN", "RUN [");
    check_says("FROM scratch\nHEALTHCHECK --retries=1 C$0MD a", "CMD", "CMD [");
    check_none("FROM scratch\nCO$0PPY a b");
}

#[test]
fn a_flag_is_explained() {
    check_says("FROM scratch\nCOPY --ch$0own=a b c", "--chown=a", "**`COPY --chown`**");
    check_says("FROM scratch\nHEALTHCHECK --inter$0val CMD a", "--interval", "--interval");
    check_none("FROM scratch\nCOPY --fr$0omm=a b c");
}
