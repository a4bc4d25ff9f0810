//! What ADD takes apart: a file of the build context that is an archive, or packed.
//! Source: Docker reference, "ADD", "Adding local tar archives"; moby, `pkg/archive` (`DetectCompression`): it looks into
//! the file, and not at its name.

use crate::context::BuildContext;
use crate::path;

/// Endings of archives, packed or not, and of packed files.
const ARCHIVES: [&str; 22] = [
    ".tar", ".Z", ".apk", ".bz2", ".crate", ".gem", ".gz", ".lz", ".lzma", ".ova", ".tZ", ".tb2", ".tbz",
    ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".tzst", ".xz", ".zst", ".tar.sz",
];

/// Extensions of texts, and of other kinds of files that ADD does not unpack: it knows tar, gzip, bzip2, xz and zstd.
const PLAIN: &str = "bash bat bzl c cc cfg cjs class clj cljs cmake cmd cnf conf config cpp crt cs csproj css csv cxx \
    dart deb diff dll ear editorconfig ejs env erb ex exe exs fish fs fsproj gemspec gif gitignore go \
    gql gradle graphql groovy h haml hbs hcl hh hpp hs htaccess htm html ico in inc ini ipynb j2 jar \
    java jl jpeg jpg js json json5 jsonc jsx key kt kts less list lock lua map markdown md mjs ml mod \
    mp3 mp4 mts nix npmrc nvmrc patch pdf pem php pl pm png po pp prisma properties props proto ps1 pub \
    pug py pyi r rb rc repo rpm rs rst ru sass sbt scala scss service sh sln so sql stylelintrc sum \
    svelte svg swift targets tcl template tex text tf tfvars tmpl toml tpl ts tsv tsx ttf txt vb vim vue \
    war webp whl woff woff2 xml xsd xsl yaml yarnrc yml zip zsh";

/// Whether a source of ADD is called as archives are, judging by its name.
pub fn may_be_called_archive(source: &str) -> bool {
    // What stands for any letters in an ending can make it one of these.
    let ending = source.rsplit(['/', '.']).next().unwrap_or_default();
    ending.contains(['*', '?', '[', ']']) || ARCHIVES.iter().any(|end| ends_with(source, end))
}

/// Whether a file has an extension that no archive has.
pub fn is_called_as_plain_files_are(file: &str) -> bool {
    let extension = path::name(file).rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| PLAIN.split_ascii_whitespace().any(|known| known == extension))
}

/// Whether a file of the build context (a clean path) surely is no archive: a text. What cannot be read is not known.
pub fn is_no_archive(file: &str, context: &dyn BuildContext) -> bool {
    context.read(file).is_some_and(|text| has_no_magic(&text))
}

/// As `str::ends_with`, in any case: BuildKit looks into the file, and not at its name.
fn ends_with(source: &str, end: &str) -> bool {
    let start = source.len().checked_sub(end.len());
    start.and_then(|start| source.get(start..)).is_some_and(|found| found.eq_ignore_ascii_case(end))
}

/// Whether a text is nothing that ADD unpacks. The numbers at the start of a gzip, xz or zstd file are no UTF-8; the head of a
/// tar is filled up with NUL.
fn has_no_magic(text: &str) -> bool {
    !text.contains('\0') && !text.starts_with("BZh")
}
