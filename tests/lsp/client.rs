//! A small client: frames, requests with a deadline, and the answers that a server may ask for. Everything that
//! the server says is read at once by a thread of its own, so that neither side can block the other.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

/// Nothing takes so long, on the slowest machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) character: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Range {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

/// A diagnostic with everything that the server sends, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Diagnostic {
    pub(crate) range: Range,
    pub(crate) severity: u8,
    pub(crate) code: String,
    pub(crate) source: String,
    pub(crate) message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct ResponseError {
    pub(crate) code: i64,
    pub(crate) message: String,
}

/// How the client answers what the server asks.
pub(crate) enum Answers {
    /// As a good client does: the settings where they are asked for, else null.
    Good { settings: Value },
    /// With an error, always.
    Errors,
}

pub(crate) struct Client {
    child: Child,
    input: Option<Box<dyn Write>>,
    /// Where it talks on one.
    socket: Option<TcpStream>,
    messages: Receiver<Value>,
    last_id: i64,
    results: HashMap<i64, Result<Value, ResponseError>>,
    notifications: VecDeque<(String, Value)>,
    pub(crate) requests: Vec<(String, Value)>,
    pub(crate) answers: Answers,
    /// What the server answered to `initialize`.
    pub(crate) initialized: Value,
}

/// What most clients can that take diagnostics as they come.
pub(crate) fn push() -> Value {
    json!({
        "textDocument": {
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } },
                "isPreferredSupport": true },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "publishDiagnostics": { "versionSupport": true },
        },
        "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] } },
    })
}

/// What a client can that changes no documents by version and makes no files.
pub(crate) fn plain() -> Value {
    let mut capabilities = push();
    capabilities["workspace"] = json!({});
    capabilities
}

/// What most clients can that ask for diagnostics.
pub(crate) fn pull() -> Value {
    let mut capabilities = push();
    capabilities["textDocument"]["diagnostic"] = json!({});
    capabilities
}

/// The same, counting in another encoding.
pub(crate) fn with_encoding(mut capabilities: Value, encoding: &str) -> Value {
    capabilities["general"] = json!({ "positionEncodings": [encoding] });
    capabilities
}

