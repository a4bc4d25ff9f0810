//! What the keys of known services look like. Sources: the services' own documentation of their tokens ("About
//! authentication to GitHub", "GitLab token overview", "IAM identifiers", "Slack token types" and the like).

use crate::text::Span;

/// A key that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// All of it, in bytes of the text.
    pub span: Span,
    /// What it is, with its article.
    pub what: &'static str,
    /// What every key of this kind begins with: that much of it can be shown.
    pub prefix: &'static str,
}

/// How the keys of one kind are made.
struct Format {
    prefix: &'static str,
    what: &'static str,
    /// Which characters follow.
    body: fn(char) -> bool,
    /// How many at least, and at most.
    length: (usize, usize),
}

const fn format(
    prefix: &'static str,
    what: &'static str,
    body: fn(char) -> bool,
    length: (usize, usize),
) -> Format {
    Format { prefix, what, body, length }
}

static FORMATS: [Format; 38] = [
    format("AKIA", AWS, is_upper, (16, 16)),
    format("ASIA", AWS, is_upper, (16, 16)),
    format("ghp_", GITHUB, is_alphanumeric, (36, 36)),
    format("gho_", GITHUB, is_alphanumeric, (36, 36)),
    format("ghu_", GITHUB, is_alphanumeric, (36, 36)),
    format("ghs_", GITHUB, is_alphanumeric, (36, 36)),
    format("ghr_", GITHUB, is_alphanumeric, (36, 76)),
    format("github_pat_", GITHUB, is_word, (82, 82)),
    format("glpat-", GITLAB, is_dashed, (20, 60)),
    format("gldt-", GITLAB, is_dashed, (20, 60)),
    format("glrt-", GITLAB, is_dashed, (20, 60)),
    format("glcbt-", GITLAB, is_dashed, (20, 70)),
    format("glptt-", GITLAB, is_hexadecimal, (40, 40)),
    format("xoxb-", SLACK, is_dashed, (40, 120)),
    format("xoxp-", SLACK, is_dashed, (40, 120)),
    format("xoxa-", SLACK, is_dashed, (40, 120)),
    format("xoxr-", SLACK, is_dashed, (40, 120)),
    format("xapp-", SLACK, is_dashed, (40, 160)),
    format("npm_", "an npm token", is_alphanumeric, (36, 36)),
    format("pypi-AgE", "a PyPI token", is_dashed, (60, 400)),
    format("sk_live_", STRIPE, is_alphanumeric, (20, 250)),
    format("rk_live_", STRIPE, is_alphanumeric, (20, 250)),
    format("AIza", "a Google API key", is_dashed, (35, 35)),
    format("GOCSPX-", "a Google client secret", is_dashed, (28, 28)),
    format("sk-proj-", OPENAI, is_dashed, (40, 250)),
    format("sk-svcacct-", OPENAI, is_dashed, (40, 250)),
    format("sk-ant-", "an Anthropic key", is_dashed, (60, 250)),
    format("SG.", "a SendGrid key", is_dotted, (66, 66)),
    format("dop_v1_", "a DigitalOcean token", is_hexadecimal, (64, 64)),
    format("doo_v1_", "a DigitalOcean token", is_hexadecimal, (64, 64)),
    format("hf_", "a Hugging Face token", is_alphanumeric, (34, 37)),
    format("dckr_pat_", "a Docker Hub token", is_dashed, (27, 27)),
    format("hvs.", "a Vault token", is_dashed, (24, 250)),
    format("dapi", "a Databricks token", is_hexadecimal, (32, 32)),
    format("shpat_", "a Shopify token", is_hexadecimal, (32, 32)),
    format("shpss_", "a Shopify secret", is_hexadecimal, (32, 32)),
    format("rubygems_", "a RubyGems key", is_hexadecimal, (48, 48)),
    format("PMAK-", "a Postman key", is_dashed, (59, 59)),
];

const AWS: &str = "an AWS access key";
const GITHUB: &str = "a GitHub token";
const GITLAB: &str = "a GitLab token";
const OPENAI: &str = "an OpenAI key";
const SLACK: &str = "a Slack token";
const STRIPE: &str = "a Stripe key";

/// No key that is known is shorter.
const LEAST: usize = 20;

