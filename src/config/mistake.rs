//! What is wrong with the settings, shown so that it can be put right.

use std::fmt;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::mask::{mask_shapes, mask_source};

/// One thing that is wrong, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file, or the environment variable.
    pub file: String,
    /// The line, from 1; 0 when it is about the whole.
    pub line: usize,
    /// The column in characters, from 1; 0 when it is about the whole.
    pub column: usize,
    /// The bytes of the file that are meant.
    pub span: Option<Range<usize>>,
    /// What is wrong. Never holds a value that could be a secret.
    pub message: String,
    /// What would be right.
    pub remedy: String,
}

impl Mistake {
    /// A mistake that is not in the text of a file.
    pub fn whole(file: impl Into<String>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::at_line(file, 0, message, remedy)
    }

    /// A mistake in a line that is not to be shown.
    pub fn at_line(
        file: impl Into<String>,
        line: usize,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let message = mask_shapes(&message.into());
        Self { file: file.into(), line, column: 0, span: None, message, remedy: remedy.into() }
    }

    /// A mistake in a text that is at hand.
    pub fn in_text(
        file: impl Into<String>,
        text: &str,
        span: Range<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span: Some(span),
            ..Self::whole(file, message, remedy)
        }
    }
}

/// Everything that is wrong, at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    list: Vec<Mistake>,
    /// Files that spans point into, masked.
    sources: Vec<(String, String)>,
}

impl Mistakes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, mistake: Mistake) {
        self.list.push(mistake);
    }

    /// Adds what another reader found.
    pub fn extend(&mut self, other: Self) {
        self.list.extend(other.list);
        self.sources.extend(other.sources);
    }

    /// Keeps the text of a file, so that lines of it can be shown. What looks like a secret is starred out first.
    pub fn keep_source(&mut self, file: impl Into<String>, text: &str) {
        self.sources.push((file.into(), mask_source(text)));
    }

    /// One by one, in the order in which they are shown.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.list.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether all is well.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// `value` when there are none.
    pub fn or<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            _ => Err(self),
        }
    }

    /// All of them with file, line and caret, and the count at the end.
    pub fn text(&self, colour: bool) -> String {
        let mut renderer = Renderer::plain();
        if colour {
            renderer = Renderer::styled().decor_style(DecorStyle::Unicode);
        }
        let mut text = String::new();
        for mistake in &self.list {
            text.push_str(&self.show(&renderer, mistake));
            text.push_str("\n\n");
        }
        let count = match self.len() {
            1 => "1 mistake".to_owned(),
            count => format!("{count} mistakes"),
        };
        text.push_str(&count);
        text.push('\n');
        text
    }

    fn show(&self, renderer: &Renderer, mistake: &Mistake) -> String {
        let title = Level::ERROR.primary_title(mistake.message.as_str());
        let source = self.sources.iter().find(|(file, _)| *file == mistake.file);
        let shown = match (source, &mistake.span) {
            (Some((file, text)), Some(span)) => {
                let span = visible(text, span);
                let start = text[..span.start].rfind('\n').map_or(0, |end| end + 1);
                let end = text[span.start..].find('\n').map_or(text.len(), |end| span.start + end);
                if WIDEST < end - start {
                    title.element(Origin::path(file.as_str()).line(mistake.line))
                } else {
                    // Of the whole file drawing would cost more than its length.
                    let annotation = AnnotationKind::Primary.span(span.start - start..span.end - start);
                    let line = Snippet::source(&text[start..end]).line_start(mistake.line.max(1));
                    title.element(line.path(file.as_str()).annotation(annotation))
                }
            }
            _ if mistake.line == 0 => title.element(Origin::path(mistake.file.as_str())),
            _ => title.element(Origin::path(mistake.file.as_str()).line(mistake.line)),
        };
        let group: Group<'_> = match mistake.remedy.as_str() {
            "" => shown,
            remedy => shown.element(Level::HELP.message(remedy)),
        };
        renderer.render(&[group])
    }
}

/// A line of more bytes is named and not shown: nobody could read it, and drawing it costs the square of its length.
const WIDEST: usize = 2000;

/// A span that lies within the text and its first line, and is at least one character wide where there is one.
fn visible(text: &str, span: &Range<usize>) -> Range<usize> {
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = floor(span.start);
    let line_end = text[start..].find('\n').map_or(text.len(), |end| start + end);
    let least = text[start..].chars().next().filter(|letter| *letter != '\n').map_or(0, char::len_utf8);
    start..floor(span.end).min(line_end).max(start + least)
}

/// Without colours.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(false))
    }
}

impl std::error::Error for Mistakes {}
