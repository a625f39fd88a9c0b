//! Words become a command, a command becomes an answer. Who may ask is the gate's business, and comes first.

mod asking;
mod codes;
mod dress;
mod panel;
mod talk;
mod tongue;

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use jobs::Ports;
use jobs::audit::{Deed, Outcome, Who};
use jobs::declare::Declared;
use jobs::notice::House;
use jobs::ports::StoreError;
use jobs::role::Role;
use tokio::sync::SetOnce;

use crate::command::parse::{Asked, addressed, nearest, parse};
use crate::command::rights::{self, Denied};
use crate::command::trail::{self, Trail};
use crate::command::{
    self, About, Command, CommandContext, Danger, Follows, Health, Incidents, JobBoard, Mutes, Tongues,
};
use crate::gate::{Cost, Gate, Operator, Turn, Verdict};
use crate::message::{Heard, Incoming, Message, MessageId, Place, UserId};
use crate::outbox::Outbox;
use crate::panics;
use crate::present::names::short;
use crate::present::pages::screened;
use crate::present::{Action, Choice, Reply, Voice, permits};
use crate::redact::Redactor;
use crate::totp;
use crate::transport::{Doing, TransportError};

pub use self::codes::Codes;
pub(crate) use self::dress::draw;
pub use self::panel::{Panel, Panels};
use self::talk::{Buttons, Talk};
pub use self::tongue::Tongue;

/// An order older than this says so before it asks.
const LATE: SignedDuration = SignedDuration::from_secs(60);
/// An answer that takes longer than this shows that it is being worked on.
const SLOW: Duration = Duration::from_millis(700);
/// And shows it again: the chat forgets it after five seconds.
const STILL: Duration = Duration::from_millis(4500);
/// Nobody believes for longer than this that an answer is about to come.
const HOPELESS: Duration = Duration::from_secs(150);

/// Right after a start a command for some bot may be heard before we know what we are called: so long it waits for that.
const NAMELESS: Duration = Duration::from_secs(10);

/// A button that was sent, and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptButton {
    /// What the chat sends back.
    pub key: String,
    /// What it does.
    pub action: Action,
    /// The chat it was sent to.
    pub place: Place,
    /// Who alone may press it; none: everybody who may speak.
    pub user: Option<UserId>,
    /// From then on it is stale.
    pub expires: Timestamp,
}

/// What a conversation has to remember, kept where it survives us.
pub trait Desk: Send + Sync {
    /// Keys for the buttons of one message: no button had them before, and nobody can guess them.
    fn new_keys(&self, count: usize) -> Vec<String>;
    /// Remembers buttons, all or none.
    fn keep_buttons(&self, buttons: &[KeptButton]) -> Result<(), StoreError>;
    /// The button of that key, unless it has expired.
    fn button(&self, key: &str, now: Timestamp) -> Result<Option<KeptButton>, StoreError>;
    /// Takes a button out of use, and with it all others of its message: a question is answered once. False when
    /// somebody else just did: what acts must not act twice.
    fn use_up(&self, key: &str, now: Timestamp) -> Result<bool, StoreError>;
    /// Remembers which language somebody's app speaks.
    fn remember_language(&self, user: UserId, tag: &str) -> Result<(), StoreError>;
    /// The language somebody's app spoke last.
    fn language(&self, user: UserId) -> Result<Option<String>, StoreError>;
    /// A small fact by its name, if it was ever written.
    fn fact(&self, name: &str) -> Result<Option<String>, StoreError>;
    /// Writes it down; durable when it returns.
    fn put_fact(&self, name: &str, value: &str) -> Result<(), StoreError>;
}

