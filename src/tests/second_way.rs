//! The second way to call a person: when it is taken, and how often. Each test reads all that was called out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;

use super::{Bench, OWNER, Setup, minutes};
use crate::config::Language;
use crate::fallback;
use crate::sink::{Cry, Sink, SinkError};
use crate::transport::TransportError;

/// A pager that writes down what it is told, and fails when it is told to.
#[derive(Default)]
struct Pager {
    cries: Mutex<Vec<String>>,
    tries: Mutex<u32>,
    is_broken: AtomicBool,
}

impl Pager {
    /// What was called out since this was asked last.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.cries.lock().expect("whole"))
    }
}

#[async_trait]
impl Sink for Pager {
    async fn send(&self, cry: &Cry) -> Result<(), SinkError> {
        *self.tries.lock().expect("whole") += 1;
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(SinkError::Passing { after: None, why: "status 502".to_owned() });
        }
        let text = format!("[{}] {}", cry.title, cry.body).replace('\u{a0}', " ");
        self.cries.lock().expect("whole").push(text);
        Ok(())
    }
}

/// A watch with a pager beside its chat. Its processors are fully busy from the beginning, which is critical.
async fn busy(setup: Setup) -> (Bench, Arc<Pager>) {
    let pager = Arc::new(Pager::default());
    let second_way = Some(fallback::Setup { sink: pager.clone(), after: SignedDuration::from_mins(5) });
    let bench = Bench::start(Setup { second_way, ..setup }).await;
    bench.busy(1.0);
    (bench, pager)
}

fn critical(bench: &Bench) -> Vec<String> {
    bench.said().into_iter().filter(|it| it.contains("🔴")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_critical_alert_is_called_out_once_while_the_chat_is_silent_and_arrives_there_afterwards() {
    const BOTH: &[i64] = &[OWNER, 8];
    let (mut bench, pager) = busy(Setup { admitted: BOTH, homes: BOTH, ..Setup::default() }).await;
    bench.chat.is_down();
    bench.pass(minutes(9)).await;
    assert_eq!(pager.take(), [""; 0], "the chat is given five minutes");
    bench.pass(minutes(15)).await;
    assert_eq!(
        pager.take(),
        [
            "[🔴 CPU: 100 % · web-1] Since 10:08 (6 min), limit 95 %\n#1 · next reminder 14:09, if it lasts\n\nTold here because Telegram has not answered since 10:00.",
        ]
    );
    bench.die().await;
    bench.pass(minutes(10)).await;
    assert_eq!(pager.take(), [""; 0], "also by another process");
    bench.chat.is_well();
    bench.pass(minutes(5)).await;
    assert_eq!(critical(&bench).len(), 2, "the card comes to both all the same");
    assert_eq!(pager.take(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn it_speaks_the_owners_language() {
    let (bench, pager) = busy(Setup { language: Language::Fixed("ru"), ..Setup::default() }).await;
    bench.chat.is_down();
    bench.pass(minutes(20)).await;
    let cries = pager.take();
    assert!(cries[0].ends_with("Пишу сюда, потому что Telegram не отвечает с 10:00."), "{cries:?}");
    assert_eq!(cries.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pager_that_fails_is_tried_again_with_patience_and_keeps_nobody_waiting() {
    let (bench, pager) = busy(Setup::default()).await;
    bench.chat.is_down();
    pager.is_broken.store(true, Ordering::Relaxed);
    bench.pass(minutes(30)).await;
    let tries = *pager.tries.lock().expect("whole");
    assert!((15..40).contains(&tries), "{tries}");
    pager.is_broken.store(false, Ordering::Relaxed);
    bench.pass(minutes(2)).await;
    assert_eq!(pager.take().len(), 1);
    bench.chat.is_well();
    bench.pass(minutes(3)).await;
    assert_eq!(critical(&bench).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_can_wait_or_is_over_wakes_nobody() {
    let (bench, pager) = busy(Setup::default()).await;
    // 90 % is a warning.
    bench.busy(0.90);
    bench.chat.is_down();
    bench.pass(minutes(40)).await;
    assert_eq!(pager.take(), [""; 0]);

    // Critical for a moment, and well again before anybody would have been called.
    let (bench, pager) = busy(Setup::default()).await;
    bench.chat.is_down();
    bench.pass(Duration::from_secs(530)).await;
    bench.busy(0.0);
    bench.pass(minutes(40)).await;
    assert_eq!(pager.take(), [""; 0]);
    bench.chat.is_well();
    bench.pass(minutes(3)).await;
    let told = bench.said();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("CPU is well again"), "the chat hears of it all the same: {told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_answers_no_is_not_silent() {
    let (bench, pager) = busy(Setup::default()).await;
    bench.chat.fails(|_| Some(TransportError::Closed("bot was blocked by the user".to_owned())));
    bench.pass(minutes(40)).await;
    assert_eq!(pager.take(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_hears_nothing_we_say_is_silent_though_it_speaks() {
    let (bench, pager) = busy(Setup::default()).await;
    bench.chat.fails(|_| Some(TransportError::Unanswered("500".to_owned())));
    bench.pass(minutes(20)).await;
    assert_eq!(pager.take().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_wakes_up_late_tries_the_chat_first() {
    let (mut bench, pager) = busy(Setup::default()).await;
    bench.pass(minutes(3)).await;
    bench.chat.is_down();
    bench.pass(minutes(3)).await;
    bench.chat.is_well();
    // Whatever waited while nobody was awake, the chat answers now.
    bench.restart_after(minutes(120)).await;
    bench.pass(Duration::from_secs(20)).await;
    assert_eq!(pager.take(), [""; 0]);
}
