//! `check --format`: the forms for other programs, each with odd characters in path and message, and with a clean file.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::folder::{CLEAN, Folder, LISTS_KEPT};

/// A path with what every form has to escape.
const ODD_PATH: &str = "a b,c%é/x&'.Dockerfile";
/// Its findings: an error whose message has what every form has to escape, and a warning that has a fix, behind a
/// character of two UTF-16 units.
const ODD: &str = "FROM debian:12\nF<&\"%,É b\nRUN echo 🐳 && apt-get install \\\n  curl\n";

/// The rules that are run beside those of syntax, whatever others there will be.
const RULES: [&str; 2] = ["missing-yes", "apt-lists-kept"];
const GROUPS: [&str; 5] = ["correctness", "cache", "size", "security", "style"];

fn run(format: &str, path: &str, source: &str) -> String {
    let folder = Folder::new(&[(path, source)]);
    let disabled = GROUPS.iter().flat_map(|group| ["--disable", group]);
    let enabled = RULES.iter().flat_map(|rule| ["--enable", rule]);
    let arguments = ["check", "--format", format].into_iter().chain(disabled).chain(enabled).chain([path]);
    let run = folder.run(&arguments.collect::<Vec<_>>());
    assert!(run.code < 2, "{}", run.errors);
    run.text().to_owned()
}

#[track_caller]
fn check(format: &str, expected: Expect) {
    expected.assert_eq(&run(format, ODD_PATH, ODD));
}