/// What a conversation needs, put together once.
pub struct Dispatcher {
    /// Who may ask.
    pub gate: Gate,
    /// What asks for six digits more; none: nothing does.
    pub codes: Option<Codes>,
    /// The door out.
    pub outbox: Arc<Outbox>,
    /// What is remembered of the conversation.
    pub desk: Arc<dyn Desk>,
    /// The world.
    pub ports: Ports,
    /// What is declared.
    pub declared: Arc<Declared>,
    /// Jobs.
    pub board: Arc<dyn JobBoard>,
    /// What is wrong together, and who has taken it on.
    pub incidents: Arc<dyn Incidents>,
    /// What is not to be told for a while.
    pub mutes: Arc<dyn Mutes>,
    /// How it is with us.
    pub health: Arc<dyn Health>,
    /// What is struck out of logs before they leave.
    pub redactor: Arc<Redactor>,
    /// Logs that are being followed.
    pub follows: Follows,
    /// What does not change.
    pub about: About,
    /// The owner's zone.
    pub zone: TimeZone,
    /// In which language.
    pub tongue: Tongue,
    /// How pictures look.
    pub theme: render::Theme,
    /// What we are called in the chat, once it is known.
    pub bot: SetOnce<String>,
    /// Menus that look again by themselves.
    pub panels: Panels,
}

/// What came of something that somebody did, besides its answer.
#[derive(Default)]
pub struct Handled {
    /// What the owner should hear of it.
    pub report: Option<House>,
    /// A page of the menu that wants to be looked at again: [`Dispatcher::keep_fresh`].
    pub panel: Option<Panel>,
    /// Whether it was somebody who may not speak: then nothing at all came of it.
    pub is_stranger: bool,
}

/// What somebody asked, and where the answer goes.
struct Request<'a> {
    operator: Operator,
    place: Place,
    now: Timestamp,
    at: Timestamp,
    line: &'a str,
    confirmed: bool,
    /// Whether its six digits were right.
    coded: bool,
    /// The message whose place the answer takes.
    instead: Option<MessageId>,
}

impl Dispatcher {
    /// Handles one thing that somebody did.
    pub async fn handle(&self, incoming: &Incoming, now: Timestamp) -> Handled {
        let operator = match self.gate.judge(incoming, now) {
            Verdict::Admitted(operator) => operator,
            Verdict::Turned { report } => {
                let (from, turned_away) = (incoming.from, self.gate.turned_away());
                // As often as the owner hears of it, or whoever writes fast enough fills the disk with our log.
                match report {
                    Some(_) => tracing::warn!(%from, turned_away, "a stranger was turned away"),
                    None => tracing::debug!(%from, turned_away, "a stranger was turned away"),
                }
                return Handled { report, panel: None, is_stranger: true };
            }
        };
        if let Some(tag) = &incoming.language
            && let Err(error) = self.desk.remember_language(incoming.from, tag)
        {
            tracing::warn!(%error, "a language could not be remembered");
        }
        let panel = match &incoming.heard {
            Heard::Said { text, message } => {
                // A code is read whatever else was asked, so that none is left standing there unused.
                let cost = if totp::digits(text).is_some() { Cost::Calming } else { cost(text, false) };
                if !self.has_a_turn(operator, incoming, cost, now).await {
                    return Handled::default();
                }
                if let (Some(codes), Some(code)) = (&self.codes, totp::digits(text))
                    && self.coded(codes, operator, incoming, *message, &code, now).await
                {
                    return Handled::default();
                }
                let (place, at) = (incoming.place, incoming.at);
                let request = Request {
                    operator,
                    place,
                    now,
                    at,
                    line: text,
                    confirmed: false,
                    coded: false,
                    instead: None,
                };
                self.answer(request, incoming.group).await
            }
            Heard::Pressed { key, query, message } => {
                if let Some(message) = message {
                    self.panels.leave(incoming.place, *message);
                }
                self.press(operator, incoming, key, query, *message, now).await
            }
        };
        Handled { report: None, panel, is_stranger: false }
    }

