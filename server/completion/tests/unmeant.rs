//! What Enter would put in that nobody meant.

use super::*;

#[test]
fn an_absolute_destination_is_no_path_of_the_build_context() {
    let context = "#- apps/a.js\n#- start-web.sh\n#- web/b.js\n#- Dockerfile\nFROM a\n";
    let labels_of = |line: &str| labels(&format!("{context}{line}"));
    assert_eq!(labels_of("COPY . /app$0"), "/app/");
    assert_eq!(labels_of("COPY . ./we$0"), "web/");
    assert_eq!(labels_of("COPY a we$0"), "web/");
    // Before another word it is a source.
    assert_eq!(labels_of("COPY a /$0 /x"), "apps/ start-web.sh web/ Dockerfile");
    assert_eq!(labels_of("COPY [\"a\", \"/ap$0\"]"), "/app/");
}

#[test]
fn a_blank_behind_what_is_whole_asks_for_nothing() {
    for line in ["COPY . . $0", "COPY --from=b /a /b $0", "ADD a b $0", "EXPOSE 80 $0"] {
        assert_eq!(labels_typed(&format!("FROM a AS b\nFROM c\n{line}")), "", "{line}");
    }
    assert_eq!(labels_typed("FROM a $0"), "");
    assert_eq!(labels_typed("FROM a A$0"), "AS");
    assert_eq!(labels("FROM a $0"), "AS");
    assert!(labels_typed("FROM a\nWORKDIR /w\nCOPY . $0").starts_with("./ /w/"));
    assert!(!labels("FROM a\nEXPOSE 80 $0").split(' ').any(|port| port == "80"));
    assert!(labels("FROM a\nEXPOSE 80 $0").starts_with("443 "));
    assert!(labels("FROM a\nEXPOSE 80 80$0").contains("8080"));
}

#[test]
fn a_comment_that_is_begun_asks_for_nothing() {
    assert_eq!(labels_typed("#$0"), "");
    assert_eq!(labels_typed("# $0\nFROM a"), "");
    assert_eq!(labels_typed("# s$0\nFROM a"), "syntax");
    check_labels("#$0", "syntax check escape");
}

#[test]
fn a_script_for_another_program_has_no_commands() {
    for script in [
        "<<EOF python3\np$0\nEOF",
        "<<EOF node\nb$0",
        "python3 <<EOF\np$0\nEOF",
        "/usr/bin/psql -f - <<EOF\np$0\nEOF",
    ] {
        check_none(&format!("FROM a\nRUN {script}"));
    }
    assert!(labels("FROM a\nRUN <<EOF bash -e\napk $0\nEOF").starts_with("add"));
}

#[test]
fn what_follows_a_name_stays() {
    assert!(shown("FROM nod$0:22").iter().any(|line| line.starts_with("FROM node|:22")));
    assert!(shown("FROM nod$0@sha256:a").iter().any(|line| line.starts_with("FROM node|@sha256:a")));
    assert!(!shown("FROM no$0:5000/a:1").iter().any(|line| line.contains("|:5000")));
    check("FROM a\nWORKDIR /x\nCOPY a /x$0/y", expect![["COPY a /x|/y  the WORKDIR of line 2"]]);
    check_labels("FROM a\nWORKDIR /x\nCOPY a /$0/y", "/x /etc /opt /srv /tmp /usr");
    check_labels("FROM a\nRUN <<$0\na\nEOF", "<<EOF");
    assert_eq!(shown("FROM a\nRUN <<$0\na\nEOF"), ["RUN <<EOF|  with the lines below, up to its end"]);
    assert!(
        shown("FROM a\nENV NODE$0 production").contains(&"ENV NODE_ENV| production  production".to_owned())
    );
    assert!(shown("FROM a\nENV NODE$0 A=b").contains(&"ENV NODE_ENV=production| A=b  production".to_owned()));
    check_none("FROM a\nARG A\nUSER $$0{A}");
    let keys = shown("FROM a\nRUN --mount=type=cache,$0target=/x b");
    assert!(
        keys.contains(&"RUN --mount=type=cache,id=,|target=/x b  default: the value of target".to_owned()),
        "{keys:?}"
    );
    assert!(!keys.iter().any(|key| key.contains(",target=,")), "{keys:?}");
}

#[test]
fn nothing_is_offered_twice() {
    let twice = |text: &str| {
        let mut labels: Vec<String> = labels(text).split(' ').map(str::to_owned).collect();
        let count = labels.len();
        labels.sort();
        labels.dedup();
        count - labels.len()
    };
    assert_eq!(twice("FROM a AS p\nWORKDIR /app\nFROM b\nWORKDIR /app\nCOPY --from=p x $0"), 0);
    assert_eq!(twice("FROM a\nARG NODE_ENV\nENV $0"), 0);
    assert!(!labels("FROM a\nARG NODE_ENV\nENV NODE_ENV=b N$0").contains("NODE_ENV"));
}
