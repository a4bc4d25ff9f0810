//! The codes of hadolint's own rules, what each is about, and why some have no rule here.
//! Source: hadolint 2.15.1, README.md, "Rules". The codes that older versions had and that are gone are there too:
//! their names still stand in comments and settings.

/// The version whose codes these are.
pub(crate) const VERSION: &str = "2.15";

/// One code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `DL` and four digits.
    pub name: &'static str,
    /// What its rule finds.
    pub about: &'static str,
    /// Why there is no rule here that carries the code; `None` where there is one, or will be.
    pub missing: Option<&'static str>,
}

/// Every code, in order.
pub static CODES: &[Code] = &[
    without(
        "DL1001",
        "a comment that silences rules",
        "such comments are how a rule is silenced; `disable-ignore-pragma` turns hadolint's own off",
    ),
    code("DL3000", "a relative WORKDIR"),
    code("DL3001", "commands that are of no use in a build, such as `ssh` or `vim`"),
    code("DL3002", "the last user is root"),
    code("DL3003", "`cd` instead of WORKDIR"),
    code("DL3004", "`sudo`"),
    retired("DL3005", "`apt-get upgrade` and `dist-upgrade`"),
    code("DL3006", "an image without a tag"),
    code("DL3007", "the tag `latest`"),
    code("DL3008", "packages of apt-get without a version"),
    code("DL3009", "package lists of apt-get that stay"),
    code("DL3010", "an archive that is copied and then extracted"),
    code("DL3011", "a port that does not exist"),
    code("DL3012", "several HEALTHCHECKs"),
    code("DL3013", "packages of pip without a version"),
    code("DL3014", "`apt-get install` that asks"),
    code("DL3015", "recommended packages of apt-get"),
    code("DL3016", "packages of npm without a version"),
    retired("DL3017", "`apk upgrade`"),
    code("DL3018", "packages of apk without a version"),
    code("DL3019", "apk's cache in the layer"),
    code("DL3020", "ADD where COPY does"),
    code("DL3021", "a COPY of several sources to what is no folder"),
    code("DL3022", "`COPY --from` of a stage that is not defined above"),
    code("DL3023", "`COPY --from` of the stage itself"),
    code("DL3024", "two stages of one name"),
    code("DL3025", "CMD and ENTRYPOINT in shell form"),
    code("DL3026", "an image from a registry that is not trusted"),
    code("DL3027", "`apt` in a script"),
    code("DL3028", "gems without a version"),
    code("DL3029", "a fixed `--platform` in FROM"),
    code("DL3030", "`yum install` that asks"),
    retired("DL3031", "`yum update`"),
    code("DL3032", "yum's cache in the layer"),
    code("DL3033", "packages of yum without a version"),
    code("DL3034", "`zypper install` that asks"),
    code("DL3035", "`zypper dist-upgrade`"),
    code("DL3036", "zypper's cache in the layer"),
    code("DL3037", "packages of zypper without a version"),
    code("DL3038", "`dnf install` that asks"),
    retired("DL3039", "`dnf upgrade`"),
    code("DL3040", "dnf's cache in the layer"),
    code("DL3041", "packages of dnf without a version"),
    code("DL3042", "pip's cache in the layer"),
    code("DL3043", "an ONBUILD trigger that is not allowed"),
    code("DL3044", "an ENV that reads what it sets itself"),
    code("DL3045", "a COPY to a relative destination without a WORKDIR"),
    code("DL3046", "`useradd` with a high user id and without `-l`"),
    code("DL3047", "`wget` that fills the build log"),
    code("DL3048", "a label's key that is not valid"),
    code("DL3049", "a label that the schema asks for"),
    code("DL3050", "a label that the schema does not have"),
    code("DL3051", "a label without a value"),
    code("DL3052", "a label that is no URL"),
    code("DL3053", "a label that is no time"),
    code("DL3054", "a label that is no SPDX licence"),
    code("DL3055", "a label that is no Git hash"),
    code("DL3056", "a label that is no semantic version"),
    without(
        "DL3057",
        "an image without a HEALTHCHECK",
        "hadolint leaves it off too, and whether an image needs one is up to what runs it",
    ),
    code("DL3058", "a label that is no e-mail address"),
    code("DL3059", "RUNs that follow each other"),
    code("DL3060", "yarn's cache in the layer"),
    code("DL3061", "an instruction before the first FROM"),
    code("DL3062", "packages of `go install` without a version"),
    code("DL3063", "a stage with a reserved name"),
    code("DL3064", "secrets in ARG and ENV"),
    code("DL3065", "a `--platform` in FROM that is the default"),
    code("DL3066", "a user by name where a number is known everywhere"),
    code("DL3067", "a whole stage that is copied"),
    code("DL4000", "MAINTAINER"),
    code("DL4001", "both `wget` and `curl`"),
    code("DL4003", "several CMDs"),
    code("DL4004", "several ENTRYPOINTs"),
    code("DL4005", "another shell put in the place of `/bin/sh`"),
    code("DL4006", "a pipe without `pipefail`"),
];

const fn code(name: &'static str, about: &'static str) -> Code {
    Code { name, about, missing: None }
}

const fn without(name: &'static str, about: &'static str, reason: &'static str) -> Code {
    Code { name, about, missing: Some(reason) }
}

const fn retired(name: &'static str, about: &'static str) -> Code {
    without(name, about, "gone from hadolint")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_in_order_and_each_is_there_once() {
        assert!(CODES.is_sorted_by(|left, right| left.name < right.name));
        let is_code = |code: &Code| code.name.len() == 6 && code.name.starts_with("DL");
        assert!(CODES.iter().all(is_code));
    }

    #[test]
    fn every_code_that_a_rule_carries_is_here() {
        let carried =
            crate::rules::ALL.iter().flat_map(|rule| rule.also).filter(|code| code.starts_with("DL"));
        let unknown: Vec<_> =
            carried.filter(|code| !CODES.iter().any(|known| known.name == **code)).collect();
        assert_eq!(unknown, Vec::<&&str>::new());
    }
}
