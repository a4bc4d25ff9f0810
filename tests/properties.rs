//! What holds for any input: an edited document is as good as a fresh one, nothing panics, every fix that is offered
//! keeps what it does not mend, and a formatted document says what it said before.

use std::collections::BTreeMap;

use layerwise::actions;
use layerwise::completion;
use layerwise::context::shell_check::NoShellCheck;
use layerwise::context::{Certainty, MemoryContext};
use layerwise::document::{Cx, Document};
use layerwise::fix::{self, Safety};
use layerwise::folding;
use layerwise::format::{self, Style};
use layerwise::hints;
use layerwise::hover;
use layerwise::lenses;
use layerwise::links;
use layerwise::navigation;
use layerwise::rules;
use layerwise::selection;
use layerwise::settings::Settings;
use layerwise::settings::format::{Indent, Operators};
use layerwise::signature;
use layerwise::symbols;
use layerwise::text::{Decoded, Edit, Encoding};
use layerwise::tokens;
use proptest::prelude::*;

/// Pieces that Dockerfiles are made of, whole and broken.
const PIECES: &[&str] = &[
    "FROM debian:12\n",
    "FROM node AS build\n",
    "from build as Final\n",
    "FROM --platform=$BUILDPLATFORM golang:${V:-1.22} AS go\n",
    "ARG V=1\n",
    "ARG PIP_NO_CACHE_DIR\n",
    "ENV A=1 B=$A\n",
    "ENV A b c\n",
    "WORKDIR /app\nUSER $U\n",
    "SHELL [\"/bin/bash\", \"-c\"]\n",
    "SHELL [\"powershell\"]\n",
    "# comment\n",
    "  # hadolint ignore=DL3009\n",
    "# layerwise: ignore-file=apt-recommends\n",
    "\n",
    "COPY . .\n",
    "COPY package.json package-lock.json ./\n",
    "COPY --from=biuld /a /b\n",
    "COPY <<E /f\n$A\nE\n",
    "RUN apt-get update\n",
    "RUN apt-get install curl\n",
    "RUN apt-get update && apt-get install -y \\\n    a \\\n    # why\n    b\n",
    "RUN apt-get update; apt-get install -y a || true\n",
    "RUN set -eux; \\\n\tapt-get update; \\\n\tapt-get install b\n",
    "RUN rm -rf /var/lib/apt/lists/*\n",
    "RUN apk add a\n",
    "RUN pip install -r requirements.txt\n",
    "RUN npm ci\n",
    "RUN --mount=type=cache,target=/root/.npm,from=buidl npm ci && npm run build\n",
    "RUN <<E\napt-get update\napt-get install a\nE\n",
    "RUN <<-'E' cat\n\tx\n\tE\n",
    "RUN [\"apt-get\", \"install\", \"a\"]\n",
    "RUN a\n",
    "RUN cd b\n",
    "ONBUILD RUN apk add c\n",
    "CMD npm start\n",
    "HEALTHCHECK CMD curl $X\n",
    "RNU a\n",
    "COPY --from=\n",
    "RUN a \\\n",
    "RUN <<E\n",
    "  RUN a && \\\n  b 'c \\\n d' | \\\n\\ \t\n\n# e \n\t|| f \"$(g \\\n h)\"  \n",
    "RUN a;\\\nb\\\n&&c\\\nd \\\n\u{c}e \\\r\n  f\n",
    "ENV A=\"b \\\n c\" D=e\\ \\\n  F=g\n",
    "CMD [\"a\",\\\n\"b \\\n\"]\n",
    "   \t\n\n\n\n",
    " \u{c} \n",
    "\r",
    "# escape=`\n",
    "RUN a `\n  b\n",
    "\u{feff}",
    "\r\n",
    "\\",
    "ENV 𝛼=ü \"",
    "\0",
];

fn source() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => ".{0,12}",
    ];
    let crlf = prop_oneof![3 => Just(false), 1 => Just(true)];
    (prop::collection::vec(piece, 0..14), crlf).prop_map(|(pieces, crlf)| {
        let text = pieces.concat();
        if crlf { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text }
    })
}

/// An edit of a text of any length: where, how much, and what comes instead.
fn edit() -> impl Strategy<Value = (prop::sample::Index, usize, String)> {
    let new_text = prop_oneof![
        3 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => "[a-zA-Z $\\\\\n#<\"'&|=-]{0,3}",
        1 => Just(String::new()),
    ];
    (any::<prop::sample::Index>(), 0..40_usize, new_text)
}

