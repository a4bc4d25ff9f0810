//! Where messages come from and go to.
//! Source: the protocol, "Implementation Considerations": a client that names a port or a pipe listens there.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;

use super::output::{self, Output};

/// What messages come from.
pub(super) type Input = Box<dyn Read>;

/// The standard streams, or a connection to the client that listens on a port of this machine or on a pipe.
pub(super) fn open(port: Option<u16>, pipe: Option<&Path>) -> io::Result<(Input, Output)> {
    match (port, pipe) {
        (_, Some(name)) => {
            let (input, output) = connect(name)?;
            Ok((Box::new(input), Output::new(output)))
        }
        (Some(port), None) => {
            let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            // Answers are small and waited for.
            stream.set_nodelay(true)?;
            Ok((Box::new(stream.try_clone()?), Output::new(stream)))
        }
        (None, None) => Ok((Box::new(io::stdin()), Output::new(output::standard_output()?))),
    }
}

#[cfg(unix)]
fn connect(name: &Path) -> io::Result<(impl Read + 'static, impl Write + Send + 'static)> {
    let stream = std::os::unix::net::UnixStream::connect(name)?;
    Ok((stream.try_clone()?, stream))
}

/// A plain handle of a named pipe waits with writing until something is read.
#[cfg(windows)]
fn connect(name: &Path) -> io::Result<(impl Read + 'static, impl Write + Send + 'static)> {
    use std::sync::Arc;

    use tokio::net::windows::named_pipe::ClientOptions;
    use tokio::runtime::Builder;

    let runtime = Arc::new(Builder::new_multi_thread().worker_threads(1).enable_io().build()?);
    let pipe = {
        let _entered = runtime.enter();
        ClientOptions::new().open(name)?
    };
    let (input, output) = tokio::io::split(pipe);
    Ok((Blocking { half: input, runtime: Arc::clone(&runtime) }, Blocking { half: output, runtime }))
}

/// One direction of a named pipe, for a thread that may block.
#[cfg(windows)]
struct Blocking<T> {
    half: T,
    runtime: std::sync::Arc<tokio::runtime::Runtime>,
}

#[cfg(windows)]
impl<T: tokio::io::AsyncRead + Unpin> Read for Blocking<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.runtime.block_on(tokio::io::AsyncReadExt::read(&mut self.half, buffer))
    }
}

#[cfg(windows)]
impl<T: tokio::io::AsyncWrite + Unpin> Write for Blocking<T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.runtime.block_on(tokio::io::AsyncWriteExt::write(&mut self.half, buffer))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.runtime.block_on(tokio::io::AsyncWriteExt::flush(&mut self.half))
    }
}