    /// Whether this is not too much at once of somebody. They are told when it begins to be; the rest is dropped in
    /// silence.
    async fn has_a_turn(&self, operator: Operator, incoming: &Incoming, cost: Cost, now: Timestamp) -> bool {
        // What people in a group say to each other, or to another bot, is none of ours.
        let is_for_us = match &incoming.heard {
            Heard::Said { text, .. } if incoming.group => {
                matches!(parse(text, self.bot.get().map(String::as_str)), Asked::Command { .. })
            }
            Heard::Said { .. } | Heard::Pressed { .. } => true,
        };
        if !is_for_us {
            return true;
        }
        let Turn::Dropped { told } = self.gate.turn(operator, cost, now) else { return true };
        let Some(rest) = told else { return false };
        tracing::warn!(who = %operator.id(), ?cost, "somebody asks too much at once; for a while it is dropped");
        let voice = self.voice_of(operator.id());
        let nouns = [("lasting", voice.between(now, now + rest).into())];
        match &incoming.heard {
            Heard::Pressed { query, .. } => {
                let word = voice.word("dispatch-too-much", &nouns);
                self.outbox.acknowledge(query, Some(&word)).await;
            }
            // Past the answers that wait, or it would be said when it is over; once, for nobody waits for it.
            Heard::Said { .. } => {
                let text = voice.say("dispatch-too-much", &nouns);
                let told = Message { text, ..Message::default() };
                if let Err(error) = self.outbox.attempt(incoming.place, &told).await {
                    tracing::debug!(%error, "that it was too much could not be said");
                }
            }
        }
        false
    }

    /// How somebody is spoken to.
    pub fn voice_of(&self, user: UserId) -> Voice {
        Voice { locale: self.of(user).0, zone: self.zone.clone() }
    }

    async fn press(
        &self,
        operator: Operator,
        incoming: &Incoming,
        key: &str,
        query: &str,
        message: Option<MessageId>,
        now: Timestamp,
    ) -> Option<Panel> {
        let voice = self.voice_of(operator.id());
        let button = self.desk.button(key, now).unwrap_or_else(|error| {
            tracing::warn!(%error, "a button could not be looked up");
            None
        });
        let button = match button {
            Some(button) if button.place.chat != incoming.place.chat => None,
            other => other,
        };
        let cost = match button.as_ref().map(|it| &it.action) {
            Some(Action::Run { line, confirmed, .. }) => cost(line, *confirmed),
            Some(Action::Dismiss) => Cost::Calming,
            None => Cost::Reading,
        };
        if !self.has_a_turn(operator, incoming, cost, now).await {
            return None;
        }
        let refusal = match &button {
            None => Some("dispatch-stale-button"),
            Some(button) if button.expires < now => Some("dispatch-stale-button"),
            Some(button) if button.user.is_some_and(|it| it != operator.id()) => {
                Some("dispatch-other-button")
            }
            Some(_) => None,
        };
        // Before it is used up: whoever may press it can still do so.
        let denied = match (refusal, &button) {
            (None, Some(KeptButton { action: Action::Run { line, .. }, .. })) => {
                self.denied(operator, line, now).await
            }
            _ => None,
        };
        if let Some(denied) = denied {
            self.outbox.acknowledge(query, Some(&rights::refused_press(&voice, &denied))).await;
            return None;
        }
        let refusal = match (refusal, &button) {
            (None, Some(button)) if button.action.answers() && !self.is_first(button, now) => {
                Some("dispatch-stale-button")
            }
            (refusal, _) => refusal,
        };
        let word = match (&refusal, button.as_ref().map(|it| &it.action)) {
            (Some(refusal), _) => Some(voice.word(refusal, &[])),
            (None, Some(Action::Dismiss)) => Some(voice.word("dispatch-left", &[])),
            (None, _) => None,
        };
        // A server that is slow to stop the spinner keeps nobody from what was asked for.
        let spinner = self.outbox.acknowledge(query, word.as_deref());
        let obeyed = self.pressed(operator, incoming.place, message, refusal, button, now);
        tokio::join!(spinner, obeyed).1
    }

