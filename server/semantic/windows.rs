//! What tells that a file is for Windows: the names and tags of base images, and words that mean nothing elsewhere.
//! Source: the official images' `windows/` folders and tags; Microsoft's registry; Docker reference, "SHELL".

use std::sync::Arc;

use super::Model;
use super::environment::Shell;
use super::image::Image;
use crate::syntax::{Instruction, Kind};

/// What is known of an image that is for Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Windows {
    /// It is Windows itself: cmd reads its RUNs.
    Plain,
    /// It is built on Windows, and may have set a SHELL.
    Derived,
}

/// What an image's name and tag tell; `None` where they do not speak of Windows.
pub(super) fn of_image(image: &Image) -> Option<Windows> {
    let (name, tag) = (image.name(), image.tag().unwrap_or_default());
    let is_called =
        |text: &str| ["nanoserver", "windowsservercore", "servercore"].iter().any(|part| text.contains(part));
    if name.starts_with("mcr.microsoft.com/windows")
        || name.starts_with("microsoft/windows")
        || is_called(name)
    {
        return Some(Windows::Plain);
    }
    let has_word = |text: &str| text.split(['-', '_', '.']).any(|word| word == "windows");
    let is_derived = is_called(tag)
        || has_word(image.short_name())
        || has_word(tag)
        || name.starts_with("mcr.microsoft.com/dotnet/framework/");
    is_derived.then_some(Windows::Derived)
}

/// Whether an instruction says something that only Windows understands: its users, its shells, the letter of a drive.
pub(super) fn speaks_of_windows(instruction: &Instruction) -> bool {
    let (source, ast) = (instruction.source(), instruction.ast());
    match ast.kind {
        Kind::User => source.contains("ContainerAdministrator") || source.contains("ContainerUser"),
        Kind::Shell => ["cmd", "powershell"].iter().any(|program| source.contains(program)),
        Kind::Run if source.contains("setx ") => true,
        // Wine has drives too.
        Kind::Run => has_drive(source) && !source.contains("wine"),
        Kind::Add | Kind::Copy | Kind::Env | Kind::Workdir => has_drive(source),
        _ => false,
    }
}

/// Whether a path on the drive `C:` is in a text.
fn has_drive(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_drive = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        matches!(bytes.get(at), Some(b'C' | b'c'))
            && matches!(bytes.get(at + 2), Some(b'\\' | b'/'))
            && before.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'"' | b'\'' | b'=' | b';'))
    };
    text.match_indices(':').any(|(colon, _)| colon.checked_sub(1).is_some_and(is_drive))
}

impl Model {
    /// Some instruction speaks of Windows: what reads the RUNs of stages is not known where nothing is known of their images,
    /// and neither a SHELL nor a comment names it; `posix` is the shell that they were given.
    pub(super) fn hear_windows(&mut self, posix: &Arc<Shell>) {
        let unknown = Arc::new(Shell::Unknown);
        let is_unknown: Vec<bool> =
            self.stages.all.iter().map(|stage| self.base_image(stage.from()).is_none()).collect();
        for index in 0..self.environments.len() {
            let stage =
                self.environments.get(index).and_then(|(from, _)| self.stage_at(from.checked_sub(1)?));
            let is_unknown = stage.is_some_and(|stage| is_unknown.get(stage.index) == Some(&true));
            if let Some((_, environment)) = self.environments.get_mut(index).filter(|_| is_unknown)
                && Arc::ptr_eq(&environment.shell, posix)
            {
                environment.shell = Arc::clone(&unknown);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn names_and_tags_tell() {
        let of = |text: &str| of_image(&Image::new(text));
        for plain in ["mcr.microsoft.com/windows/servercore:ltsc2022", "mcr.microsoft.com/windows/nanoserver"]
        {
            assert_eq!(of(plain), Some(Windows::Plain), "{plain}");
        }
        for derived in [
            "golang:1.23-windowsservercore-ltsc2022",
            "mcr.microsoft.com/powershell:nanoserver-1809",
            "mcr.microsoft.com/dotnet/framework/sdk:4.8",
            "me/node-windows",
            "me/node:1.0-windows-amd64",
        ] {
            assert_eq!(of(derived), Some(Windows::Derived), "{derived}");
        }
        for other in [
            "golang:1.23",
            "mcr.microsoft.com/dotnet/sdk:8.0",
            "me/windowsill",
            "mcr.microsoft.com/powershell",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    /// Whether a POSIX shell reads the last instruction.
    fn is_posix(source: &str) -> bool {
        let document = Document::new(source);
        let last = document.file().items().len() - 1;
        document.model().environment_at(last).is_some_and(|environment| environment.shell.is_posix())
    }

    #[test]
    fn a_base_that_is_not_known_is_for_windows_where_the_file_says_so() {
        for sign in [
            "USER ContainerUser",
            "USER \"ContainerAdministrator\"",
            "RUN md C:\\a",
            "COPY a C:/b",
            "ENV A=C:\\b",
            "RUN setx /M A b",
            "SHELL [\"cmd\", \"/S\", \"/C\"]",
        ] {
            assert!(!is_posix(&format!("ARG I\nFROM $I AS a\n{sign}\nFROM b/c:1\nRUN d\n")), "{sign}");
            assert!(is_posix(&format!("FROM b/c:1\n{sign}\nFROM debian:12\nRUN d\n")), "{sign}");
        }
        assert!(!is_posix("FROM golang:1.23-nanoserver\nRUN a\n"));
        assert!(!is_posix("ARG V\nFROM golang:${V}-nanoserver\nRUN a\n"));
    }

    #[test]
    fn what_is_no_drive_or_has_a_shell_of_its_own_stays() {
        for other in ["RUN wine C:\\a", "RUN a src:/b", "ENV PATH=/a:/b", "RUN curl http://a/c:/b"] {
            assert!(is_posix(&format!("FROM b/c:1\n{other}\nRUN d\n")), "{other}");
        }
        assert!(is_posix("# hadolint shell=bash\nFROM b/c:1\nWORKDIR C:/a\nRUN d\n"));
        assert!(is_posix("FROM b/c:1\nWORKDIR C:/a\nSHELL [\"bash\", \"-c\"]\nRUN d\n"));
    }
}
