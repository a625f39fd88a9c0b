//! What an answer is to carry, as a message can carry it: its picture drawn, its choices as buttons with keys.

use jiff::{SignedDuration, Timestamp};

use super::{Dispatcher, KeptButton};
use crate::command::parse::{Asked, parse};
use crate::command::{self, rights, trail};
use crate::gate::Operator;
use crate::markup::one_line;
use crate::message::{Button, Message, Picture, Place, UserId};
use crate::present::{Action, Choice, Reply};

/// How long a button can be pressed.
const BUTTON_LIFE: SignedDuration = SignedDuration::from_hours(8);
/// How long a question "are you sure" waits for its answer.
const QUESTION_LIFE: SignedDuration = SignedDuration::from_mins(5);

impl Dispatcher {
    /// Draws a reply's picture and gives its buttons keys.
    pub async fn dress(&self, place: Place, reply: Reply, user: Option<UserId>, now: Timestamp) -> Message {
        let picture = match reply.drawing {
            Some(drawing) => draw(drawing, self.theme.clone()).await,
            None => None,
        };
        let choices = match user.and_then(|it| self.gate.operator(it)) {
            Some(operator) => self.allowed(operator, reply.choices),
            // Whoever reads it may be anybody: then the press is judged.
            None => reply.choices,
        };
        let choices = self.possible(choices).await;
        let mut kept = Vec::new();
        let mut keys = self.desk.new_keys(choices.iter().map(Vec::len).sum()).into_iter();
        let mut buttons = Vec::with_capacity(choices.len());
        for row in choices {
            let mut keyed = Vec::with_capacity(row.len());
            for choice in row {
                let button = keyed_button(keys.next().unwrap_or_default(), place, choice.action, user, now);
                keyed.push(Button { label: one_line(&choice.label), key: button.key.clone() });
                kept.push(button);
            }
            buttons.push(keyed);
        }
        // A button without its key in the store would be dead: then there are none.
        if let Err(error) = self.desk.keep_buttons(&kept) {
            tracing::warn!(%error, "buttons could not be remembered");
            buttons.clear();
        }
        Message { text: reply.text, picture, document: reply.document, buttons, silent: reply.silent }
    }

    /// The choices without those that Docker, or the filter before it, is known to refuse.
    async fn possible(&self, choices: Vec<Vec<Choice>>) -> Vec<Vec<Choice>> {
        let allowed = self.ports.engine.allowed().await;
        let is_possible = |choice: &Choice| match &choice.action {
            Action::Dismiss => true,
            Action::Run { line, confirmed, .. } => match parse(trail::taken(line).0, None) {
                Asked::Command { name, arguments } => command::find(&name)
                    .is_none_or(|it| allowed.lacks(it.needs(&arguments, *confirmed)).is_none()),
                Asked::ForAnother | Asked::Talk => true,
            },
        };
        let all = choices.iter().flatten().count();
        let mut left = choices;
        left.iter_mut().for_each(|row| row.retain(is_possible));
        left.retain(|row| !row.is_empty());
        // Nothing is left to be decided about: no button lets it be, either.
        let is_idle = left.iter().flatten().all(|it| it.action == Action::Dismiss);
        if is_idle && left.iter().flatten().count() < all {
            left.clear();
        }
        left
    }

    /// Without the choices that somebody may not make, as far as the newest look at the containers tells.
    fn allowed(&self, operator: Operator, choices: Vec<Vec<Choice>>) -> Vec<Vec<Choice>> {
        let look = self.ports.latest.look();
        let containers = look.as_ref().and_then(|it| it.containers.as_deref().ok()).unwrap_or_default();
        let is_theirs = |choice: &Choice| {
            let Action::Run { line, .. } = &choice.action else { return true };
            let Asked::Command { name, arguments } = parse(trail::taken(line).0, None) else { return true };
            command::find(&name).is_none_or(|it| rights::may(operator, it, &arguments, containers).is_ok())
        };
        let kept = choices.into_iter().map(|row| row.into_iter().filter(is_theirs).collect::<Vec<_>>());
        kept.filter(|row| !row.is_empty()).collect()
    }
}

/// What is remembered of a button. What somebody was asked is theirs to answer, and soon; what comes by itself, such as a
/// proposal in the night, waits as long as any other button, for everybody who may speak.
fn keyed_button(
    key: String,
    place: Place,
    action: Action,
    user: Option<UserId>,
    now: Timestamp,
) -> KeptButton {
    let user = user.filter(|_| action.acts());
    let life = if user.is_some() { QUESTION_LIFE } else { BUTTON_LIFE };
    KeptButton { key, action, place, user, expires: now + life }
}

/// Draws on a blocking thread. Whatever goes wrong with a picture, the words go out without it.
pub(crate) async fn draw(drawing: crate::present::Drawing, theme: render::Theme) -> Option<Picture> {
    let drawn = tokio::task::spawn_blocking(move || {
        let png = render::render(&drawing.chart, &theme);
        Picture { png: png.into_bytes(), alt: drawing.alt }
    });
    match drawn.await {
        Ok(picture) => Some(picture),
        Err(error) => {
            tracing::error!(%error, remedy = "report it; the figures came as words", "a picture could not be drawn");
            None
        }
    }
}
