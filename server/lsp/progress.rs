//! What is said of a long work while it is done: how far it is, and what it has found so far.

use serde_json::{Value, json};
use tower_lsp::ls_types::ProgressToken;

use super::output::Output;

/// A report for so many hundredths of the work.
const STEP: usize = 5;

/// How far a work is, told to a client that gave a token to hear of it. The end is told when it is dropped.
pub(crate) struct Progress<'a> {
    output: &'a Output,
    token: Option<&'a ProgressToken>,
    told: usize,
}

impl<'a> Progress<'a> {
    /// The begin of a work with this title.
    pub(crate) fn begin(output: &'a Output, token: Option<&'a ProgressToken>, title: &str) -> Progress<'a> {
        let progress = Progress { output, token, told: 0 };
        progress.tell(&json!({ "kind": "begin", "title": title, "cancellable": false, "percentage": 0 }));
        progress
    }

    /// So many of so many are done.
    pub(crate) fn report(&mut self, done: usize, all: usize) {
        let percentage = (done * 100).checked_div(all).unwrap_or(100).min(100);
        if percentage >= self.told + STEP {
            self.told = percentage;
            let message = format!("{done}/{all}");
            self.tell(&json!({ "kind": "report", "message": message, "percentage": percentage }));
        }
    }

    fn tell(&self, value: &Value) {
        if let Some(token) = self.token {
            self.output.send_blocking(notification(token, &value.to_string()));
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.tell(&json!({ "kind": "end" }));
    }
}

/// The notification that tells `value`, JSON text, to whoever waits for what belongs to a token.
pub(crate) fn notification(token: &ProgressToken, value: &str) -> Vec<u8> {
    let token = serde_json::to_string(token).unwrap_or_default();
    let start = r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":"#;
    format!(r#"{start}{token},"value":{value}}}}}"#).into_bytes()
}