    /// What comes of a press, or of one that comes too late.
    async fn pressed(
        &self,
        operator: Operator,
        place: Place,
        message: Option<MessageId>,
        refusal: Option<&str>,
        button: Option<KeptButton>,
        now: Timestamp,
    ) -> Option<Panel> {
        if refusal == Some("dispatch-stale-button") {
            return self.refresh(operator, place, message, now).await;
        }
        let (None, Some(button)) = (refusal, button) else { return None };
        match &button.action {
            Action::Dismiss => {
                let message = message?;
                if let Some(codes) = &self.codes {
                    codes.drop_of(place.chat, message);
                }
                let left = Reply::text(self.voice_of(operator.id()).say("dispatch-left", &[]));
                self.deliver(place, Some(message), left, operator, now).await;
                None
            }
            Action::Run { line, confirmed, edit } => {
                let instead = message.filter(|_| *edit);
                if let (Some(codes), Some(message)) = (&self.codes, instead) {
                    // What takes the place of a question leaves it unanswered.
                    codes.drop_of(place.chat, message);
                }
                let request = Request {
                    operator,
                    place,
                    now,
                    at: now,
                    line,
                    confirmed: *confirmed,
                    coded: false,
                    instead,
                };
                self.answer(request, false).await
            }
        }
    }

    /// A button of a card, or of the menu, has outlived its time: it then says what is true now, with buttons that can be
    /// pressed.
    async fn refresh(
        &self,
        operator: Operator,
        place: Place,
        message: Option<MessageId>,
        now: Timestamp,
    ) -> Option<Panel> {
        let shown = self.incidents.of_card(place.chat, message?);
        let number = shown.unwrap_or_else(|error| {
            tracing::warn!(%error, "the card of a stale button could not be looked up");
            None
        });
        let line = match number {
            Some(number) => format!("/card {number}"),
            None => {
                let known = self.desk.fact(&menu_key(place)).unwrap_or_default()?;
                let message = message?;
                let pictured = [false, true].into_iter().find(|it| known == menu_fact(message, *it))?;
                trail::anew(pictured)
            }
        };
        let request = Request {
            operator,
            place,
            now,
            at: now,
            line: &line,
            confirmed: false,
            coded: false,
            instead: message,
        };
        self.answer(request, false).await
    }

    /// Remembers which message is the newest menu of a chat, for whoever presses it when its buttons are gone.
    fn note_menu(&self, place: Place, message: MessageId, pictured: bool) {
        let (key, fact) = (menu_key(place), menu_fact(message, pictured));
        let known = self.desk.fact(&key).unwrap_or_default();
        if known.as_ref() != Some(&fact)
            && let Err(error) = self.desk.put_fact(&key, &fact)
        {
            tracing::debug!(%error, "where the menu stands could not be remembered");
        }
    }

    /// Whether this is the first answer to its question, written down before anything is done about it. What cannot be
    /// written down is not done: a press that is delivered again would do it again.
    fn is_first(&self, button: &KeptButton, now: Timestamp) -> bool {
        self.desk.use_up(&button.key, now).unwrap_or_else(|error| {
            tracing::error!(%error, remedy = "see why the store takes no writes: vakhta doctor; then press again", "a button could not be taken out of use, and does nothing");
            false
        })
    }