/// The keys of known services in a text, in order. What is plainly an example is none.
pub fn keys(text: &str) -> Vec<Key> {
    let mut keys: Vec<Key> = tokens(text).filter_map(|(start, token)| key(start, token)).collect();
    keys.extend(private_keys(text));
    keys.extend(aws_secrets(text));
    keys.extend(web_hooks(text));
    keys.sort_by_key(|key| key.span.start);
    keys
}

/// Whether a text that is to be a secret only stands for one: `xxxx`, `your-token`, `AKIAIOSFODNN7EXAMPLE`.
pub fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "0000",
        "1234567",
        "abcdefg",
        "changeme",
        "dummy",
        "example",
        "fake",
        "insert",
        "mytoken",
        "placeholder",
        "redacted",
        "replace",
        "sample",
        "secret",
        "test",
        "xxxx",
        "your",
    ];
    let lower = text.to_ascii_lowercase();
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() < 8 || WORDS.iter().any(|word| lower.contains(word))
}

/// The runs of characters that keys are made of, and that are long enough, with where each begins.
fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |char: char| is_dotted(char);
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let from = text.get(rest..)?;
            let start = rest + from.find(is_part)?;
            let run = text.get(start..)?;
            let length = run.find(|char| !is_part(char)).unwrap_or(run.len());
            rest = start + length;
            if length >= LEAST {
                return Some((start, run.get(..length)?));
            }
        }
    })
}

fn key(start: usize, token: &str) -> Option<Key> {
    let format = FORMATS.iter().find(|format| token.starts_with(format.prefix))?;
    let body = token.strip_prefix(format.prefix)?;
    let length = body.find(|char| !(format.body)(char)).unwrap_or(body.len());
    let (body, after) = body.split_at_checked(length)?;
    let (least, most) = format.length;
    let fits = (least..=most).contains(&length) && (after.is_empty() || after.starts_with('.'));
    let end = start + format.prefix.len() + length;
    let key = Key { span: start..end, what: format.what, prefix: format.prefix };
    (fits && !is_placeholder(body)).then_some(key)
}

/// The heads of private keys behind which the key itself stands, and not only a pattern that looks for one.
fn private_keys(text: &str) -> impl Iterator<Item = Key> {
    const HEAD: &str = "-----BEGIN ";
    const REACH: usize = 300;
    text.match_indices(HEAD).filter_map(move |(start, _)| {
        let label = text.get(start + HEAD.len()..)?;
        let end = label.find("-----")?;
        let (label, body) = label.split_at_checked(end)?;
        let is_private = label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK");
        let mut runs = body.split(|char: char| !is_base64(char)).scan(0, |seen, run| {
            *seen += run.len() + 1;
            (*seen < REACH).then_some(run)
        });
        let is_whole = is_private && !label.contains("ENCRYPTED") && runs.any(|run| run.len() >= 40);
        let span = start..start + HEAD.len() + end + 5;
        is_whole.then_some(Key { span, what: "a private key", prefix: "-----BEGIN" })
    })
}

/// The secret halves of AWS keys, which are known by their names alone.
fn aws_secrets(text: &str) -> impl Iterator<Item = Key> {
    let names = ["AWS_SECRET_ACCESS_KEY", "aws_secret_access_key"].into_iter();
    names.flat_map(move |name| {
        text.match_indices(name).filter_map(move |(start, _)| {
            let after = start + name.len();
            let rest = text.get(after..)?;
            let value = rest.trim_start_matches([' ', '=', ':', '"', '\'', ',']);
            let start = after + rest.len() - value.len();
            let length = value.find(|char| !is_base64(char)).unwrap_or(value.len());
            let is_key = length == 40 && !is_placeholder(value.get(..length)?);
            is_key.then_some(Key { span: start..start + length, what: "an AWS secret key", prefix: "" })
        })
    })
}

