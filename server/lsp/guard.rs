//! The guard around every handler: a panic is caught and logged, and a request is answered all the same.

use std::any::Any;
use std::convert::Infallible;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::BoxFuture;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_service::Service;

/// A service that neither panics nor fails.
pub(crate) struct Guard<S> {
    inner: S,
}

impl<S> Guard<S> {
    /// Guards `inner`.
    pub(crate) fn new(inner: S) -> Guard<S> {
        Guard { inner }
    }
}

impl<S> Service<Request> for Guard<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Error: Display,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Option<Response>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // The inner service is ready as long as it lives; that it has exited is an error of its call.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (method, id) = (request.method().to_owned(), request.id().cloned());
        // What the mutex guards is left whole by every handler, see `state`.
        let started = catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Box::pin(async move {
            let finished = match started {
                Ok(future) => AssertUnwindSafe(future).catch_unwind().await,
                Err(panic) => Err(panic),
            };
            Ok(match finished {
                // The framework drops what it does not know below `$/`; the protocol wants requests answered.
                Ok(Ok(response)) => {
                    response.or_else(|| Some(Response::from_error(id?, Error::method_not_found())))
                }
                Ok(Err(error)) => failed(&method, id, &error),
                Err(panic) => failed(&method, id, &panic_message(panic.as_ref())),
            })
        })
    }
}

fn failed(method: &str, id: Option<Id>, reason: &dyn Display) -> Option<Response> {
    tracing::error!("`{method}` failed: {reason}");
    id.map(|id| Response::from_error(id, Error::internal_error()))
}

/// What a panic says of itself.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower_lsp::jsonrpc::ErrorCode;

    /// Panics in the call or in the future, as its method says; echoes else.
    struct Panicky;

    impl Service<Request> for Panicky {
        type Response = Option<Response>;
        type Error = String;
        type Future = BoxFuture<'static, Result<Option<Response>, String>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), String>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request) -> Self::Future {
            let (method, id, params) = request.into_parts();
            assert_ne!(method, "in the call");
            Box::pin(async move {
                assert_ne!(method, "in the future");
                match method.as_ref() {
                    "error" => Err("exited".to_owned()),
                    "$/ignored" => Ok(None),
                    _ => Ok(id.map(|id| Response::from_ok(id, params.unwrap_or_default()))),
                }
            })
        }
    }

    fn call(method: &'static str, id: Option<i64>) -> Option<Response> {
        let request = Request::build(method);
        let request = match id {
            Some(id) => request.id(id).finish(),
            None => request.finish(),
        };
        let Ok(response) = Guard::new(Panicky).call(request).now_or_never().unwrap();
        response
    }

    #[test]
    fn a_request_whose_handler_panics_is_answered_with_an_error() {
        for method in ["in the call", "in the future", "error"] {
            let response = call(method, Some(7)).unwrap();
            assert_eq!(response.id(), &Id::Number(7));
            assert_eq!(response.error().unwrap().code, ErrorCode::InternalError);
        }
    }

    #[test]
    fn a_request_that_nobody_answers_is_answered_with_an_error() {
        let response = call("$/ignored", Some(7)).unwrap();
        assert_eq!(response.error().unwrap().code, ErrorCode::MethodNotFound);
        assert_eq!(call("$/ignored", None), None);
    }

    #[test]
    fn a_notification_whose_handler_panics_is_not_answered() {
        for method in ["in the call", "in the future", "error"] {
            assert_eq!(call(method, None), None);
        }
    }

    #[test]
    fn a_guard_outlives_a_panic() {
        let mut guard = Guard::new(Panicky);
        for _ in 0..2 {
            let request = Request::build("in the call").id(1).finish();
            assert!(guard.call(request).now_or_never().unwrap().unwrap().unwrap().is_error());
            let request = Request::build("echo").id(2).params("x").finish();
            assert!(guard.call(request).now_or_never().unwrap().unwrap().unwrap().is_ok());
        }
    }
}
