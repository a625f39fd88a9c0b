//! Asks for one path over plain HTTP and prints the status of the answer: `probe HOST:PORT METHOD PATH`.
//!
//! `tests/container.sh` runs it beside a container, in that one's network, to see what is let through from there.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

/// Longer than any answer of an engine that is not busy pulling something.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, method, path] = &words[..] else {
        eprintln!("probe HOST:PORT METHOD PATH");
        return ExitCode::from(64);
    };
    match status(address, method, path) {
        Ok(status) => {
            println!("{status}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("unreachable: {error}");
            ExitCode::FAILURE
        }
    }
}

fn status(address: &str, method: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    Ok(String::from_utf8_lossy(&start).rsplit(' ').next().unwrap_or_default().to_owned())
}
