//! `layerwise layers`.

use serde_json::{Value, json};

use crate::folder::Folder;

const SOURCE: &str = "ARG TAG=20\nFROM node:$TAG AS build\nARG V=1\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n\
                      RUN npm run build\nFROM nginx\nCOPY --from=build /app/dist /srv\n";

fn folder() -> Folder {
    Folder::new(&[("web/Dockerfile", SOURCE), ("web/package.json", "{}"), ("web/src/a.js", "")])
}

fn reruns(arguments: &[&str]) -> Vec<String> {
    let run = folder().run(&[&["layers", "--format", "json", "web/Dockerfile"], arguments].concat());
    assert_eq!((run.code, run.errors.as_str()), (0, ""));
    let report: Value = serde_json::from_slice(&run.output).unwrap();
    let stages = report["stages"].as_array().unwrap().iter();
    let steps = stages.flat_map(|stage| stage["steps"].as_array().unwrap());
    steps.map(|step| format!("{}:{}", step["line"], step["rerun"].as_str().unwrap())).collect()
}

#[test]
fn a_changed_file_runs_its_copy_again_and_what_follows() {
    assert_eq!(
        reruns(&["--changed", "./src/a.js"]),
        ["1:no", "3:no", "4:no", "5:no", "6:yes", "7:yes", "8:no", "9:maybe"]
    );
    let none = reruns(&[]);
    assert!(none.iter().all(|step| step.ends_with(":no")), "{none:?}");
}

#[test]
fn the_command_line_says_what_is_built() {
    assert_eq!(
        reruns(&["--target", "build", "--arg", "V"]),
        ["1:no", "3:no", "4:no", "5:yes", "6:yes", "7:yes"]
    );
    assert_eq!(reruns(&["--target", "build", "--context", "web/src", "--changed", "a.js"])[4], "6:yes");
}

#[test]
fn a_step_says_what_it_reads() {
    let run = folder().run(&["layers", "--format", "json", "--arg", "V", "web/Dockerfile"]);
    let report: Value = serde_json::from_slice(&run.output).unwrap();
    let build = &report["stages"][0];
    assert_eq!(build["name"], "build");
    assert_eq!(
        build["steps"][3],
        json!({"instruction": 5, "line": 5, "kind": "RUN", "cost": "high", "rerun": "yes", "why": "it depends on the argument `V`",
               "inputs": {"context": [], "stages": [], "images": [], "args": ["V"]}})
    );
    assert_eq!(build["steps"][0]["inputs"]["images"], json!(["node:20"]));
    assert_eq!(report["stages"][1]["steps"][1]["inputs"]["stages"], json!(["build"]));
}

#[test]
fn people_read_why() {
    let run = folder().run(&["layers", "--changed", "src/a.js", "web/Dockerfile"]);
    let text = run.text();
    assert!(text.contains("\n     7  re-runs COPY . .\n        it reads `src/a.js`\n"), "{text}");
    assert!(text.contains("  cached  RUN npm ci (costly)\n"), "{text}");
    let inputs = folder().run(&["layers", "web/Dockerfile"]);
    assert!(inputs.text().contains("        context: package*.json\n"), "{}", inputs.text());
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let run = folder().run(&["layers", "none"]);
    assert_eq!(run.code, 2);
    assert!(run.errors.contains("`none` cannot be read"), "{}", run.errors);
}

#[test]
fn of_a_folder_the_dockerfile_is_taken_that_a_build_takes() {
    let folder = folder();
    assert_eq!(folder.run(&["layers", "web"]).text(), folder.run(&["layers", "web/Dockerfile"]).text());
    let one = Folder::new(&[("a/b.Dockerfile", "FROM a:1\n"), ("none/a", "")]);
    assert_eq!(one.run(&["layers", "."]).text(), one.run(&["layers", "a/b.Dockerfile"]).text());
    let none = one.run(&["layers", "none"]);
    assert_eq!((none.code, &*none.errors), (2, "error: `none` is a folder without a Dockerfile\n"));
    let files = [("b.Dockerfile", "FROM a:1\n"), ("c/Dockerfile", "FROM b:1\n")];
    let many = Folder::new(&files).run(&["layers", "."]);
    let told =
        "error: `.` has 2 Dockerfiles, such as `b.Dockerfile` and `c/Dockerfile`, and this takes one\n";
    assert_eq!((many.code, &*many.errors), (2, told));
    let own = Folder::new(&[files[0], files[1], ("Dockerfile", "FROM c:1\n")]);
    assert_eq!(own.run(&["layers", "."]).text(), own.run(&["layers", "Dockerfile"]).text());
}

#[test]
fn what_cannot_run_anything_again_is_told() {
    let told = |arguments: &[&str]| {
        let run = folder().run(&[&["layers"], arguments].concat());
        (run.code, run.errors)
    };
    let outside = "warning: `../a` is not in the build context: no step reads it\n";
    assert_eq!(told(&["--changed", "../a", "web/Dockerfile"]), (0, outside.to_owned()));
    let argument = "warning: no step depends on an argument `NOPE`\n";
    assert_eq!(
        told(&["--arg", "NOPE", "--arg", "V", "--arg", "TAG", "web/Dockerfile"]),
        (0, argument.to_owned())
    );
    let ignored = "error: `.dockerignore` is an ignore file, which has no layers\n";
    assert_eq!(told(&[".dockerignore"]), (2, ignored.to_owned()));
    let empty = Folder::new(&[("Dockerfile", "")]).run(&["layers", "Dockerfile"]);
    assert_eq!((empty.code, empty.errors.as_str()), (0, "warning: `Dockerfile` has no stage\n"));
    let place = folder();
    let absolute = place.path("web").canonicalize().unwrap().join("src/a.js");
    let run =
        place.run(&["layers", "--format", "json", "--changed", absolute.to_str().unwrap(), "web/Dockerfile"]);
    let report: Value = serde_json::from_slice(&run.output).unwrap();
    assert_eq!((report["stages"][0]["steps"][4]["rerun"].as_str(), run.errors.as_str()), (Some("yes"), ""));
}

#[test]
fn a_file_that_is_not_there_or_left_out_is_told() {
    let folder = folder();
    std::fs::write(folder.path("web/.dockerignore"), "*.log\n").unwrap();
    std::fs::write(folder.path("web/a.log"), "").unwrap();
    let told = |file: &str| folder.run(&["layers", "--changed", file, "web/Dockerfile"]).errors;
    assert_eq!(told("src/a.js"), "");
    assert!(told("web/src/a.js").starts_with("warning: `web/src/a.js` is not in the build context `"));
    assert_eq!(
        told("a.log"),
        "warning: `a.log` is left out of the build by `.dockerignore`: no step reads it\n"
    );
}