#[test]
fn github_is_told_by_workflow_commands() {
    check(
        "github",
        expect![[r#"
            ::error file=a b%2Cc%25é/x&'.Dockerfile,line=2,endLine=2,col=1,endColumn=8,title=Layerwise (unknown-instruction)::`F<&"%25,É` is no instruction
            ::warning file=a b%2Cc%25é/x&'.Dockerfile,line=3,endLine=3,col=23,endColumn=30,title=Layerwise (missing-yes)::`apt-get install` may ask for a confirmation without `-y` (DL3014)
        "#]],
    );
    assert_eq!(run("github", "Dockerfile", CLEAN), "");
}

#[test]
fn a_line_for_each_finding_is_that_of_compilers() {
    check(
        "gnu",
        expect![[r#"
            a b,c%é/x&'.Dockerfile:2:1: error: `F<&"%,É` is no instruction [unknown-instruction]
            a b,c%é/x&'.Dockerfile:3:23: warning: `apt-get install` may ask for a confirmation without `-y` (DL3014) [missing-yes]
        "#]],
    );
    assert_eq!(run("gnu", "Dockerfile", CLEAN), "");
}

#[test]
fn checkstyle_is_xml() {
    check(
        "checkstyle",
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <checkstyle version="4.3">
              <file name="a b,c%é/x&amp;&apos;.Dockerfile">
                <error line="2" column="1" severity="error" message="`F&lt;&amp;&quot;%,É` is no instruction" source="layerwise.unknown-instruction"/>
                <error line="3" column="23" severity="warning" message="`apt-get install` may ask for a confirmation without `-y` (DL3014)" source="layerwise.missing-yes"/>
              </file>
            </checkstyle>
        "#]],
    );
    let clean = expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <checkstyle version="4.3">
          <file name="Dockerfile">
          </file>
        </checkstyle>
    "#]];
    clean.assert_eq(&run("checkstyle", "Dockerfile", CLEAN));
}

fn json(format: &str, path: &str, source: &str) -> Value {
    serde_json::from_str(&run(format, path, source)).unwrap()
}

#[test]
fn gitlab_has_issues_with_marks() {
    let report = json("gitlab", ODD_PATH, ODD);
    let issues = report.as_array().unwrap();
    let issue = &issues[0];
    assert_eq!(issue["check_name"], "unknown-instruction");
    assert_eq!((&issue["severity"], &issue["type"]), (&json!("critical"), &json!("issue")));
    assert!(issue["description"].as_str().unwrap().contains("F<&\"%,É"), "{issue}");
    assert_eq!(issue["location"], json!({ "path": ODD_PATH, "lines": { "begin": 2, "end": 2 } }));
    let marks: std::collections::BTreeSet<&str> =
        issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(marks.len(), issues.len());
    assert_eq!(json("gitlab", "Dockerfile", CLEAN), json!([]));
    assert_eq!(json("gitlab_codeclimate", "Dockerfile", CLEAN), json!([]));
}

/// The marks of what is found in a file.
fn marks(path: &str, source: &str) -> Vec<String> {
    let report = json("gitlab", path, source);
    let mark = |issue: &Value| issue["fingerprint"].as_str().unwrap().to_owned();
    report.as_array().unwrap().iter().map(mark).collect()
}

#[test]
fn a_mark_stays_where_lines_move_and_is_of_one_finding() {
    let before = marks("Dockerfile", LISTS_KEPT);
    assert_eq!(before.len(), 1);
    let moved = LISTS_KEPT.replace("RUN", "# c\n\n  RUN");
    assert_eq!(marks("./Dockerfile", &moved), before);
    assert_ne!(marks("other.Dockerfile", LISTS_KEPT), before);
    // The same line twice is two findings.
    let twice =
        marks("Dockerfile", &format!("{LISTS_KEPT}USER 0\n{}", LISTS_KEPT.split_once('\n').unwrap().1));
    assert_eq!(twice.len(), 2);
    assert_eq!(twice[0], before[0]);
    assert_ne!(twice[1], before[0]);
}

/// What the schema of SARIF 2.1.0 asks for, as far as this log goes.
fn check_sarif(log: &Value) {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-2.1.0.json"));
    let run = &log["runs"].as_array().unwrap()[0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let driver = &run["tool"]["driver"];
    assert_eq!(
        (&driver["name"], &driver["semanticVersion"]),
        (&json!("Layerwise"), &json!(env!("CARGO_PKG_VERSION")))
    );
    let rules = driver["rules"].as_array().unwrap();
    const LEVELS: [&str; 4] = ["none", "note", "warning", "error"];
    for rule in rules {
        assert!(is_text(&rule["id"]) && is_text(&rule["shortDescription"]["text"]), "{rule}");
        assert!(is_text(&rule["help"]["text"]) && is_text(&rule["help"]["markdown"]), "{rule}");
        assert!(LEVELS.contains(&rule["defaultConfiguration"]["level"].as_str().unwrap()), "{rule}");
    }
    for result in run["results"].as_array().unwrap() {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
        assert!(LEVELS.contains(&result["level"].as_str().unwrap()), "{result}");
        assert!(is_text(&result["message"]["text"]), "{result}");
        assert!(is_text(&result["partialFingerprints"]["layerwise/v1"]), "{result}");
        let location = &result["locations"].as_array().unwrap()[0]["physicalLocation"];
        check_place(location, "region");
        for fix in result.get("fixes").map_or(&Vec::new(), |fixes| fixes.as_array().unwrap()) {
            assert!(is_text(&fix["description"]["text"]), "{fix}");
            for change in fix["artifactChanges"].as_array().unwrap() {
                let replacements = change["replacements"].as_array().unwrap();
                assert!(!replacements.is_empty(), "{fix}");
                for replacement in replacements {
                    assert!(replacement["insertedContent"]["text"].is_string(), "{fix}");
                    let mut place = replacement.clone();
                    place["artifactLocation"] = change["artifactLocation"].clone();
                    check_place(&place, "deletedRegion");
                }
            }
        }
    }
}

/// An address that is one, and a region whose end is not before its start.
fn check_place(place: &Value, region: &str) {
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    assert!(
        !uri.is_empty() && uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte)),
        "{uri}"
    );
    let [start_line, start_column, end_line, end_column] =
        ["startLine", "startColumn", "endLine", "endColumn"].map(|key| place[region][key].as_u64().unwrap());
    assert!(
        start_line > 0 && start_column > 0 && (start_line, start_column) <= (end_line, end_column),
        "{place}"
    );
}

#[test]
fn sarif_has_what_its_schema_asks_for() {
    for source in [ODD, CLEAN, LISTS_KEPT, "", "FROM node AS A\nRUN apt-get install a\nCMD x\nCMD\n"] {
        check_sarif(&json("sarif", ODD_PATH, source));
    }
    let clean = json("sarif", "Dockerfile", CLEAN);
    assert_eq!(clean["runs"][0]["results"], json!([]));
    assert_eq!(clean["runs"][0]["tool"]["driver"]["rules"], json!([]));
}

#[test]
fn sarif_counts_in_utf16_and_tells_the_fix() {
    let log = json("sarif", ODD_PATH, ODD);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == "missing-yes").unwrap();
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b%2Cc%25%C3%A9/x%26%27.Dockerfile");
    // Counted in characters it would be 23.
    let region = json!({ "startLine": 3, "startColumn": 24, "endLine": 3, "endColumn": 31 });
    assert_eq!(place["region"], region);
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], " -y");
    let place = json!({ "startLine": 3, "startColumn": 31, "endLine": 3, "endColumn": 31 });
    assert_eq!(replacement["deletedRegion"], place);
}

