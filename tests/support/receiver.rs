//! Somebody on loopback who takes messages over HTTP and writes down all that came: the other end of a dead man's
//! switch, and of the second way to call a person. It answers with whatever status it was told to.
//!
//! It runs on a thread of its own. Nothing here sleeps: [`Receiver::wait_for`] is woken by what comes, and gives up aloud.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

/// How long [`Receiver::wait_for`] waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Message {
    /// A header's value, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map_or("", |it| &it.1)
    }
}

#[derive(Default)]
struct State {
    messages: Vec<Message>,
    /// The next answers; 200 when none is left. 0: the connection is closed without one.
    statuses: Vec<u16>,
}

/// The receiver. Ends when it is dropped.
pub(crate) struct Receiver {
    state: Arc<Mutex<State>>,
    came: watch::Sender<u64>,
    port: u16,
    end: watch::Sender<bool>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.end.send(true);
    }
}

impl Receiver {
    /// Starts it on a free port.
    pub(crate) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        listener.set_nonblocking(true).expect("a socket");
        let state: Arc<Mutex<State>> = Arc::default();
        let came = watch::Sender::new(0);
        let (end, mut ended) = watch::channel(false);
        let (kept, comes) = (state.clone(), came.clone());
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a listener");
                loop {
                    tokio::select! {
                        _ = ended.changed() => return,
                        Ok((stream, _)) = listener.accept() => {
                            tokio::spawn(connection(stream, kept.clone(), comes.clone()));
                        }
                    }
                }
            });
        });
        Self { state, came, port, end }
    }

    /// Its address with that path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The next answers have these statuses; 0: the connection is closed without an answer.
    pub(crate) fn answer_next(&self, statuses: &[u16]) {
        self.state.lock().expect("whole").statuses.extend(statuses);
    }

    /// All that came so far.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.state.lock().expect("whole").messages.clone()
    }

    /// Waits until something came that is looked for, and answers with how many messages there were by then.
    pub(crate) async fn wait_for(&self, what: &str, mut look: impl FnMut(&Message) -> bool) -> Message {
        self.wait_after(0, what, &mut look).await
    }

    /// The same, among what came after so many.
    pub(crate) async fn wait_after(
        &self,
        count: usize,
        what: &str,
        mut look: impl FnMut(&Message) -> bool,
    ) -> Message {
        let mut came = self.came.subscribe();
        let found = timeout(PATIENCE, async {
            loop {
                came.borrow_and_update();
                if let Some(found) = self.messages().into_iter().skip(count).find(|it| look(it)) {
                    return found;
                }
                came.changed().await.expect("it outlives its handle");
            }
        });
        found.await.unwrap_or_else(|_| panic!("{what} did not come; what did: {:#?}", self.messages()))
    }
}

async fn connection(mut stream: TcpStream, state: Arc<Mutex<State>>, came: watch::Sender<u64>) {
    let mut rest = Vec::new();
    while let Some(message) = read(&mut stream, &mut rest).await {
        let status = {
            let mut state = state.lock().expect("whole");
            state.messages.push(message);
            if state.statuses.is_empty() { 200 } else { state.statuses.remove(0) }
        };
        came.send_modify(|it| *it += 1);
        if status == 0 {
            return;
        }
        let answer = format!("HTTP/1.1 {status} Whatever\r\nContent-Length: 2\r\n\r\nOK");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The next request of a connection; none at its end.
async fn read(stream: &mut TcpStream, rest: &mut Vec<u8>) -> Option<Message> {
    let end = loop {
        if let Some(at) = rest.windows(4).position(|it| it == b"\r\n\r\n") {
            break at;
        }
        more(stream, rest).await?;
    };
    let head = String::from_utf8_lossy(&rest[..end]).into_owned();
    rest.drain(..end + 4);
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ').map(str::to_owned);
    let (method, path) = (first.next()?, first.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    let mut message = Message { method, path, headers, body: String::new() };
    let length = message.header("content-length").parse().unwrap_or(0);
    while rest.len() < length {
        more(stream, rest).await?;
    }
    message.body = String::from_utf8_lossy(&rest.drain(..length).collect::<Vec<u8>>()).into_owned();
    Some(message)
}

async fn more(stream: &mut TcpStream, rest: &mut Vec<u8>) -> Option<()> {
    let read = stream.read_buf(rest).await.ok()?;
    (read != 0).then_some(())
}
