//! The loop between the frames and the service. The framework's own loop is not used, because it ends at
//! the first message that is not JSON, stops reading while four handlers wait for the client, and turns
//! every answer into a JSON tree before it becomes text.
//!
//! Messages are *started* in the order in which they came: a handler runs to its first `.await` before the
//! next message is read. What is not done by then goes on as a task.

use std::convert::Infallible;
use std::io::BufRead;

use futures::future::BoxFuture;
use futures::{FutureExt, Sink, SinkExt};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_service::Service;

use super::frames::{self, Frame};
use super::output::Output;
use super::surrogates;

/// Names methods with big answers, each with the one by which it is served: the result of that is a string that holds the
/// JSON, written once, and put into the answer as it is.
macro_rules! encoded {
    ($($name:ident: $method:literal => $served:literal,)+) => {
        $(
            #[doc = concat!("The method that serves `", $method, "`.")]
            pub(crate) const $name: &str = $served;
        )+
        const ENCODED: &[(&str, &str)] = &[$(($method, $name)),+];
    };
}

encoded! {
    ENCODED_COMPLETION: "textDocument/completion" => "layerwise/encodedCompletion",
    ENCODED_RESOLVED_COMPLETION: "completionItem/resolve" => "layerwise/encodedResolvedCompletion",
    ENCODED_DIAGNOSTIC: "textDocument/diagnostic" => "layerwise/encodedDiagnostic",
    ENCODED_WORKSPACE_DIAGNOSTIC: "workspace/diagnostic" => "layerwise/encodedWorkspaceDiagnostic",
    ENCODED_TOKENS: "textDocument/semanticTokens/full" => "layerwise/encodedTokens",
    ENCODED_TOKENS_DELTA: "textDocument/semanticTokens/full/delta" => "layerwise/encodedTokensDelta",
    ENCODED_TOKENS_RANGE: "textDocument/semanticTokens/range" => "layerwise/encodedTokensRange",
    ENCODED_OUTLINE: "textDocument/documentSymbol" => "layerwise/encodedOutline",
    ENCODED_FOLDS: "textDocument/foldingRange" => "layerwise/encodedFolds",
}

type Answer = BoxFuture<'static, Result<Option<Response>, Infallible>>;

/// Serves until `exit` comes or the input ends. Answers of the client go to `answers`. To be called in a
/// tokio runtime's context, from a thread that may block.
pub(crate) fn serve<S, A>(input: &mut impl BufRead, service: &mut S, answers: &mut A, output: &Output)
where
    S: Service<Request, Response = Option<Response>, Error = Infallible, Future = Answer>,
    A: Sink<Response> + Unpin,
{
    let mut body = Vec::new();
    loop {
        match frames::read(input, &mut body) {
            Ok(Frame::Body) => {}
            Ok(Frame::Malformed) => {
                refuse(output, Error::parse_error(), "a header has no length");
                continue;
            }
            Ok(Frame::End) | Err(_) => return,
        }
        let message = match Message::read(&body) {
            Err(_) if surrogates::replace(&mut body) => Message::read(&body),
            message => message,
        };
        match message {
            Ok(Message::Request(request)) if request.method() == "exit" => return,
            Ok(Message::Request(request)) => start(service, request, output),
            Ok(Message::Response(response)) => {
                // Refused only after the end.
                let _ = answers.start_send_unpin(response);
            }
            Err(error) => refuse(output, parse_error(&error), &error.to_string()),
        }
    }
}

/// The JSON text of a message.
pub(crate) fn encode(message: &impl Serialize) -> Vec<u8> {
    // Maps have string keys and numbers are finite in all that is sent: this does not fail.
    serde_json::to_vec(message).unwrap_or_default()
}

enum Message {
    Request(Request),
    Response(Response),
}

#[derive(Deserialize)]
struct Incoming {
    method: Option<String>,
    id: Option<Id>,
    params: Option<Value>,
    result: Option<Value>,
    error: Option<Value>,
}

