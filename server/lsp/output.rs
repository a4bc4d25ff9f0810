//! The output: whole messages in, frames out, in the order in which they came. One thread writes, so that
//! neither the reader nor a handler ever waits for a client that does not read.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How many messages may wait for a client that reads slowly before their makers wait too.
const CAPACITY: usize = 64;
/// How long the end waits for the last messages to be taken.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Where messages go. Cloning is cheap; clones are the same output.
#[derive(Clone)]
pub(crate) struct Output {
    sender: Sender<Item>,
}

enum Item {
    Message(Vec<u8>),
    End(SyncSender<()>),
}

impl Output {
    /// An output that writes to `file` on a thread of its own.
    pub(crate) fn new(file: impl Write + Send + 'static) -> Output {
        let (sender, receiver) = channel(CAPACITY);
        // Without the thread the channel closes, and every message is dropped: there is no one to tell.
        let _ = thread::Builder::new().name("output".to_owned()).spawn(move || write(receiver, file));
        Output { sender }
    }

    /// Sends a message body; waits while the output is full. A message to a client that is gone is dropped.
    pub(crate) async fn send(&self, body: Vec<u8>) {
        let _ = self.sender.send(Item::Message(body)).await;
    }

    /// As `send`, from a thread that may block.
    pub(crate) fn send_blocking(&self, body: Vec<u8>) {
        let _ = self.sender.blocking_send(Item::Message(body));
    }

    /// Sends a message body if there is room, else gives it back.
    pub(crate) fn try_send(&self, body: Vec<u8>) -> Result<(), Vec<u8>> {
        use tokio::sync::mpsc::error::TrySendError;
        match self.sender.try_send(Item::Message(body)) {
            Err(TrySendError::Full(Item::Message(body))) => Err(body),
            _ => Ok(()),
        }
    }

    /// Waits, but not for long, until everything sent so far is written.
    pub(crate) fn finish(&self) {
        let (done, wait) = sync_channel(1);
        if self.sender.try_send(Item::End(done)).is_ok() {
            let _ = wait.recv_timeout(LAST_WORDS);
        }
    }
}

/// Standard output without the line buffer of `std`, which would write every message in two pieces.
pub(crate) fn standard_output() -> io::Result<File> {
    #[cfg(unix)]
    let handle = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let handle = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(File::from(handle))
}

fn write(mut receiver: Receiver<Item>, mut file: impl Write) {
    let mut frame = Vec::new();
    while let Some(item) = receiver.blocking_recv() {
        match item {
            Item::Message(body) => {
                frame.clear();
                frame.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
                frame.extend_from_slice(&body);
                if file.write_all(&frame).and_then(|()| file.flush()).is_err() {
                    return;
                }
                // A big answer leaves no big buffer behind.
                frame.shrink_to(1 << 16);
            }
            Item::End(done) => {
                let _ = done.send(());
            }
        }
    }
}