    async fn answer(&self, request: Request<'_>, group: bool) -> Option<Panel> {
        let voice = self.voice_of(request.operator.id());
        let (line, trail) = trail::taken(request.line);
        let ours = if group && addressed(line) {
            tokio::time::timeout(NAMELESS, self.bot.wait()).await.ok()
        } else {
            self.bot.get()
        };
        let (name, arguments) = match parse(line, ours.map(String::as_str)) {
            Asked::Command { name, arguments } => (name, arguments),
            // In a group people talk to each other; alone with us, they mean us.
            Asked::ForAnother | Asked::Talk if group => return None,
            Asked::ForAnother => return None,
            Asked::Talk => ("help".to_owned(), Vec::new()),
        };
        let Some(command) = command::find(&name) else {
            let known =
                [("name", short(&name, 40).into()), ("near", nearest(&name).unwrap_or_default().into())];
            let (key, near) = match nearest(&name) {
                Some(near) => ("dispatch-near", Some(near)),
                None => ("dispatch-unknown", None),
            };
            let reply = Reply::text(voice.say(key, &known))
                .row(near.map(|near| Choice::run(format!("/{near}"), format!("/{near}"))));
            self.deliver(request.place, request.instead, reply, request.operator, request.now).await;
            return None;
        };
        if let Err(denied) = self.may(request.operator, command, &arguments).await {
            self.refused(request.operator, command.name(), &arguments, Outcome::Role, "", request.now);
            let reply = led(&voice, request.line, Reply::text(rights::refusal(&voice, command, &denied)));
            self.deliver(request.place, request.instead, reply, request.operator, request.now).await;
            return None;
        }
        if let Some(codes) = &self.codes
            && !request.coded
        {
            let asks = command.danger_of(&arguments) == Danger::Asks;
            let changes = !asks && Role::Viewer < command.role(&arguments);
            if codes.guards(command.name(), asks && request.confirmed, changes) {
                self.ask_for_code(codes, &request, command, &arguments, group).await;
                return None;
            }
        }
        let progress = Talk {
            dispatcher: self,
            place: request.place,
            user: request.operator.id(),
            now: request.now,
            message: Mutex::new(request.instead),
            shown: Mutex::default(),
            shows: AtomicBool::new(false),
            left: AtomicBool::new(false),
        };
        let began = tokio::time::Instant::now();
        let working = async {
            let reply = self.run(command, &request, &arguments, &voice, &progress).await;
            if progress.left.load(Ordering::Relaxed) {
                return None;
            }
            let is_pictured = reply.drawing.is_some();
            let reply = self.page(&voice, command, &request, reply);
            let known = (reply.text.clone(), reply.choices.clone());
            let message = self.dress(request.place, reply, Some(request.operator.id()), request.now).await;
            Some((known, message, is_pictured))
        };
        let (known, message, is_pictured) = tokio::select! {
            biased;
            done = working => done?,
            never = self.show_work(request.place, command.doing(&arguments), &progress) => match never {},
        };
        let instead = *progress.message.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = self.send(request.place, instead, &message, request.operator, trail.as_ref()).await?;
        if trail.is_some() && !message.buttons.is_empty() {
            self.note_menu(request.place, id, is_pictured);
        }
        let is_live = trail.is_some() && !is_pictured && command.is_live(&arguments);
        if !is_live || self.outbox.is_in_turn() {
            return None;
        }
        Some(self.panels.enter(Panel {
            operator: request.operator,
            place: request.place,
            message: id,
            line: request.line.to_owned(),
            known,
            buttons: message.buttons,
            now: request.now,
            began,
            turn: 0,
        }))
    }

    /// An answer as it is shown: what of it fits on a screen, and the way back where it was reached from the menu.
    fn page(&self, voice: &Voice, command: &dyn Command, request: &Request<'_>, reply: Reply) -> Reply {
        // A terminal scrolls.
        let is_whole = command.has_pages() || request.confirmed || self.outbox.is_in_turn();
        let reply = match is_whole {
            true => reply,
            false => screened(reply, trail::taken(request.line).0, trail::screen(request.line)),
        };
        led(voice, request.line, reply)
    }

    /// Shows again and again that something is being worked on, once it takes long; until it is dropped.
    async fn show_work(&self, place: Place, doing: Doing, talk: &Talk<'_>) -> std::convert::Infallible {
        let began = tokio::time::Instant::now();
        let mut wait = SLOW;
        loop {
            tokio::time::sleep(wait).await;
            // What shows its own state is not being waited for.
            let is_told = talk.shows.load(Ordering::Relaxed) || talk.left.load(Ordering::Relaxed);
            if is_told || HOPELESS < began.elapsed() {
                return std::future::pending().await;
            }
            self.outbox.typing(place, doing).await;
            wait = STILL;
        }
    }