impl Message {
    fn read(body: &[u8]) -> serde_json::Result<Message> {
        let Incoming { method, id, params, result, error } = serde_json::from_slice(body)?;
        let Some(method) = method else {
            // An answer without a result is taken as null, so that no one waits for it for ever.
            let id = id.unwrap_or_default();
            return Ok(Message::Response(match error {
                Some(error) => Response::from_error(id, client_error(&error)),
                None => Response::from_ok(id, result.unwrap_or_default()),
            }));
        };
        // It takes none, but some clients send an empty object (lsp-mode).
        let params = params.filter(|_| method != "shutdown");
        let request = Request::build(method);
        let request = match id {
            Some(id) => request.id(id),
            None => request,
        };
        Ok(Message::Request(match params {
            Some(params) => request.params(params).finish(),
            None => request.finish(),
        }))
    }
}

/// An error of the client, whatever it looks like.
fn client_error(error: &Value) -> Error {
    let code = error.get("code").and_then(Value::as_i64).map_or(ErrorCode::InternalError, ErrorCode::from);
    let message = error.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
    Error { code, message: message.into(), data: None }
}

fn parse_error(error: &serde_json::Error) -> Error {
    if error.is_data() { Error::invalid_request() } else { Error::parse_error() }
}

/// Answers what could not be read.
fn refuse(output: &Output, error: Error, reason: &str) {
    tracing::error!("a message cannot be read: {reason}");
    send(output, encode(&Response::from_error(Id::Null, error)));
}

fn start<S>(service: &mut S, request: Request, output: &Output)
where
    S: Service<Request, Future = Answer>,
{
    let encoded = ENCODED.iter().find(|(method, _)| *method == request.method());
    let (request, encode): (Request, fn(&Response) -> Vec<u8>) = match encoded {
        Some((_, method)) => (renamed(request, method), splice),
        None => (request, encode),
    };
    let mut future = service.call(request);
    match (&mut future).now_or_never() {
        Some(Ok(None)) => {}
        Some(Ok(Some(response))) => send(output, encode(&response)),
        None => {
            let output = output.clone();
            tokio::spawn(async move {
                if let Ok(Some(response)) = future.await {
                    output.send(encode(&response)).await;
                }
            });
        }
    }
}

/// Sends without waiting: the reader must go on reading, or a client that writes before it reads waits for
/// ever.
fn send(output: &Output, body: Vec<u8>) {
    if let Err(body) = output.try_send(body) {
        let output = output.clone();
        tokio::spawn(async move { output.send(body).await });
    }
}

fn renamed(request: Request, method: &'static str) -> Request {
    let (_, id, params) = request.into_parts();
    let request = Request::build(method).params(params.unwrap_or_default());
    match id {
        Some(id) => request.id(id).finish(),
        None => request.finish(),
    }
}

/// The JSON text of an answer whose result is JSON text itself.
fn splice(response: &Response) -> Vec<u8> {
    let Some(Value::String(result)) = response.result() else { return encode(response) };
    let mut body = Vec::with_capacity(result.len() + 64);
    body.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    body.extend_from_slice(&encode(response.id()));
    body.extend_from_slice(br#","result":"#);
    body.extend_from_slice(result.as_bytes());
    body.push(b'}');
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Message {
        Message::read(body.as_bytes()).unwrap()
    }

    #[test]
    fn an_answer_of_any_shape_is_an_answer() {
        let Message::Response(response) = read(r#"{"jsonrpc":"2.0","id":3}"#) else { panic!() };
        assert_eq!((response.id(), response.result()), (&Id::Number(3), Some(&Value::Null)));
        let error = r#"{"id":"a","error":{"code":-1,"message":"no","stack":[]}}"#;
        let Message::Response(response) = read(error) else { panic!() };
        assert_eq!(response.error().unwrap().message, "no");
    }

    #[test]
    fn a_spliced_answer_is_the_answer() {
        let report = r#"{"kind":"full","items":[]}"#;
        let spliced = splice(&Response::from_ok(Id::from("é\""), Value::from(report)));
        let whole: Value = serde_json::from_slice(&spliced).unwrap();
        let result: Value = serde_json::from_str(report).unwrap();
        assert_eq!(whole, serde_json::json!({ "jsonrpc": "2.0", "id": "é\"", "result": result }));
        let error = Response::from_error(Id::Null, Error::internal_error());
        assert_eq!(splice(&error), encode(&error));
    }
}
