//! Against chats that take what is said to them, or refuse it; time stands still until it is waited for.

use super::*;
use crate::markup::Markup;
use crate::message::{ChatId, Incoming, Picture};
use async_trait::async_trait;

/// A chat that is only spoken to.
trait Hears {
    fn hear(&self, place: Place, message: &Message) -> Result<MessageId, TransportError>;
}

#[async_trait]
impl<T: Hears + Send + Sync> Transport for T {
    async fn receive(&self) -> Result<Vec<Incoming>, TransportError> {
        Ok(Vec::new())
    }

    async fn deliver(&self, place: Place, message: &Message) -> Result<MessageId, TransportError> {
        self.hear(place, message)
    }

    async fn edit(&self, _: Place, _: MessageId, _: &Message) -> Result<Edited, TransportError> {
        Ok(Edited::Done)
    }

    async fn acknowledge(&self, _: &str, _: Option<&str>) -> Result<(), TransportError> {
        Ok(())
    }

    async fn typing(&self, _: Place, _: Doing) -> Result<(), TransportError> {
        Ok(())
    }

    async fn publish(&self, _: Option<&str>, _: &[(String, String)]) -> Result<(), TransportError> {
        Ok(())
    }
}

/// A way that words pass and pictures do not.
#[derive(Default)]
struct Narrow(Mutex<Vec<bool>>);