/// Addresses to which anybody who knows them can post.
fn web_hooks(text: &str) -> impl Iterator<Item = Key> {
    const HOOK: &str = "hooks.slack.com/services/";
    text.match_indices(HOOK).filter_map(move |(start, _)| {
        let rest = text.get(start + HOOK.len()..)?;
        let length = rest.find(|char| !is_alphanumeric(char) && char != '/').unwrap_or(rest.len());
        let path = rest.get(..length)?;
        let lengths: Vec<usize> = path.split('/').map(str::len).collect();
        let is_hook = lengths.len() == 3
            && lengths.iter().zip([8, 8, 20]).all(|(length, least)| *length >= least)
            && path.starts_with('T')
            && !is_placeholder(path);
        let span = start..start + HOOK.len() + length;
        is_hook.then_some(Key { span, what: "a Slack webhook", prefix: HOOK })
    })
}

fn is_alphanumeric(char: char) -> bool {
    char.is_ascii_alphanumeric()
}

fn is_upper(char: char) -> bool {
    char.is_ascii_uppercase() || char.is_ascii_digit()
}

fn is_hexadecimal(char: char) -> bool {
    matches!(char, '0'..='9' | 'a'..='f')
}

fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

fn is_dashed(char: char) -> bool {
    is_word(char) || char == '-'
}

fn is_dotted(char: char) -> bool {
    is_dashed(char) || char == '.'
}

fn is_base64(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '+' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters that look drawn by lot, so that no key stands in this file.
    fn drawn(length: usize) -> String {
        "k3Vb9QzR7mXwT2cLp8JdY5hNfG6sAeU4".chars().cycle().take(length).collect()
    }

    fn what(text: &str) -> Vec<&'static str> {
        keys(text).into_iter().map(|key| key.what).collect()
    }

    #[test]
    fn a_key_is_known_by_its_beginning_and_its_length() {
        assert_eq!(what(&format!("A=ghp_{} b", drawn(36))), [GITHUB]);
        assert_eq!(what(&format!("'glpat-{}'", drawn(20))), [GITLAB]);
        assert_eq!(what(&format!("https://npm_{}@b", drawn(36))), ["an npm token"]);
        assert_eq!(what(&format!("AKIA{}", drawn(16).to_ascii_uppercase())), [AWS]);
        assert_eq!(what(&format!("SG.{}.{}", drawn(22), drawn(43))), ["a SendGrid key"]);
        for other in [
            format!("ghp_{}", drawn(35)),
            format!("ghp_{}", drawn(37)),
            format!("a_ghp_{}", drawn(36)),
            format!("ghp_{}-b", drawn(36)),
            format!("AKIA{}", drawn(16)),
        ] {
            assert_eq!(what(&other), [""; 0], "{other}");
        }
    }

    #[test]
    fn what_has_no_beginning_of_its_own_is_known_by_what_stands_before() {
        assert_eq!(what(&format!("AWS_SECRET_ACCESS_KEY=\"{}\"", drawn(40))), ["an AWS secret key"]);
        assert_eq!(what(&format!("aws_secret_access_key = {}\n", drawn(40))), ["an AWS secret key"]);
        let hook = format!("hooks.slack.com/services/T{}/B{}/{}", drawn(8), drawn(9), drawn(24));
        assert_eq!(what(&hook), ["a Slack webhook"]);
        assert_eq!(what(&format!("AWS_SECRET_ACCESS_KEY=$A {}", drawn(40))), [""; 0]);
    }

    #[test]
    fn a_private_key_has_a_body() {
        let key = |label: &str| format!("-----BEGIN {label}-----\\n{}\n", drawn(64));
        assert_eq!(what(&key("RSA PRIVATE KEY")), ["a private key"]);
        assert_eq!(what(&key("PGP PRIVATE KEY BLOCK")), ["a private key"]);
        assert_eq!(what(&key("ENCRYPTED PRIVATE KEY")), [""; 0]);
        assert_eq!(what(&key("CERTIFICATE")), [""; 0]);
        assert_eq!(what("grep -q '-----BEGIN RSA PRIVATE KEY-----' a"), [""; 0]);
    }

    #[test]
    fn examples_are_none() {
        assert_eq!(what("AKIAIOSFODNN7EXAMPLE"), [""; 0]);
        assert_eq!(what(&format!("ghp_{}", "x".repeat(36))), [""; 0]);
        assert_eq!(what("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), [""; 0]);
        assert!(is_placeholder("your-token") && is_placeholder("<TOKEN>") && !is_placeholder(&drawn(20)));
    }
}
