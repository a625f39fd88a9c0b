//! Asks for six digits before something is done, and hears them.

use jiff::Timestamp;
use jobs::audit::Outcome;

use super::codes::{self, Answer, Codes, Waiting};
use super::{Dispatcher, Request, led};
use crate::command::parse::{Asked, parse};
use crate::command::{self, Command, trail};
use crate::gate::Operator;
use crate::message::{Incoming, MessageId};
use crate::present::names::short;
use crate::present::{Choice, Reply};

/// Letters of a command that are shown where it waits for its code.
const LINE: usize = 60;

impl Dispatcher {
    /// Six digits that somebody sent, and what they were for. False: they mean nothing here.
    pub(super) async fn coded(
        &self,
        codes: &Codes,
        operator: Operator,
        incoming: &Incoming,
        message: MessageId,
        code: &str,
        now: Timestamp,
    ) -> bool {
        let (place, voice) = (incoming.place, self.voice_of(operator.id()));
        let answer = codes.judge(&*self.desk, operator.id(), place.chat, code, now);
        if answer == Answer::Unasked {
            if !incoming.group {
                let reply = Reply::text(voice.say("totp-unasked", &[]));
                self.deliver(place, None, reply, operator, now).await;
            }
            return !incoming.group;
        }
        // Whatever it was worth, it should not stand there to be read.
        self.outbox.remove(place, message).await;
        let refused = |waiting: &Waiting, why: &str| {
            let Asked::Command { name, arguments } = parse(trail::taken(&waiting.line).0, None) else {
                return;
            };
            self.refused(operator, &name, &arguments, Outcome::Code, why, now);
        };
        let leave = || Choice::dismiss(voice.word("button-leave", &[]));
        let (waiting, reply) = match answer {
            Answer::Unasked => return false,
            Answer::Right(waiting) => {
                let request = Request {
                    operator,
                    place,
                    now,
                    at: now,
                    line: &waiting.line,
                    confirmed: waiting.confirmed,
                    coded: true,
                    instead: waiting.message,
                };
                self.answer(request, false).await;
                return true;
            }
            Answer::Wrong(waiting, left) => {
                refused(&waiting, "wrong");
                let nouns =
                    [("line", short(&command::written(&waiting.line), LINE).into()), ("count", left.into())];
                let text = voice.say("totp-wrong", &nouns);
                (waiting, Reply::text(text).row([leave()]))
            }
            Answer::Used(waiting) => {
                refused(&waiting, "used before");
                let text =
                    voice.say("totp-used", &[("line", short(&command::written(&waiting.line), LINE).into())]);
                (waiting, Reply::text(text).row([leave()]))
            }
            Answer::Dropped(waiting, until) => {
                refused(&waiting, "wrong too often");
                let lasting = voice.between(now, until);
                let nouns = [
                    ("line", short(&command::written(&waiting.line), LINE).into()),
                    ("lasting", lasting.into()),
                ];
                let text = voice.say("totp-dropped", &nouns);
                (waiting, Reply::text(text))
            }
            Answer::Unwritten(waiting) => (waiting, Reply::text(voice.say("dispatch-unwritten", &[]))),
        };
        let reply = led(&voice, &waiting.line, reply);
        self.deliver(place, waiting.message, reply, operator, now).await;
        true
    }

    /// Asks for six digits before something is done.
    pub(super) async fn ask_for_code(
        &self,
        codes: &Codes,
        request: &Request<'_>,
        command: &dyn Command,
        arguments: &[&str],
        group: bool,
    ) {
        let (operator, place, now) = (request.operator, request.place, request.now);
        let voice = self.voice_of(operator.id());
        let reply = match codes.pause(&*self.desk, operator.id(), now) {
            Ok(None) => {
                let nouns = [
                    ("line", short(&command::written(request.line), LINE).into()),
                    ("lasting", voice.between(now, now + codes::LIFE).into()),
                ];
                let mut text = voice.say("totp-ask", &nouns);
                if group {
                    text = text.line().then(voice.say("totp-ask-group", &[]));
                }
                let reply = Reply::text(text).row([Choice::dismiss(voice.word("button-leave", &[]))]);
                let reply = led(&voice, request.line, reply);
                let message = self.deliver(place, request.instead, reply, operator, now).await;
                let (line, confirmed) = (request.line.to_owned(), request.confirmed);
                let until = now + codes::LIFE;
                codes.wait(operator.id(), place.chat, Waiting { line, confirmed, message, until });
                return;
            }
            Ok(Some(until)) => {
                self.refused(operator, command.name(), arguments, Outcome::Code, "wrong too often", now);
                let lasting = voice.between(now, until);
                Reply::text(voice.say("totp-paused", &[("lasting", lasting.into())]))
            }
            Err(error) => {
                tracing::error!(%error, remedy = "see why the store does not answer: vakhta doctor; then ask again", "who was wrong before could not be looked up, and nothing is done");
                Reply::text(voice.say("dispatch-unwritten", &[]))
            }
        };
        let reply = led(&voice, request.line, reply);
        self.deliver(place, request.instead, reply, operator, now).await;
    }
}
