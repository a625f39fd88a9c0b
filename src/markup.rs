//! Text with emphasis, escaped by construction. What a chat shows as HTML, a terminal as colours, a log as words.
//!
//! Emphasis is kept as spans and not as a string with tags in it: a span can be cut in two, counted as the reader
//! counts, and can never be mistaken for markup, whatever a container is called.

use std::fmt;

/// How a span is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// A name or a figure to be copied: monospaced, within the line.
    Code,
    /// A block of its own, monospaced.
    Block,
}

/// A stretch of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// How it is set.
    pub style: Style,
    /// What it says, unescaped.
    pub text: String,
}

/// Text with emphasis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    spans: Vec<Span>,
}

impl Markup {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new().plain(text)
    }

    /// Adds plain text.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.with(Style::Plain, text)
    }

    /// Adds bold text.
    #[must_use]
    pub fn bold(self, text: impl Into<String>) -> Self {
        self.with(Style::Bold, text)
    }

    /// Adds italic text.
    #[must_use]
    pub fn italic(self, text: impl Into<String>) -> Self {
        self.with(Style::Italic, text)
    }

    /// Adds a monospaced word.
    #[must_use]
    pub fn code(self, text: impl Into<String>) -> Self {
        self.with(Style::Code, text)
    }

    /// Adds a monospaced block.
    #[must_use]
    pub fn block(self, text: impl Into<String>) -> Self {
        self.with(Style::Block, text)
    }

    /// Adds an end of line.
    #[must_use]
    pub fn line(self) -> Self {
        self.plain("\n")
    }

    /// Adds all of another text.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        for span in other.spans {
            self = self.with(span.style, span.text);
        }
        self
    }

    /// Adds text in a style; joins it to the last span where the style is the same.
    #[must_use]
    pub fn with(mut self, style: Style, text: impl Into<String>) -> Self {
        let text = harmless(&text.into());
        if text.is_empty() {
            return self;
        }
        match self.spans.last_mut() {
            Some(last) if last.style == style && style != Style::Block => last.text.push_str(&text),
            _ => self.spans.push(Span { style, text }),
        }
        self
    }

    /// The lines from one number up to another, from 0; what is set as a block stays one.
    #[must_use]
    pub fn rows(&self, from: usize, to: usize) -> Self {
        let mut taken = Self::new();
        let mut number = 0;
        for span in &self.spans {
            let mut text = String::new();
            for piece in span.text.split_inclusive('\n') {
                if (from..to).contains(&number) {
                    // The end of the last line is no beginning of another.
                    let is_last = number + 1 == to;
                    text.push_str(if is_last { piece.trim_end_matches('\n') } else { piece });
                }
                number += usize::from(piece.ends_with('\n'));
            }
            taken = taken.with(span.style, text);
        }
        taken
    }

    /// Joins texts with an end of line between each.
    pub fn lines(lines: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::new();
        for (index, line) in lines.into_iter().enumerate() {
            if 0 < index {
                all = all.line();
            }
            all = all.then(line);
        }
        all
    }

    /// Reads a sentence of a catalogue: `<b>`, `<i>`, `<code>` and `<pre>` set a style, `&lt; &gt; &amp;` stand for
    /// themselves, anything else is text. Arguments go through [`escape`] before they are put into the sentence.
    pub fn parse(sentence: &str) -> Self {
        const TAGS: [(&str, Style); 8] = [
            ("<b>", Style::Bold),
            ("</b>", Style::Plain),
            ("<i>", Style::Italic),
            ("</i>", Style::Plain),
            ("<code>", Style::Code),
            ("</code>", Style::Plain),
            ("<pre>", Style::Block),
            ("</pre>", Style::Plain),
        ];
        let mut markup = Self::new();
        let mut style = Style::Plain;
        let mut rest = sentence;
        while let Some(at) = rest.find('<') {
            let (before, from) = rest.split_at(at);
            markup = markup.with(style, unescape(before));
            match TAGS.iter().find(|(tag, _)| from.starts_with(tag)) {
                Some((tag, next)) => {
                    style = *next;
                    rest = &from[tag.len()..];
                }
                None => {
                    markup = markup.with(style, "<");
                    rest = &from[1..];
                }
            }
        }
        markup.with(style, unescape(rest))
    }

    /// The spans, in order.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether there is nothing a reader would see.
    pub fn is_blank(&self) -> bool {
        self.spans.iter().all(|span| span.text.trim().is_empty())
    }

    /// Length as Telegram counts it: code points, after formatting.
    pub fn count(&self) -> usize {
        self.spans.iter().map(|span| span.text.chars().count()).sum()
    }

    /// As Telegram's HTML.
    pub fn to_html(&self) -> String {
        let mut html = String::new();
        for span in &self.spans {
            let (open, close) = match span.style {
                Style::Plain => ("", ""),
                Style::Bold => ("<b>", "</b>"),
                Style::Italic => ("<i>", "</i>"),
                Style::Code => ("<code>", "</code>"),
                Style::Block => ("<pre>", "</pre>"),
            };
            html.push_str(open);
            html.push_str(&escape(&span.text));
            html.push_str(close);
        }
        html
    }
}