    /// Whether somebody may say that. The engine is asked only where their own role does not do and a container's label
    /// may give them another.
    async fn may(&self, operator: Operator, command: &dyn Command, arguments: &[&str]) -> Result<(), Denied> {
        let needs = command.role(arguments);
        if needs <= operator.role() {
            // Where a label wants more, the command says so itself, of the container that it finds.
            return Ok(());
        }
        let containers = match command.target(arguments) {
            Some(_) => self.ports.containers().await.unwrap_or_default(),
            None => Vec::new(),
        };
        rights::may(operator, command, arguments, &containers)
    }

    /// Why somebody may not press a button that says this, if so; the audit has it then.
    async fn denied(&self, operator: Operator, line: &str, now: Timestamp) -> Option<Denied> {
        let (line, _) = trail::taken(line);
        let Asked::Command { name, arguments } = parse(line, None) else { return None };
        let command = command::find(&name)?;
        let denied = self.may(operator, command, &arguments).await.err()?;
        self.refused(operator, command.name(), &arguments, Outcome::Role, "", now);
        Some(denied)
    }

    /// Writes down that something was refused. Nothing is lost where that fails but the line.
    fn refused(
        &self,
        operator: Operator,
        command: &str,
        arguments: &[&str],
        outcome: Outcome,
        words: &str,
        now: Timestamp,
    ) {
        tracing::info!(who = %operator.id(), command, why = outcome.code(), "refused");
        let written = command::find(command).map_or_else(|| arguments.join(" "), |it| it.written(arguments));
        let deed = Deed::begun(now, Who::of(operator.id().0), command, written);
        if let Err(error) = self.ports.store.put_deed(&deed.ended(outcome, words)) {
            tracing::error!(%error, remedy = "see why the store takes no writes: vakhta doctor", "a refusal could not be written into the audit");
        }
    }

    async fn run(
        &self,
        command: &'static dyn Command,
        request: &Request<'_>,
        arguments: &[&str],
        voice: &Voice,
        progress: &Talk<'_>,
    ) -> Reply {
        let needs = command.needs(arguments, request.confirmed);
        let mut allowed = self.ports.engine.allowed().await;
        if allowed.lacks(needs).is_some() {
            // Whoever has just changed the filter is not told what was true before.
            allowed = self.ports.engine.probe().await;
        }
        if let Some(right) = allowed.lacks(needs) {
            return Reply::text(permits::refused(voice, right, allowed.of(right)));
        }
        let context = CommandContext {
            allowed,
            operator: request.operator,
            place: request.place,
            now: request.now,
            voice,
            confirmed: request.confirmed,
            ports: &self.ports,
            declared: &self.declared,
            board: &*self.board,
            incidents: &*self.incidents,
            mutes: &*self.mutes,
            health: &*self.health,
            redactor: &self.redactor,
            follows: &self.follows,
            tongues: self,
            progress,
            about: &self.about,
        };
        let danger = command.danger_of(arguments);
        let acts = danger == Danger::Asks && request.confirmed;
        let deed = Deed::begun(
            request.now,
            Who::of(request.operator.id().0),
            command.name(),
            command.written(arguments),
        );
        // Written down before it is done: a crash in the middle leaves a trace.
        let begun = match acts.then(|| self.ports.store.put_deed(&deed)).transpose() {
            Ok(begun) => begun,
            Err(error) => {
                tracing::error!(%error, remedy = "see why the store takes no writes: vakhta doctor; then ask again", "an action could not be written into the audit, and is not done");
                return Reply::text(voice.say("dispatch-unwritten", &[]));
            }
        };
        let started = tokio::time::Instant::now();
        let ended = |outcome: Option<Outcome>, words: &str| {
            let Some(outcome) = outcome else { return };
            let words = &self.redactor.text(words);
            let deed = Deed { at: request.now + started.elapsed(), begun, ..deed.ended(outcome, words) };
            if let Err(error) = self.ports.store.put_deed(&deed) {
                tracing::error!(%error, remedy = "see why the store takes no writes: vakhta doctor; look at the container itself", "what came of an action could not be written into the audit");
            }
        };
        let work = AssertUnwindSafe(command.run(&context, arguments));
        let Ok(result) = work.catch_unwind().await else {
            let what = panics::caught();
            tracing::error!(
                command = command.name(),
                what,
                remedy = "report it with the fault's id",
                "a command stumbled over a fault of ours"
            );
            ended(acts.then_some(Outcome::Unknown), &what);
            return Reply::text(voice.say("dispatch-failed", &[("what", what.into())]));
        };
        match &result {
            Ok(reply) => {
                ended(reply.outcome.or(acts.then_some(Outcome::Done)), &reply.text.to_string());
            }
            Err(error) => ended(error.outcome(acts), &error.to_string()),
        }
        let mut reply = result.unwrap_or_else(|error| {
            tracing::info!(command = command.name(), %error, "a command had no answer");
            command::failure(voice, command, &error, acts)
        });
        let age = request.now.duration_since(request.at);
        if danger == Danger::Asks && !request.confirmed && LATE < age {
            let late =
                voice.say("dispatch-late", &[("lasting", voice.between(request.at, request.now).into())]);
            reply.text = late.line().then(reply.text);
        }
        reply
    }