#[test]
fn the_places_that_belong_to_a_finding_are_told() {
    let download = |name: &str| format!("RUN wget -q https://b.io/{name} && tar xf {name} && rm {name}\n");
    let runs: String = (0..10).map(|number| download(&format!("{number}.tgz"))).collect();
    let folder = Folder::new(&[("Dockerfile", format!("FROM debian:12\n{runs}"))]);
    let rule = |format: &str| {
        let disabled = GROUPS.iter().flat_map(|group| ["--disable", group]);
        let arguments = ["check", "--format", format, "--enable", "unverified-download"].into_iter();
        folder.run(&arguments.chain(disabled).collect::<Vec<_>>()).text().to_owned()
    };
    let (json, sarif): (Value, Value) =
        (serde_json::from_str(&rule("json")).unwrap(), serde_json::from_str(&rule("sarif")).unwrap());
    check_sarif(&sarif);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let findings = json["files"][0]["findings"].as_array().unwrap();
    assert_eq!((results.len(), findings.len()), (1, 1));
    let (told, places) = (&findings[0]["related"], &results[0]["relatedLocations"]);
    assert_eq!((told.as_array().unwrap().len(), places.as_array().unwrap().len()), (9, 9));
    assert_eq!(
        (&told[0]["range"]["start"]["line"], &places[0]["physicalLocation"]["region"]["startLine"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(
        (&told[0]["message"], &places[0]["message"]["text"]),
        (&json!("`1.tgz` is used as it comes"), &json!("`1.tgz` is used as it comes"))
    );
    let text = rule("text");
    assert!(text.contains("note: line 3: `1.tgz` is used as it comes\n"), "{text}");
    assert!(text.contains("note: line 10: ") && text.contains("note: and 1 more\n"), "{text}");
    assert!(!text.contains("line 11: "), "{text}");
}

#[test]
fn several_files_are_one_report() {
    let folder = Folder::new(&[("a/Dockerfile", LISTS_KEPT), ("b/Dockerfile", LISTS_KEPT)]);
    let run = |format: &str| {
        let disable = ["--disable", "security", "--disable", "correctness"];
        folder.run(&[&["check", "--format", format], &disable[..]].concat()).text().to_owned()
    };
    let log: Value = serde_json::from_str(&run("sarif")).unwrap();
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 2);
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), 1);
    let issues: Value = serde_json::from_str(&run("gitlab")).unwrap();
    assert_eq!(issues.as_array().unwrap().len(), 2);
    assert_eq!(run("checkstyle").matches("<file ").count(), 2);
    assert_eq!(run("github").lines().count(), 2);
}

#[test]
fn the_names_of_hadolint_are_known() {
    assert_eq!(run("tty", "Dockerfile", LISTS_KEPT), run("text", "Dockerfile", LISTS_KEPT));
}