impl Client {
    /// A server that was told nothing yet.
    pub(crate) fn spawn() -> Client {
        let mut child =
            server(&["lsp", "--stdio"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Client::of(child, Box::new(input), output)
    }

    /// A server that connects to a port on which the client listens.
    pub(crate) fn listen(arguments: &dyn Fn(u16) -> Vec<String>) -> Client {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let child = server(&["lsp"]).args(arguments(port)).stdin(Stdio::null()).spawn().unwrap();
        let (stream, _) = listener.accept().unwrap();
        let mut client =
            Client::of(child, Box::new(stream.try_clone().unwrap()), stream.try_clone().unwrap());
        client.socket = Some(stream);
        client
    }

    /// A server that connects to a pipe on which the client listens.
    #[cfg(unix)]
    pub(crate) fn listen_on_pipe(name: &std::path::Path, arguments: Vec<String>) -> Client {
        let listener = std::os::unix::net::UnixListener::bind(name).unwrap();
        let child = server(&["lsp"]).args(arguments).stdin(Stdio::null()).spawn().unwrap();
        let (stream, _) = listener.accept().unwrap();
        Client::of(child, Box::new(stream.try_clone().unwrap()), stream)
    }

    fn of(child: Child, input: Box<dyn Write>, output: impl Read + Send + 'static) -> Client {
        let mut output = BufReader::new(output);
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Client {
            input: Some(input),
            socket: None,
            child,
            messages,
            last_id: 0,
            results: HashMap::new(),
            notifications: VecDeque::new(),
            requests: Vec::new(),
            answers: Answers::Good { settings: Value::Null },
            initialized: Value::Null,
        }
    }

    /// A server that is ready, for a client with these capabilities.
    pub(crate) fn start(capabilities: Value) -> Client {
        let mut client = Client::spawn();
        client.initialize(json!({ "processId": null, "rootUri": null, "capabilities": capabilities }));
        client
    }

    pub(crate) fn initialize(&mut self, params: Value) {
        self.initialized = self.request("initialize", params).unwrap();
        self.notify("initialized", json!({}));
    }

    /// Writes bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request; `wait` gives its result.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params }));
        self.last_id
    }

    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, ResponseError> {
        let id = self.ask(method, params);
        self.wait(id)
    }

    /// The result of a request that was sent.
    pub(crate) fn wait(&mut self, id: i64) -> Result<Value, ResponseError> {
        self.until(&format!("the answer to request {id}"), |client| client.results.remove(&id))
    }

    /// The params of the next notification of this method for which `wanted` holds; those before it are dropped.
    pub(crate) fn notification(&mut self, method: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.until(method, |client| {
            let is_wanted = |(name, params): &(String, Value)| name == method && wanted(params);
            let index = client.notifications.iter().position(is_wanted)?;
            client.notifications.drain(..=index).next_back().map(|(_, params)| params)
        })
    }

    /// The params of all notifications of this method that have come so far.
    pub(crate) fn told(&mut self, method: &str) -> Vec<Value> {
        let (told, others) = self.notifications.drain(..).partition(|(name, _)| name == method);
        self.notifications = others;
        let told: VecDeque<(String, Value)> = told;
        told.into_iter().map(|(_, params)| params).collect()
    }

    /// Waits until the server has asked this; gives the params.
    pub(crate) fn asked(&mut self, method: &str) -> Value {
        self.until(method, |client| {
            let index = client.requests.iter().position(|(name, _)| name == method)?;
            Some(client.requests.remove(index).1)
        })
    }

    /// Reads until `found` finds something; panics at the deadline.
    fn until<T>(&mut self, what: &str, found: impl Fn(&mut Client) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(found) = found(self) {
                return found;
            }
            match self.messages.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => panic!("no sign of {what}"),
                Err(RecvTimeoutError::Disconnected) => panic!("the server went away before {what}"),
            }
        }
    }

    fn take(&mut self, mut message: Value) {
        assert_eq!(message["jsonrpc"], "2.0", "{message}");
        let id = message.get("id").cloned();
        let Some(method) = message.get("method").and_then(Value::as_str).map(str::to_owned) else {
            let result = match message.get("error") {
                Some(error) => Err(serde_json::from_value(error.clone()).unwrap()),
                None => Ok(message["result"].take()),
            };
            // An answer to what could not be read has no id.
            self.results.insert(id.as_ref().and_then(Value::as_i64).unwrap_or_default(), result);
            return;
        };
        let params = message["params"].take();
        match id {
            None => self.notifications.push_back((method, params)),
            Some(id) => {
                self.requests.push((method.clone(), params));
                let answer = match &self.answers {
                    Answers::Errors => {
                        json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32603, "message": "no" } })
                    }
                    Answers::Good { settings } if method == "workspace/configuration" => {
                        json!({ "jsonrpc": "2.0", "id": id, "result": [settings] })
                    }
                    Answers::Good { .. } => json!({ "jsonrpc": "2.0", "id": id, "result": null }),
                };
                self.send(&answer);
            }
        }
    }

    pub(crate) fn open(&mut self, uri: &str, version: i32, text: &str) {
        let document = json!({ "uri": uri, "languageId": "dockerfile", "version": version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub(crate) fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    pub(crate) fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// Whether a notification of this method came before the last answer, and was not read.
    pub(crate) fn has_notification(&self, method: &str) -> bool {
        self.notifications.iter().any(|(name, _)| name == method)
    }

    /// The diagnostics that are published for a version; for no version, after closing.
    pub(crate) fn published(&mut self, uri: &str, version: Option<i32>) -> Vec<Diagnostic> {
        let params = self.notification("textDocument/publishDiagnostics", |params| {
            params["uri"] == uri && params["version"] == json!(version)
        });
        serde_json::from_value(params["diagnostics"].clone()).unwrap()
    }

    /// The answer to `textDocument/diagnostic`.
    pub(crate) fn report(&mut self, uri: &str, previous: Option<&str>) -> Value {
        let params = json!({ "textDocument": { "uri": uri }, "previousResultId": previous });
        self.request("textDocument/diagnostic", params).unwrap()
    }

    /// The diagnostics of a full answer to `textDocument/diagnostic`.
    pub(crate) fn pulled(&mut self, uri: &str) -> Vec<Diagnostic> {
        let report = self.report(uri, None);
        assert_eq!(report["kind"], "full", "{report}");
        serde_json::from_value(report["items"].clone()).unwrap()
    }

    /// Ends the server as the protocol asks, and sees that it ended well.
    pub(crate) fn shut_down(mut self) {
        assert_eq!(self.request("shutdown", Value::Null), Ok(Value::Null));
        self.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
        assert_eq!(self.exit_code(), 0);
    }

    /// Waits for the end of the process.
    pub(crate) fn exit_code(&mut self) -> i32 {
        let deadline = Instant::now() + DEADLINE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap();
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("the server does not end");
    }

    /// Ends the connection of a client that talks on a socket.
    pub(crate) fn hang_up(&mut self) {
        self.socket.take().unwrap().shutdown(Shutdown::Both).unwrap();
    }

    /// Closes the server's input.
    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Not left behind when a test fails.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, with nothing around it that this machine may have.
pub(crate) fn server(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_layerwise"));
    command
        // No other program is found.
        .env("PATH", "")
        .args(arguments)
        .env_remove("LAYERWISE_LOG")
        // Whoever runs the tests may have settings of their own.
        .envs(["HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CONFIG_HOME"].map(|name| (name, "")))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                let value = header.strip_prefix("Content-Length: ").unwrap();
                length = Some(value.parse().unwrap());
            }
        }
    }
    let mut body = vec![0; length.unwrap()];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

/// The codes of diagnostics, in their order.
pub(crate) fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
}

/// A position as the protocol writes it.
pub(crate) fn position(line: u32, character: u32) -> Value {
    json!({ "line": line, "character": character })
}

/// A range as the protocol writes it.
pub(crate) fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    json!({ "start": position(start.0, start.1), "end": position(end.0, end.1) })
}