/// As plain words.
impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans.iter().try_for_each(|span| f.write_str(&span.text))
    }
}

/// A text that others wrote, made harmless for the line that it stands in. Marks that turn writing around are gone; what
/// moves a terminal's cursor is a space; words of a language that is written from right to left are held between two
/// [`MARK`]s, else they would pull the figures behind them to their other side, and turn a line that begins with them.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Spaces behind a word from right to left: within it if another one follows, behind it if not.
    let mut gap = 0;
    let mut turned = false;
    for letter in text.chars() {
        match letter {
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                continue;
            }
            ' ' if turned => gap += 1,
            _ if is_from_right_to_left(letter) => {
                if !turned {
                    out.push(MARK);
                }
                out.extend(std::iter::repeat_n(' ', gap));
                out.push(letter);
                (turned, gap) = (true, 0);
            }
            _ => {
                if turned {
                    out.push(MARK);
                }
                out.extend(std::iter::repeat_n(' ', gap));
                let moves =
                    (letter.is_control() && letter != '\n') || matches!(letter, '\u{2028}' | '\u{2029}');
                out.push(if moves { ' ' } else { letter });
                (turned, gap) = (false, 0);
            }
        }
    }
    if turned {
        out.push(MARK);
    }
    out.extend(std::iter::repeat_n(' ', gap));
    out
}

/// The same, where only one line has room: a name, a button.
pub fn one_line(text: &str) -> String {
    harmless(text).replace('\n', " ")
}

/// Takes no room and is read from left to right (U+200E).
pub const MARK: char = '\u{200e}';

/// Letters of Hebrew, Arabic and their kin, by block.
fn is_from_right_to_left(letter: char) -> bool {
    matches!(letter,
        '\u{590}'..='\u{8ff}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

/// Makes a text harmless in HTML and in a catalogue's sentence.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_text() {
        let name = "<b>&\"_*";
        let sentence = format!("Restarted <b>{}</b>.", escape(name));
        let markup = Markup::parse(&sentence);
        assert_eq!(markup, Markup::text("Restarted ").bold(name).plain("."));
        assert_eq!(markup.to_html(), "Restarted <b>&lt;b&gt;&amp;\"_*</b>.");
        assert_eq!(markup.to_string(), "Restarted <b>&\"_*.");
    }

    #[test]
    fn a_name_cannot_turn_a_line_around() {
        assert_eq!(Markup::new().bold("\u{202e}cod.exe").to_string(), "cod.exe");
        let isolated = "\u{2067}a\u{2069}\u{200f}b\u{61c}";
        assert_eq!(Markup::text(isolated).to_string(), "ab");
    }

    #[test]
    fn words_from_right_to_left_keep_what_follows_in_its_place() {
        let said = Markup::text("סכנה 95 %").to_string();
        assert_eq!(said, "\u{200e}סכנה\u{200e} 95 %");
        assert_eq!(harmless("a שלום  עולם-db"), "a \u{200e}שלום  עולם\u{200e}-db");
        // Saying it again adds nothing.
        assert_eq!(Markup::new().then(Markup::text(&said)).to_string(), said);
    }

    #[test]
    fn nothing_moves_the_cursor_and_only_we_end_a_line() {
        assert_eq!(Markup::text("a\t\u{1b}[31m\r\u{85}\u{2028}b\nc").to_string(), "a  [31m   b\nc");
        assert_eq!(one_line("a\nb"), "a b");
    }

    #[test]
    fn a_lone_bracket_is_a_bracket() {
        assert_eq!(Markup::parse("1 < 2 <u>"), Markup::text("1 < 2 <u>"));
    }
}
