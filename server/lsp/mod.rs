//! The language server: the only place that knows the protocol. A message goes `frames` → `transport` →
//! `guard` → `server`; what the server knows is in `state`; findings leave through `report`, and the
//! `worker` is the only one that publishes. Everything else asks for a snapshot and answers from that.

mod actions;
mod analysis;
mod answers;
mod capabilities;
mod completions;
mod convert;
mod encoded;
mod formatting;
mod frames;
mod guard;
mod hierarchy;
mod kind;
mod log;
mod moved_files;
mod navigation;
mod output;
mod plain;
mod progress;
mod recall;
mod registration;
mod report;
mod rewriting;
mod server;
mod settings;
mod shells;
mod silences;
mod state;
mod streams;
mod structure;
mod surrogates;
mod surroundings;
mod sweep;
mod sync;
mod targets;
mod tokens;
mod transport;
mod worker;
mod workspace_edit;
mod workspace_files;
mod workspace_symbols;

use std::io::{self, BufReader, Read};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use futures::StreamExt;
use tokio::runtime::{Builder, Handle};
use tower_lsp::{Client, LspService};

use guard::Guard;
use output::Output;
use server::Server;
use state::Shared;
use worker::Worker;

/// Serves one client until `exit` comes or the input ends: on standard input and output, or on a connection to where it
/// listens, which is a port of this machine, or a pipe: a socket in the file system, on Windows a named pipe. The exit code is
/// 0 after `shutdown`, else 1. Broken messages are answered with an error and logged; nothing is printed.
pub fn run(port: Option<u16>, pipe: Option<&Path>) -> ExitCode {
    match streams::open(port, pipe).and_then(|(input, output)| serve(input, output)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // There may be no client that could be told.
            log::start(&Output::new(io::sink()));
            tracing::error!("the server cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the client had asked for the end.
fn serve(input: Box<dyn Read>, output: Output) -> io::Result<bool> {
    log::start(&output);
    // One worker carries answers; what takes time runs on the few threads for blocking work.
    let runtime =
        Builder::new_multi_thread().worker_threads(1).max_blocking_threads(4).enable_time().build()?;
    let shared = Arc::new(Shared::default());

    let build = LspService::build(|client| Server::new(Arc::clone(&shared), client, output.clone()));
    let (service, socket) = build
        .custom_method(answers::BUILD_CONTEXT, Server::build_context)
        .custom_method(transport::ENCODED_COMPLETION, Server::encoded_completion)
        .custom_method(transport::ENCODED_RESOLVED_COMPLETION, Server::encoded_resolved_completion)
        .custom_method(transport::ENCODED_DIAGNOSTIC, Server::encoded_diagnostic)
        .custom_method(transport::ENCODED_WORKSPACE_DIAGNOSTIC, Server::encoded_workspace_diagnostic)
        .custom_method(transport::ENCODED_TOKENS, Server::encoded_tokens)
        .custom_method(transport::ENCODED_TOKENS_DELTA, Server::encoded_tokens_delta)
        .custom_method(transport::ENCODED_TOKENS_RANGE, Server::encoded_tokens_range)
        .custom_method(transport::ENCODED_OUTLINE, Server::encoded_outline)
        .custom_method(transport::ENCODED_FOLDS, Server::encoded_folds)
        .finish();
    let client = service.inner().client();
    let (requests, mut answers) = socket.split();
    runtime.spawn(forward(requests, output.clone()));
    start_worker(Arc::clone(&shared), client, output.clone(), runtime.handle().clone())?;

    let entered = runtime.enter();
    let mut input = BufReader::with_capacity(1 << 16, input);
    transport::serve(&mut input, &mut Guard::new(service), &mut answers, &output);
    drop(entered);

    shared.stop();
    output.finish();
    // Handlers that still run are left behind: `exit` is not a request to wait.
    runtime.shutdown_background();
    Ok(shared.is_shut_down())
}

/// Passes what the server asks of the client on to the output.
async fn forward(
    mut requests: impl futures::Stream<Item = tower_lsp::jsonrpc::Request> + Unpin,
    output: Output,
) {
    while let Some(request) = requests.next().await {
        output.send(transport::encode(&request)).await;
    }
}

fn start_worker(shared: Arc<Shared>, client: Client, output: Output, runtime: Handle) -> io::Result<()> {
    let worker = Worker::new(shared, client, output, runtime);
    thread::Builder::new().name("diagnostics".to_owned()).spawn(move || worker.run())?;
    Ok(())
}
