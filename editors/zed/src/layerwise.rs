//! Tells Zed how Layerwise is started: the program that the settings name, else the one on the path.

use zed_extension_api::{
    self as zed, serde_json, settings::LspSettings, Command, LanguageServerId, Result, Worktree,
};

struct Layerwise;

impl zed::Extension for Layerwise {
    fn new() -> Self {
        Layerwise
    }

    fn language_server_command(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let binary = LspSettings::for_worktree("layerwise", worktree)?.binary;
        let path = binary.as_ref().and_then(|binary| binary.path.clone());
        let command = path
            .or_else(|| worktree.which("layerwise"))
            .ok_or("`layerwise` is not on the path; install it, or set `lsp.layerwise.binary.path`")?;
        let arguments = binary.and_then(|binary| binary.arguments);
        Ok(Command {
            command,
            args: arguments.unwrap_or_else(|| vec!["lsp".to_owned()]),
            env: worktree.shell_env(),
        })
    }

    fn language_server_workspace_configuration(
        &mut self,
        _: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<serde_json::Value>> {
        let settings = LspSettings::for_worktree("layerwise", worktree)?.settings;
        Ok(settings.map(|settings| serde_json::json!({ "layerwise": settings })))
    }
}

zed::register_extension!(Layerwise);