fn context() -> MemoryContext {
    let files = [
        ("package.json", "{\"name\": \"a\"}"),
        ("package-lock.json", "{}"),
        ("requirements.txt", "flask\n"),
        ("index.js", ""),
    ];
    files.iter().fold(MemoryContext::new(Certainty::Given), |context, (path, text)| context.file(path, text))
}

/// Everything that can be said of a document, as text.
fn described(document: &Document, context: &MemoryContext) -> Vec<String> {
    let settings = Settings::default();
    let cx = Cx { document, context, shell_check: &NoShellCheck, settings: &settings };
    let model = document.model();
    let mut described = vec![format!("{:?} {:?}", document.file().directives(), document.file().tail())];
    for (index, item) in document.file().items().iter().enumerate() {
        let instruction = &item.instruction;
        described.push(format!("{} {:?} {:?}", item.start, instruction.source(), instruction.ast()));
        described.push(format!("{:?} {:?}", model.environment_at(index), model.variable("A", index)));
    }
    described.push(format!("{:?}", model.stages()));
    described.extend(rules::run(&cx).iter().map(|finding| format!("{finding:?} {:?}", finding.also)));
    described
}

/// The comment lines of a text, with how often each stands there.
fn comments(document: &Document) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for item in document.file().items() {
        let instruction = &item.instruction;
        for span in instruction.comments().iter().chain(instruction.inner_comments()) {
            let text = instruction.source()[span.clone()].trim().to_owned();
            *counts.entry(text).or_default() += 1;
        }
    }
    let tail = document.text().slice(document.file().tail());
    for line in tail.lines().map(str::trim).filter(|line| line.starts_with('#')) {
        *counts.entry(line.to_owned()).or_default() += 1;
    }
    counts
}

fn applied(document: &Document, edits: &[Edit]) -> Document {
    edits.iter().rev().fold(document.edited(&Edit::insert(0, "")), |document, edit| document.edited(edit))
}

/// The edits are in order, apart, inside the text and at character boundaries.
fn check_edits(document: &Document, edits: &[Edit]) {
    let text = document.text().to_string();
    let mut end = 0;
    for edit in edits {
        assert!(end <= edit.span.start && edit.span.start <= edit.span.end, "{edits:?}");
        assert!(text.is_char_boundary(edit.span.start) && text.is_char_boundary(edit.span.end), "{edits:?}");
        end = edit.span.end;
    }
    assert!(end <= text.len(), "{edits:?}");
}

/// A fixed document has every comment, the same line endings, and no instruction more that does not build.
fn check_kept(before: &Document, after: &Document) {
    let kept = comments(after);
    for (comment, count) in comments(before) {
        assert!(kept.get(&comment).copied().unwrap_or(0) >= count, "lost {comment:?}\n{}", after.text());
    }
    let (old, new) = (before.text().to_string(), after.text().to_string());
    assert_eq!(old.ends_with('\n'), new.ends_with('\n'));
    assert_eq!(old.starts_with('\u{feff}'), new.starts_with('\u{feff}'));
    let is_crlf = |text: &str| text.matches('\n').count() == text.matches("\r\n").count();
    assert!(!old.contains('\n') || !is_crlf(&old) || is_crlf(&new), "line endings changed\n{new:?}");
    let open = |document: &Document| {
        document.file().items().iter().filter(|item| item.instruction.is_open()).count()
    };
    assert!(open(after) <= open(before), "an instruction was left open\n{new}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edited_document_is_as_good_as_a_fresh_one(source in source(), edits in prop::collection::vec(edit(), 1..6)) {
        let context = context();
        let mut document = Document::new(&source);
        for (index, length, new_text) in edits {
            // Findings are kept with instructions: ask for them before the edit too.
            let _ = described(&document, &context);
            let start = index.index(document.text().len() + 1);
            document = document.edited(&Edit::replace(start..start + length, new_text));
            let fresh = Document::new(&document.text().to_string());
            prop_assert_eq!(described(&document, &context), described(&fresh, &context));
        }
    }

    #[test]
    fn offered_fixes_keep_what_they_do_not_mend(source in source()) {
        let (context, settings) = (context(), Settings::default());
        let document = Document::new(&source);
        let cx = Cx { document: &document, context: &context, shell_check: &NoShellCheck, settings: &settings };
        let findings = rules::run(&cx);
        for finding in &findings {
            prop_assert!(finding.span.end <= document.text().len());
            for fix in fix::offers(&cx, finding) {
                check_edits(&document, &fix.edits);
                let after = applied(&document, &fix.edits);
                check_kept(&document, &after);
                let count = |document: &Document| {
                    let findings = rules::run(&Cx { document, ..cx });
                    findings.iter().filter(|other| other.rule.id == finding.rule.id).count()
                };
                prop_assert!(count(&after) < count(&document), "{finding:?} is still there\n{}", after.text().to_string());
            }
        }
    }

    #[test]
    fn fixing_everything_comes_to_an_end(source in source(), suggested in any::<bool>()) {
        let (context, settings) = (context(), Settings::default());
        let document = Document::new(&source);
        let cx = Cx { document: &document, context: &context, shell_check: &NoShellCheck, settings: &settings };
        let least = if suggested { Safety::Suggested } else { Safety::Safe };
        if let Some(edits) = fix::fix_all(&cx, least, &|_| true).map(|fixed| fixed.edits) {
            check_edits(&document, &edits);
            let after = applied(&document, &edits);
            check_kept(&document, &after);
            let again = fix::fix_all(&Cx { document: &after, ..cx }, least, &|_| true);
            prop_assert_eq!(again, None, "{}", after.text().to_string());
        }
    }
}

