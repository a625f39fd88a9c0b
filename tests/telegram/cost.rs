//! What it costs. `cargo test --release --test telegram cost -- --ignored --nocapture` prints the figures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vakhta::markup::Markup;
use vakhta::message::Message;
use vakhta::telegram::{PUBLIC_API, Telegram};
use vakhta::transport::Transport;

use super::botapi::BotApi;
use super::{CALM, HOME, Kept, settings, telegram};

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[all.len() / 2]
}

#[tokio::test]
#[ignore = "prints figures and proves nothing"]
async fn client_and_request() {
    let make = |url: &str| {
        let begun = Instant::now();
        let made = Telegram::new(settings(url.into(), CALM), Arc::new(Kept::default())).expect("settings");
        (begun.elapsed(), made)
    };
    println!("first client, https: {:?}", make(PUBLIC_API).0);
    println!("client, https: {:?}", median((0..200).map(|_| make(PUBLIC_API).0).collect()));
    println!("client, http: {:?}", median((0..200).map(|_| make("http://127.0.0.1:1").0).collect()));

    let api = BotApi::start();
    api.say(42, 42, "/status");
    let (made, fresh) = make(&api.url());
    let begun = Instant::now();
    fresh.receive().await.expect("a poll");
    let answered = begun.elapsed();
    let arrived = api.calls()[0].at.duration_since(begun);
    println!(
        "first getUpdates: there after {arrived:?}, answered after {answered:?}; client made in {made:?}"
    );
    let telegram = telegram(&api, CALM);
    let message = Message { text: Markup::text("x".repeat(300)), ..Message::default() };
    let mut took = Vec::new();
    for _ in 0..300 {
        let begun = Instant::now();
        telegram.deliver(HOME, &message).await.expect("said");
        took.push(begun.elapsed());
    }
    println!("sendMessage on a standing connection, both sides: {:?}", median(took));
}
