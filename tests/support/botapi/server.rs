//! Connections, and what goes wrong on them.

use std::future::pending;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::http;
use super::world::{Answer, State, act};
use super::{Call, Fault, PATIENCE};

pub(super) struct Shared {
    pub(super) state: Mutex<State>,
    /// Counts what happened, to wake those who wait for it.
    pub(super) changed: watch::Sender<u64>,
    /// Whether connections are let in; those that are in when it closes are reset.
    pub(super) door: watch::Sender<bool>,
    /// Whether they really are.
    pub(super) opened: watch::Sender<bool>,
    /// Whether they are let in and not listened to.
    pub(super) mute: watch::Sender<bool>,
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no handler panics")
    }

    pub(super) fn happened(&self) {
        self.changed.send_modify(|it| *it += 1);
    }
}

pub(super) async fn serve(
    listener: std::net::TcpListener,
    port: u16,
    shared: Arc<Shared>,
    mut door: watch::Receiver<bool>,
    mut ended: watch::Receiver<bool>,
) {
    let mut listener = Some(TcpListener::from_std(listener).expect("a listener"));
    loop {
        tokio::select! {
            _ = ended.changed() => return,
            _ = door.changed() => {
                let open = *door.borrow_and_update();
                listener = match open {
                    true => Some(TcpListener::bind(("127.0.0.1", port)).await.expect("the same port")),
                    false => None,
                };
                shared.opened.send_replace(open);
            }
            accepted = async {
                match &listener {
                    Some(listener) => listener.accept().await,
                    None => pending().await,
                }
            } => {
                if let Ok((stream, _)) = accepted {
                    tokio::spawn(connection(stream, shared.clone()));
                }
            }
        }
    }
}

async fn connection(mut stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let mut door = shared.door.subscribe();
    if *shared.mute.borrow() {
        // Until whoever called has lost patience, or the door is closed.
        let _ = tokio::time::timeout(PATIENCE, door.wait_for(|open| !open)).await;
        return;
    }
    let mut rest = Vec::new();
    let went = tokio::select! {
        went = async {
            while let Some(request) = http::read(&mut stream, &mut rest).await {
                exchange(&mut stream, &shared, &request).await?;
            }
            Some(())
        } => went,
        _ = door.wait_for(|open| !open) => None,
    };
    if went.is_none() {
        let _ = stream.set_zero_linger();
    }
}