proptest! {
    // Each case does every action wherever it can be done, twice.
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_action_done_everywhere_keeps_comments_and_comes_to_an_end(source in source(), has_chain in any::<bool>()) {
        // What can be inlined only once something else was.
        let chain = if has_chain { "FROM debian:12\nARG D=1\nARG C=$D\nRUN c $C\n" } else { "" };
        let source = format!("{chain}{source}");
        let (context, settings) = (context(), Settings::default());
        let document = Document::new(&source);
        let cx = Cx { document: &document, context: &context, shell_check: &NoShellCheck, settings: &settings };
        for action in actions::ALL.iter().filter(|action| !action.is_local) {
            let Some(done) = actions::apply_everywhere(&cx, &[action]) else { continue };
            check_edits(&document, &done.edits);
            let after = applied(&document, &done.edits);
            check_kept(&document, &after);
            let files = done.files.iter().map(|file| (file.path.clone(), file.edits.clone()));
            let context = files.fold(context.clone(), |context, (path, edits)| {
                let text: String = edits.iter().map(|edit| edit.new_text.as_str()).collect();
                context.file(&path, &text)
            });
            let again = actions::apply_everywhere(&Cx { document: &after, context: &context, ..cx }, &[action]);
            prop_assert_eq!(again, None, "{} does more in {}", action.id, after.text().to_string());
        }
    }
}

fn style() -> impl Strategy<Value = Style> {
    let indent = prop_oneof![Just(Indent::Tab), (1..9_usize).prop_map(Indent::Spaces)];
    let operators = prop::sample::select(vec![Operators::Keep, Operators::Leading, Operators::Trailing]);
    (indent, 1..9_usize, operators, 0..4_usize, any::<[bool; 3]>()).prop_map(
        |(
            indent,
            tab_size,
            operators,
            max_blank_lines,
            [trim_trailing_blanks, final_newline, trim_final_newlines],
        )| {
            Style {
                indent,
                tab_size,
                operators,
                max_blank_lines,
                trim_trailing_blanks,
                final_newline,
                trim_final_newlines,
            }
        },
    )
}

