//! An engine that answers as it is told to, in real HTTP over a real socket.

#![allow(dead_code, reason = "each test file uses its own part of this one")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use vakhta::docker::EngineAddress;

/// What to do with a request.
pub(crate) enum Answer {
    /// A whole answer with its length.
    Whole(u16, String),
    /// These bytes, head included, and then the end of the connection.
    Bytes(Vec<u8>),
    /// These bytes, and then nothing, for as long as the other side stays.
    Stall(Vec<u8>),
    /// These bytes, and then the same ones of the second part again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// These bytes, and then whatever comes, until nothing more can.
    Fed(Vec<u8>, mpsc::UnboundedReceiver<Vec<u8>>),
}

impl Answer {
    /// 200 with JSON.
    pub(crate) fn json(text: impl Into<String>) -> Self {
        Self::Whole(200, text.into())
    }

    /// A refusal in the engine's own form.
    pub(crate) fn no(status: u16, message: &str) -> Self {
        Self::Whole(status, format!("{{\"message\":{message:?}}}"))
    }

    /// 200 with these pieces, chunked.
    pub(crate) fn chunked(pieces: &[&[u8]]) -> Self {
        Self::Bytes([chunked_head(), pieces.iter().flat_map(|it| chunk(it)).collect(), chunk(b"")].concat())
    }
}

/// The head of a chunked answer.
pub(crate) fn chunked_head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        .to_vec()
}

/// One chunk.
pub(crate) fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// A running script. Ends when dropped, its socket file included.
pub(crate) struct ScriptedEngine {
    pub(crate) address: EngineAddress,
    asked: Arc<Mutex<Vec<String>>>,
    /// What no filter would have let through.
    unlisted: Arc<Mutex<Vec<String>>>,
    open: watch::Receiver<usize>,
    ending: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl ScriptedEngine {
    /// On a socket file of its own. `script` sees `GET /v1.41/info`.
    pub(crate) fn unix(script: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        Self::unix_at(socket_path(), script)
    }

    /// On this socket file.
    pub(crate) fn unix_at(path: PathBuf, script: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = UnixListener::bind(&path).expect("a socket in the directory for temporary files");
        let ending = watch::Sender::new(false);
        let (answering, open) = Answering::new(script, ending.subscribe());
        let (asked, unlisted) = (Arc::clone(&answering.asked), Arc::clone(&answering.unlisted));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answering.clone().serve(stream));
            }
        });
        Self { address: EngineAddress::Unix(path), asked, unlisted, open, ending, task }
    }

    /// On a port of loopback.
    pub(crate) async fn tcp(script: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port of loopback");
        let port = listener.local_addr().expect("it is bound").port();
        let ending = watch::Sender::new(false);
        let (answering, open) = Answering::new(script, ending.subscribe());
        let (asked, unlisted) = (Arc::clone(&answering.asked), Arc::clone(&answering.unlisted));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answering.clone().serve(stream));
            }
        });
        Self {
            address: EngineAddress::Tcp { host: "127.0.0.1".to_owned(), port },
            asked,
            unlisted,
            open,
            ending,
            task,
        }
    }

    /// What was asked so far, in order: `GET /v1.41/info`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics with it").clone()
    }

    /// It is meant to be asked what no filter would let through.
    pub(crate) fn takes_anything(&self) {
        self.unlisted.lock().expect("no test panics with it").clear();
    }

    /// Ends every connection, and takes no new ones.
    pub(crate) fn hang_up(&mut self) {
        self.task.abort();
        self.ending.send_replace(true);
    }

    /// Waits until nobody is connected any more.
    pub(crate) async fn until_nobody_is_connected(&mut self) {
        self.open.wait_for(|open| *open == 0).await.expect("the engine runs");
    }
}

impl Drop for ScriptedEngine {
    fn drop(&mut self) {
        self.task.abort();
        if let EngineAddress::Unix(path) = &self.address {
            // Another engine may have taken the place already.
            let _ = std::fs::remove_file(path);
        }
        let unlisted = self.unlisted.lock().map(|it| it.clone()).unwrap_or_default();
        if !std::thread::panicking() {
            assert!(
                unlisted.is_empty(),
                "not in src/docker/calls.rs, so refused by every filter: {unlisted:?}"
            );
        }
    }
}

/// A socket path that nobody else has.
pub(crate) fn socket_path() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("vakhta-scripted-{}-{number}.sock", std::process::id()))
}

struct Answering<F> {
    script: Arc<F>,
    asked: Arc<Mutex<Vec<String>>>,
    unlisted: Arc<Mutex<Vec<String>>>,
    open: watch::Sender<usize>,
    ending: watch::Receiver<bool>,
}

impl<F> Clone for Answering<F> {
    fn clone(&self) -> Self {
        Self {
            script: Arc::clone(&self.script),
            asked: Arc::clone(&self.asked),
            unlisted: Arc::clone(&self.unlisted),
            open: self.open.clone(),
            ending: self.ending.clone(),
        }
    }
}

impl<F: Fn(&str) -> Answer + Send + Sync + 'static> Answering<F> {
    fn new(script: F, ending: watch::Receiver<bool>) -> (Self, watch::Receiver<usize>) {
        let (sender, receiver) = watch::channel(0);
        let (asked, unlisted) = (Arc::default(), Arc::default());
        (Self { script: Arc::new(script), asked, unlisted, open: sender, ending }, receiver)
    }

    async fn serve(self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        self.open.send_modify(|open| *open += 1);
        // A client that hangs up in the middle is what some tests are about.
        let mut ending = self.ending.clone();
        tokio::select! {
            _ = self.answer(&mut stream) => {}
            Ok(_) = ending.wait_for(|it| *it) => {}
        }
        self.open.send_modify(|open| *open -= 1);
    }

    async fn answer(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8(head).expect("a request is text");
        assert!(
            head.to_lowercase().contains("\r\nhost: "),
            "engines refuse a request without a host: {head}"
        );
        let line = head.lines().next().expect("a request line");
        let asked = line.strip_suffix(" HTTP/1.1").expect("HTTP/1.1").to_owned();
        self.asked.lock().expect("no test panics with it").push(asked.clone());
        let (method, target) = asked.split_once(' ').expect("a method and a target");
        if vakhta::docker::calls::find(method, target).is_none() {
            self.unlisted.lock().expect("no test panics with it").push(asked.clone());
        }
        match (self.script)(&asked) {
            Answer::Whole(status, body) => {
                let length = body.len();
                let head = format!("HTTP/1.1 {status} Words\r\nContent-Length: {length}\r\n\r\n");
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(body.as_bytes()).await
            }
            Answer::Bytes(bytes) => stream.write_all(&bytes).await,
            Answer::Stall(bytes) => {
                stream.write_all(&bytes).await?;
                stream.read_to_end(&mut Vec::new()).await.map(drop)
            }
            Answer::Fed(bytes, mut more) => {
                stream.write_all(&bytes).await?;
                while let Some(piece) = more.recv().await {
                    stream.write_all(&piece).await?;
                }
                Ok(())
            }
            Answer::Endless(bytes, again) => {
                stream.write_all(&bytes).await?;
                loop {
                    stream.write_all(&again).await?;
                }
            }
        }
    }
}