impl Hears for Narrow {
    fn hear(&self, _: Place, message: &Message) -> Result<MessageId, TransportError> {
        self.0.lock().expect("one thread").push(message.picture.is_some());
        match message.picture {
            Some(_) => Err(TransportError::Passing { after: None, why: "timed out".into() }),
            None => Ok(MessageId(1)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn if_the_picture_fails_the_text_goes_out_all_the_same() {
    let narrow = Arc::new(Narrow::default());
    let outbox = Outbox::new(narrow.clone());
    let picture = Picture { png: vec![0; 40_000], alt: "CPU".into() };
    let message = Message { text: Markup::text("CPU 97 %"), picture: Some(picture), ..Message::default() };
    assert_eq!(outbox.say(Place::chat(ChatId(7)), &message).await, Ok(MessageId(1)));
    assert_eq!(*narrow.0.lock().expect("one thread"), [true, true, false]);
}

/// A chat that takes everything, and remembers what and when; it may ask for peace once.
struct Patient {
    said: Mutex<Vec<(String, Duration)>>,
    begun: Instant,
    peace: Mutex<Option<Duration>>,
}

impl Patient {
    fn new() -> Arc<Self> {
        Arc::new(Self { said: Mutex::default(), begun: Instant::now(), peace: Mutex::default() })
    }

    fn said(&self) -> Vec<(String, Duration)> {
        self.said.lock().expect("one thread").clone()
    }
}

impl Hears for Patient {
    fn hear(&self, _: Place, message: &Message) -> Result<MessageId, TransportError> {
        let mut said = self.said.lock().expect("one thread");
        if let Some(after) = self.peace.lock().expect("one thread").take() {
            said.push(("429".to_owned(), self.begun.elapsed()));
            return Err(TransportError::Passing { after: Some(after), why: "too many".into() });
        }
        said.push((message.text.to_string(), self.begun.elapsed()));
        Ok(MessageId(1))
    }
}

/// A chat that asked one of us to be left alone for an hour.
struct Angry(Mutex<u32>);

impl Hears for Angry {
    fn hear(&self, place: Place, _: &Message) -> Result<MessageId, TransportError> {
        *self.0.lock().expect("one thread") += 1;
        match place.chat {
            ChatId(7) => {
                Err(TransportError::Passing { after: Some(Duration::from_secs(3600)), why: "429".into() })
            }
            _ => Ok(MessageId(1)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_carries_for_all_does_not_wait_at_a_chat_that_wants_peace() {
    let outbox = Outbox::new(Arc::new(Angry(Mutex::new(0))));
    let (angry, calm) = (Place::chat(ChatId(7)), Place::chat(ChatId(8)));
    let message = Message { text: Markup::text("CPU 97 %"), ..Message::default() };
    let began = Instant::now();
    // An answer meets the refusal, and is given up: nobody waits for it for an hour.
    assert!(outbox.say(angry, &message).await.is_err());
    assert!(outbox.say(angry, &message).await.is_err());
    // News for that chat is told at once how long it has to wait, and whoever carries it goes on.
    let left = match outbox.attempt(angry, &message).await {
        Err(TransportError::Passing { after: Some(left), .. }) => left,
        other => panic!("{other:?}"),
    };
    assert!(3590 < left.as_secs() && left.as_secs() <= 3600, "{left:?}");
    assert!(outbox.attempt_edit(angry, MessageId(1), &message).await.is_err());
    assert_eq!(outbox.attempt(calm, &message).await, Ok(MessageId(1)));
    assert_eq!(began.elapsed(), Duration::ZERO);
    // Afterwards it is spoken to again.
    tokio::time::sleep(left).await;
    assert!(outbox.attempt(angry, &message).await.is_err());
}

/// Says nothing for so long, and then takes what comes.
struct Away(Instant);

impl Hears for Away {
    fn hear(&self, _: Place, _: &Message) -> Result<MessageId, TransportError> {
        match self.0 <= Instant::now() {
            true => Ok(MessageId(1)),
            false => Err(TransportError::Passing { after: None, why: "502".into() }),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_outlasts_an_outage_of_a_minute_and_not_one_of_ten() {
    let message = Message { text: Markup::text("CPU 97 %"), ..Message::default() };
    for (seconds, arrives) in [(60, true), (600, false)] {
        let outbox = Outbox::new(Arc::new(Away(Instant::now() + Duration::from_secs(seconds))));
        let said = outbox.say(Place::chat(ChatId(7)), &message).await;
        assert_eq!(said.is_ok(), arrives, "{seconds} s: {said:?}");
    }
}

/// So many answers to each of these chats, all given at once; then the other thing happens.
fn answering(outbox: &Arc<Outbox>, chats: impl Iterator<Item = i64>, each: usize) {
    for chat in chats {
        for number in 0..each {
            let outbox = outbox.clone();
            tokio::spawn(async move {
                let message = Message { text: Markup::text(number.to_string()), ..Message::default() };
                outbox.say(Place::chat(ChatId(chat)), &message).await.expect("it takes everything");
            });
        }
    }
}

async fn offsets(chat: i64, count: usize) -> Vec<u64> {
    let patient = Patient::new();
    let outbox = Arc::new(Outbox::new(patient.clone()));
    answering(&outbox, std::iter::once(chat), count);
    tokio::time::sleep(Duration::from_secs(600)).await;
    let said = patient.said();
    let numbers: Vec<String> = said.iter().map(|it| it.0.clone()).collect();
    assert_eq!(numbers, (0..count).map(|it| it.to_string()).collect::<Vec<_>>(), "in order");
    // A timer fires a millisecond late.
    said.into_iter()
        .map(|(_, at)| (at.as_millis() as u64).next_multiple_of(10) - 10 * u64::from(0 < at.as_millis() % 10))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_burst_passes_and_then_one_a_second() {
    assert_eq!(offsets(7, 7).await, [0, 0, 0, 0, 1000, 2000, 3000]);
}

#[tokio::test(start_paused = true)]
async fn a_group_hears_at_most_twenty_a_minute() {
    let at = offsets(-100, 24).await;
    assert!(at.iter().filter(|at| **at < 60_000).count() <= 23, "{at:?}");
    assert_eq!(at[5] - at[4], 3100);
}

#[tokio::test(start_paused = true)]
async fn an_alert_does_not_wait_behind_answers_that_take_minutes() {
    let patient = Patient::new();
    let outbox = Arc::new(Outbox::new(patient.clone()));
    answering(&outbox, std::iter::once(7), 300);
    tokio::time::sleep(Duration::from_millis(10_500)).await;
    let alert = Message { text: Markup::text("alert"), ..Message::default() };
    outbox.attempt(Place::chat(ChatId(7)), &alert).await.expect("it takes everything");
    let (before, at) = (patient.said().len() - 1, patient.begun.elapsed());
    assert_eq!((before, at.as_secs()), (14, 11), "in the very next second");
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(patient.said().len(), 301, "and no answer is lost for it");
}

#[tokio::test(start_paused = true)]
async fn answers_that_wait_already_leave_a_chat_in_peace_that_asks_for_it() {
    let patient = Patient::new();
    let outbox = Arc::new(Outbox::new(patient.clone()));
    answering(&outbox, std::iter::once(7), 10);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    *patient.peace.lock().expect("one thread") = Some(Duration::from_secs(20));
    tokio::time::sleep(Duration::from_secs(60)).await;
    let said = patient.said();
    let (refused, next) = (said.iter().position(|it| it.0 == "429").expect("refused once"), said.len());
    assert_eq!(next, 11, "all ten, one of them twice");
    assert!(Duration::from_secs(20) < said[refused + 1].1 - said[refused].1, "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn who_no_longer_wants_to_be_answered_holds_up_nobody() {
    let patient = Patient::new();
    let outbox = Arc::new(Outbox::new(patient.clone()));
    answering(&outbox, std::iter::once(7), 4);
    tokio::time::sleep(Duration::from_millis(10)).await;
    let place = Place::chat(ChatId(7));
    let message = Message { text: Markup::text("late"), ..Message::default() };
    let given_up = tokio::time::timeout(Duration::from_millis(500), outbox.say(place, &message)).await;
    assert!(given_up.is_err(), "it stood in line");
    outbox.say(place, &message).await.expect("it takes everything");
    assert_eq!(patient.begun.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_asked_for_peace_gets_it_and_others_do_not_wait() {
    let mut pace = Pace::default();
    let now = Instant::now();
    let (here, there) = (Place::chat(ChatId(1)), Place::chat(ChatId(2)));
    pace.hold(here, now + Duration::from_secs(40));
    let (one, other) = (pace.enter(here, Rank::News, now), pace.enter(there, Rank::Answer, now));
    assert_eq!(pace.take(here, one, now), Err(now + Duration::from_secs(40)));
    assert_eq!(pace.take(there, other, now), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn all_chats_together_stay_under_thirty_a_second() {
    let patient = Patient::new();
    let outbox = Arc::new(Outbox::new(patient.clone()));
    answering(&outbox, 0..60, 1);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let said = patient.said();
    assert_eq!(said.len(), 60);
    for (number, (_, at)) in said.iter().enumerate() {
        let within = said.iter().filter(|it| *at <= it.1 && it.1 < *at + Duration::from_secs(1)).count();
        assert!(within <= A_SECOND, "{within} after the {number}th");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_of_chats_ends() {
    let mut pace = Pace::default();
    for chat in 0..1000 {
        let (place, now) = (Place::chat(ChatId(chat)), Instant::now());
        let ticket = pace.enter(place, Rank::Answer, now);
        assert_eq!(pace.take(place, ticket, now), Ok(()));
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert!(pace.places.len() < 80, "{}", pace.places.len());
}