/// What a document says: all of it but blanks in the lines of instructions, and blank lines.
fn said(document: &Document) -> Vec<String> {
    let directives = document.file().directives().all.iter();
    let mut said: Vec<String> =
        directives.map(|directive| format!("{:?} {}", directive.kind, directive.value)).collect();
    for item in document.file().items() {
        let instruction = &item.instruction;
        let text = |span: &std::ops::Range<usize>| instruction.source()[span.clone()].to_owned();
        said.extend(instruction.comments().iter().chain(instruction.inner_comments()).map(text));
        said.push(instruction.line().text().replace([' ', '\t'], ""));
        let ast = instruction.ast();
        said.push(format!("{:?} {} {}", ast.kind, ast.flags.len(), instruction.is_open()));
        let script = layerwise::syntax::Script::of(instruction);
        for command in script.iter().flat_map(layerwise::syntax::Script::commands) {
            let words = command.words.iter().map(|word| word.value.as_deref());
            said.push(format!("{:?} {:?}", command.joint, words.collect::<Vec<_>>()));
        }
        said.extend(instruction.heredocs().iter().map(|heredoc| text(&heredoc.body)));
        if let layerwise::syntax::Arguments::KeyValues(pairs) = &ast.arguments {
            said.extend(pairs.iter().map(|pair| instruction.str(pair.part()).to_owned()));
        }
        if let layerwise::syntax::Arguments::Words(words) = &ast.arguments {
            said.extend(words.iter().map(|word| instruction.str(*word).to_owned()));
        }
        if let layerwise::syntax::Arguments::Json(strings) = &ast.arguments {
            said.extend(strings.iter().map(|string| string.value.clone()));
        }
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_formatted_document_says_what_it_said_and_is_formatted(source in source(), style in style()) {
        let document = Document::new(&source);
        let edits = format::edits(&document, &style, None);
        check_edits(&document, &edits);
        let after = applied(&document, &edits);
        prop_assert_eq!(said(&document), said(&after));
        prop_assert_eq!(comments(&document), comments(&after));
        prop_assert_eq!(source.starts_with('\u{feff}'), after.text().to_string().starts_with('\u{feff}'));
        let again = format::edits(&after, &style, None);
        prop_assert!(again.is_empty(), "{again:?} in {:?}, which was {source:?}", after.text().to_string());
    }

    #[test]
    fn a_formatted_selection_says_what_it_said(
        source in source(),
        style in style(),
        start in any::<prop::sample::Index>(),
        length in 0..60_usize,
    ) {
        let document = Document::new(&source);
        let start = start.index(source.len() + 1);
        let edits = format::edits(&document, &style, Some(start..start + length));
        check_edits(&document, &edits);
        prop_assert_eq!(said(&document), said(&applied(&document, &edits)));
        for typed in ['\\', '`'] {
            for edit in format::on_type(&document, &style, start, typed) {
                check_edits(&document, std::slice::from_ref(&edit));
                prop_assert_eq!(source[edit.span].replace([' ', '\t'], "") + &edit.new_text.replace([' ', '\t'], ""), "");
            }
        }
    }
}

/// What is shown beside a text has its places between characters; its tokens lie in order and leave nothing out.
fn check_reading(cx: &Cx<'_>, text: &str) -> Result<(), TestCaseError> {
    let mut end = 0;
    for highlighted in tokens::highlighted(cx.document, 0..text.len()) {
        prop_assert_eq!(highlighted.start, end);
        end += highlighted.text.len();
        prop_assert!(highlighted.tokens.is_sorted_by(|one, two| one.end <= two.start));
        for token in &*highlighted.tokens {
            let token = highlighted.text.get(token.start..token.end);
            prop_assert!(token.is_some_and(|token| !token.is_empty() && !token.contains(['\n', '\r'])));
        }
    }
    prop_assert_eq!(end, text.len());
    prop_assert!(links::find(cx).iter().all(|link| text.get(link.span.clone()).is_some()));
    prop_assert!(hints::find(cx, 0..text.len()).iter().all(|hint| text.is_char_boundary(hint.offset)));
    for lens in lenses::find(cx) {
        prop_assert!(lens.uses.iter().chain([&lens.span]).all(|span| text.get(span.clone()).is_some()));
    }
    Ok(())
}

proptest! {
    // Each case asks at every place of a text.
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_and_no_place_make_anything_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), source in source()) {
        let (context, settings) = (context(), Settings::default());
        for text in [Decoded::new(&bytes).text, source] {
            let document = Document::new(&text);
            let cx = Cx { document: &document, context: &context, shell_check: &NoShellCheck, settings: &settings };
            let _ = described(&document, &context);
            check_reading(&cx, &text)?;
            prop_assert!(symbols::outline(&document).iter().all(|symbol| symbol.span.end <= text.len()));
            prop_assert!(folding::folds(&document).iter().all(|fold| fold.span.end <= text.len()));
            for offset in 0..=text.len() {
                let _ = completion::complete(&cx, offset, completion::Asked::ByHand);
                let named = navigation::occurrences(&cx, offset);
                prop_assert!(named.iter().all(|found| text.get(found.span.clone()).is_some()));
                let _ = navigation::definition(&cx, offset);
                let _ = navigation::rename(&cx, offset, "x");
                prop_assert!(!selection::spans(&document, offset).is_empty());
                if let Some(help) = signature::find(&cx, offset) {
                    prop_assert!(help.signatures.iter().all(|one| help.active < Some(one.parameters.len())));
                }
                if let Some(hover) = hover::find(&cx, offset) {
                    prop_assert!(hover.span.end <= text.len());
                }
                for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                    let position = document.text().position(offset, encoding);
                    let back = document.text().offset(position, encoding);
                    prop_assert!(back <= offset);
                    prop_assert!(back == offset || !text.is_char_boundary(offset) || text[back..offset].contains('\r'));
                }
            }
        }
    }
}
