//! What a command or a notice amounts to, before it is drawn and sent.

use jobs::audit::Outcome;
use serde::{Deserialize, Serialize};

use crate::markup::Markup;
use crate::message::Document;

/// An answer: words, perhaps a picture, perhaps something to press.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The words.
    pub text: Markup,
    /// What to draw above them.
    pub drawing: Option<Drawing>,
    /// A file above them.
    pub document: Option<Document>,
    /// Rows of choices under them.
    pub choices: Vec<Vec<Choice>>,
    /// Whether to arrive without a sound.
    pub silent: bool,
    /// What goes into the audit: how something ended that was done, or why it was refused. None: nothing was done, or it
    /// was confirmed and done.
    pub outcome: Option<Outcome>,
}

impl Reply {
    /// Words alone.
    pub fn text(text: Markup) -> Self {
        Self { text, ..Self::default() }
    }

    /// Says how it ended, for the audit.
    #[must_use]
    pub fn ended(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// Adds a picture.
    #[must_use]
    pub fn drawn(mut self, drawing: Drawing) -> Self {
        self.drawing = Some(drawing);
        self
    }

    /// Adds a row of choices; an empty one is no row.
    #[must_use]
    pub fn row(mut self, choices: impl IntoIterator<Item = Choice>) -> Self {
        let row: Vec<Choice> = choices.into_iter().collect();
        if !row.is_empty() {
            self.choices.push(row);
        }
        self
    }
}

/// A picture to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// What.
    pub chart: render::Chart,
    /// What it shows, in words.
    pub alt: String,
}

/// Something to press.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What the button says.
    pub label: String,
    /// What it does.
    pub action: Action,
}

impl Choice {
    /// A button that says a command.
    pub fn run(label: impl Into<String>, line: impl Into<String>) -> Self {
        Self { label: label.into(), action: Action::Run { line: line.into(), confirmed: false, edit: false } }
    }

    /// A button that says a command and puts the answer where the question was.
    pub fn turn(label: impl Into<String>, line: impl Into<String>) -> Self {
        Self { label: label.into(), action: Action::Run { line: line.into(), confirmed: false, edit: true } }
    }

    /// A button that confirms a dangerous command.
    pub fn confirm(label: impl Into<String>, line: impl Into<String>) -> Self {
        Self { label: label.into(), action: Action::Run { line: line.into(), confirmed: true, edit: true } }
    }

    /// A button that lets it be.
    pub fn dismiss(label: impl Into<String>) -> Self {
        Self { label: label.into(), action: Action::Dismiss }
    }
}

/// What a button does. Kept in the store under the button's key, never in the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// As if its presser had written this.
    Run {
        /// A command line.
        line: String,
        /// Whether it answers "are you sure".
        confirmed: bool,
        /// Whether the answer takes the place of the message with the button.
        edit: bool,
    },
    /// Takes the buttons away.
    Dismiss,
}

impl Action {
    /// Whether it changes something outside Vakhta.
    pub fn acts(&self) -> bool {
        matches!(self, Self::Run { confirmed: true, .. })
    }

    /// Whether it answers a question, which can be answered once.
    pub fn answers(&self) -> bool {
        self.acts() || matches!(self, Self::Dismiss)
    }
}
