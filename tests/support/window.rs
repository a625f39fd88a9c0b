//! A window on a real engine: a socket through which only the containers with one label are seen. What else runs on the
//! machine, and what other tests do at the same time, stays outside; all that is seen is the engine's own word.

use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;

/// The label that names whose window a container is seen through.
pub(crate) const LABEL: &str = "vakhta.window";

/// Open until it is dropped.
pub(crate) struct Window {
    path: PathBuf,
    _end: oneshot::Sender<()>,
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Window {
    /// On what the engine behind `engine` has with the label's value `name`, at `path`. On a thread of its own: a test
    /// waits for its `docker` commands as they are.
    pub(crate) fn open(path: PathBuf, engine: PathBuf, name: &str) -> Self {
        let listener = std::os::unix::net::UnixListener::bind(&path).expect("a directory of our own");
        listener.set_nonblocking(true).expect("a socket");
        let (end, ended) = oneshot::channel();
        let name = name.to_owned();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                tokio::select! {
                    () = serve(listener, engine, name) => {}
                    _ = ended => {}
                }
            });
        });
        Self { path, _end: end }
    }
}

async fn serve(listener: std::os::unix::net::UnixListener, engine: PathBuf, name: String) {
    let listener = UnixListener::from_std(listener).expect("a socket that does not block");
    while let Ok((stream, _)) = listener.accept().await {
        let (engine, name) = (engine.clone(), name.clone());
        // Who hangs up in the middle has what it wanted.
        tokio::spawn(async move { carry(stream, &engine, &name).await });
    }
}

/// One request and its answer: the watch uses a connection once.
async fn carry(mut stream: UnixStream, engine: &Path, name: &str) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).expect("a request is text");
    let (line, rest) = head.split_once("\r\n").expect("a request line");
    let mut behind = UnixStream::connect(engine).await?;
    behind.write_all(format!("{}\r\n{rest}", narrowed(line, name)).as_bytes()).await?;
    copy_bidirectional(&mut stream, &mut behind).await.map(drop)
}

/// The request line that asks for no more than what is seen here.
fn narrowed(line: &str, name: &str) -> String {
    let label = format!("%22label%22%3A%5B%22{LABEL}%3D{name}%22%5D");
    if line.contains("/events?filters=%7B") {
        return line.replacen("filters=%7B", &format!("filters=%7B{label}%2C"), 1);
    }
    let listed = "/containers/json";
    match line.split_once(listed) {
        Some((before, after)) => {
            let more = match after.strip_prefix('?') {
                Some(query) => format!("&{query}"),
                None => after.to_owned(),
            };
            format!("{before}{listed}?filters=%7B{label}%7D{more}")
        }
        None => line.to_owned(),
    }
}