/// Answers one request; none if the connection is to be reset.
async fn exchange(stream: &mut TcpStream, shared: &Arc<Shared>, request: &http::Request) -> Option<()> {
    let (fields, files) = http::parameters(request);
    let (token, method) = address(&request.path);
    let (fault, date) = {
        let mut state = shared.state();
        state.calls.push(Call {
            method: method.clone(),
            fields: fields.clone(),
            files: files.clone(),
            at: Instant::now(),
        });
        let fault = state.fault(&method);
        let now = Timestamp::now().as_second() + state.ahead;
        let now = Timestamp::from_second(now).expect("a time");
        (fault, now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
    };
    shared.happened();
    let plain = |status: u16, kind: &str, more: &str, body: &[u8]| {
        http::answer(status, kind, &date, more, body, body.len())
    };
    let json = "application/json";
    match fault {
        Some(Fault::Reset) => return None,
        Some(Fault::HangUp) => {
            let _ = tokio::io::AsyncWriteExt::shutdown(stream).await;
            // Closed for good only when the other side has seen it, or the rest of its words would reset it.
            while http::read(stream, &mut Vec::new()).await.is_some() {}
            return Some(());
        }
        Some(Fault::Hang) => pending().await,
        Some(Fault::Empty) => {
            return http::write(stream, &plain(200, json, "", br#"{"ok":true,"result":[]}"#)).await;
        }
        Some(Fault::Away(pause)) => {
            turn(shared, pause, |shared, is_over| shared.door.send_replace(is_over));
            return None;
        }
        Some(Fault::Mute(pause)) => {
            turn(shared, pause, |shared, is_over| shared.mute.send_replace(!is_over));
            return None;
        }
        Some(Fault::HugeTold(size)) => {
            http::write(stream, &http::answer(200, json, &date, "", b"", size)).await?;
            for _ in 0..size.div_ceil(0x10000) {
                http::write(stream, &[b' '; 0x10000]).await?;
            }
            return None;
        }
        Some(Fault::Bomb) => {
            // Made once: it takes a while, and this thread has others to answer.
            static PACKED: LazyLock<Vec<u8>> = LazyLock::new(|| http::packed_blanks(100 << 20));
            let packed = tokio::task::spawn_blocking(|| PACKED.as_slice()).await.ok()?;
            return http::write(stream, &plain(200, json, "Content-Encoding: gzip\r\n", packed)).await;
        }
        Some(Fault::Html(status)) => {
            let page = format!(
                "<html><head><title>{status}</title></head><body>nginx {}</body></html>",
                request.path
            );
            return http::write(stream, &plain(status, "text/html", "", page.as_bytes())).await;
        }
        Some(Fault::Portal) => {
            return http::write(stream, &plain(200, "text/plain", "", b"Please log in to the hotel")).await;
        }
        Some(Fault::Refuse(code, words)) => {
            let body = refused(code, words, &Value::Null);
            return http::write(stream, &plain(code, json, "", body.as_bytes())).await;
        }
        Some(Fault::RefuseWith(code, words, parameters)) => {
            let after = parameters["retry_after"].as_u64().map(|it| format!("Retry-After: {it}\r\n"));
            let body = refused(code, words, &parameters);
            return http::write(stream, &plain(code, json, &after.unwrap_or_default(), body.as_bytes()))
                .await;
        }
        Some(Fault::Huge(size)) => {
            // In chunks, so that its length is not known beforehand.
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
            http::write(stream, head.as_bytes()).await?;
            let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
            for _ in 0..size / 0x10000 {
                http::write(stream, chunk.as_bytes()).await?;
            }
            let rest = r#"{"ok":true,"result":[]}"#;
            return http::write(stream, format!("{:x}\r\n{rest}\r\n0\r\n\r\n", rest.len()).as_bytes()).await;
        }
        _ => {}
    }
    let outcome = act(shared, &token, &method, &fields, &files).await;
    shared.happened();
    let (status, body) = match outcome {
        Ok(result) => (200, json!({"ok": true, "result": result}).to_string()),
        Err(Answer::Updates(items)) => (200, format!(r#"{{"ok":true,"result":[{}]}}"#, items.join(","))),
        Err(Answer::Moved(new)) => {
            let parameters = json!({ "migrate_to_chat_id": new });
            let words = "Bad Request: group chat was upgraded to a supergroup chat";
            (400, refused(400, words, &parameters))
        }
        Err(Answer::Refused((code, words))) => (code, refused(code, &words, &Value::Null)),
    };
    let half = &body.as_bytes()[..body.len() / 2];
    let bytes = match fault {
        Some(Fault::LostAfterActing) => return None,
        Some(Fault::HangAfterHead) => {
            http::write(stream, &http::answer(status, json, &date, "", b"", body.len())).await?;
            pending().await
        }
        Some(Fault::WrongType) => plain(status, "text/html; charset=utf-8", "", body.as_bytes()),
        Some(Fault::BrokenJson) => plain(status, json, "", half),
        Some(Fault::Truncated) => {
            http::write(stream, &http::answer(status, json, &date, "", half, body.len())).await?;
            let _ = tokio::io::AsyncWriteExt::shutdown(stream).await;
            while http::read(stream, &mut Vec::new()).await.is_some() {}
            return Some(());
        }
        Some(Fault::Drip(pause)) => {
            for byte in plain(status, json, "", body.as_bytes()) {
                http::write(stream, &[byte]).await?;
                tokio::time::sleep(pause).await;
            }
            return Some(());
        }
        _ => plain(status, json, "", body.as_bytes()),
    };
    http::write(stream, &bytes).await
}

/// Something is so from now on, and not any more after a pause.
fn turn(shared: &Arc<Shared>, pause: Duration, to: fn(&Shared, bool) -> bool) {
    to(shared, false);
    let shared = shared.clone();
    tokio::spawn(async move {
        tokio::time::sleep(pause).await;
        to(&shared, true);
    });
}

/// `/bot<token>/<method>`.
fn address(path: &str) -> (String, String) {
    // A request through a proxy has the whole address here.
    let (_, path) = path.split_once("/bot").unwrap_or_default();
    let (token, method) = path.rsplit_once('/').unwrap_or((path, ""));
    (token.to_owned(), method.to_owned())
}

fn refused(code: u16, words: &str, parameters: &Value) -> String {
    let mut body = json!({"ok": false, "error_code": code, "description": words});
    if !parameters.is_null() {
        body["parameters"] = parameters.clone();
    }
    body.to_string()
}