    /// Sends a reply, in place of another message where that is asked for and possible; answers with where it stands.
    async fn deliver(
        &self,
        place: Place,
        instead: Option<MessageId>,
        reply: Reply,
        operator: Operator,
        now: Timestamp,
    ) -> Option<MessageId> {
        let message = self.dress(place, reply, Some(operator.id()), now).await;
        self.send(place, instead, &message, operator, None).await
    }

    /// The same, of what is dressed; `trail`: as a page of the menu, of which there is only one.
    async fn send(
        &self,
        place: Place,
        instead: Option<MessageId>,
        message: &Message,
        operator: Operator,
        trail: Option<&Trail>,
    ) -> Option<MessageId> {
        // A message keeps its picture whatever else becomes of it. So the page moves, and the old one goes only when
        // the new one can be read.
        let is_moved = trail.is_some_and(Trail::is_pictured) && message.picture.is_none();
        let put = match instead {
            Some(_) if is_moved => self.outbox.say(place, &Message { silent: true, ..message.clone() }).await,
            _ => self.outbox.put(place, instead, message).await,
        };
        let error = match put {
            Ok(id) => {
                if let Some(old) = instead.filter(|old| trail.is_some() && *old != id) {
                    self.outbox.remove(place, old).await;
                }
                return Some(id);
            }
            Err(error) => error,
        };
        tracing::warn!(%error, "an answer could not be delivered");
        if let (Some(document), TransportError::Refused(why)) = (&message.document, &error) {
            let voice = self.voice_of(operator.id());
            let nouns = [("name", document.name.as_str().into()), ("why", voice.reason(why).into())];
            let told = Message { text: voice.say("dispatch-file-refused", &nouns), ..Message::default() };
            if let Err(error) = self.outbox.say(place, &told).await {
                tracing::warn!(%error, "nor that it could not be");
            }
        }
        None
    }
}

/// What a line costs to be answered; what nobody understands is answered with words.
fn cost(line: &str, confirmed: bool) -> Cost {
    let Asked::Command { name, arguments } = parse(trail::taken(line).0, None) else { return Cost::Reading };
    command::find(&name).map_or(Cost::Reading, |it| it.cost(&arguments, confirmed))
}

/// An answer to a line, as a page of the menu where the line was reached from it.
fn led(voice: &Voice, line: &str, reply: Reply) -> Reply {
    match trail::taken(line) {
        (_, None) => reply,
        // What is closed leads nowhere.
        (_, Some(_)) if reply.choices.is_empty() && trail::is_closing(line) => reply,
        (meant, Some(trail)) => trail.lead(voice, meant, reply),
    }
}

/// Where it is remembered which message is the menu of a chat.
fn menu_key(place: Place) -> String {
    format!("menu/1.{}", place.chat)
}

/// What is remembered of it.
fn menu_fact(message: MessageId, pictured: bool) -> String {
    format!("{message}{}", if pictured { " pictured" } else { "" })
}
