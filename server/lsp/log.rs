//! The log: to standard error, filtered by `LAYERWISE_LOG` (`layerwise=warn` where it is not set; as in
//! `layerwise=debug,tower_lsp_server=info`), and, from `warn` on, to the client as `window/logMessage`. The
//! framework's own complaints are not passed on: it calls every method that is not offered an error of ours.

use std::fmt::{Debug, Write};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::output::Output;
use super::transport;

/// Starts logging. Where a log was started before, that one stays.
pub(crate) fn start(output: &Output) {
    let filter = std::env::var("LAYERWISE_LOG").ok().and_then(|filter| filter.parse::<Targets>().ok());
    let own = || Targets::new().with_target("layerwise", LevelFilter::WARN);
    let filter = filter.unwrap_or_else(own);
    let errors = fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_filter(filter);
    let client = ClientLog { output: output.clone() }.with_filter(own());
    let _ = tracing_subscriber::registry().with(errors).with(client).try_init();
}

struct ClientLog {
    output: Output,
}

impl<S: Subscriber> Layer<S> for ClientLog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message::default();
        event.record(&mut message);
        // The protocol's numbers for an error and a warning.
        let kind = if *event.metadata().level() == Level::ERROR { 1 } else { 2 };
        let params = json!({ "type": kind, "message": message.text });
        let body = json!({ "jsonrpc": "2.0", "method": "window/logMessage", "params": params });
        // A log that waits for the client would stop the server with it.
        let _ = self.output.try_send(transport::encode(&body));
    }
}

#[derive(Default)]
struct Message {
    text: String,
}

impl Visit for Message {
    #[expect(clippy::use_debug, reason = "fields are handed over in no other form")]
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let separator = if self.text.is_empty() { "" } else { ", " };
        let _ = match field.name() {
            "message" => write!(self.text, "{separator}{value:?}"),
            name => write!(self.text, "{separator}{name}: {value:?}"),
        };
    }
}
