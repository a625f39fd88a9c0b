//! What the real server refuses, in its own words (Bot API 10.1 and its open source).

use serde_json::{Map, Value};

/// A refusal: code and description.
pub(super) type Refusal = (u16, String);

pub(super) fn bad<T>(words: impl Into<String>) -> Result<T, Refusal> {
    Err((400, format!("Bad Request: {}", words.into())))
}

/// Reads a text or caption as the server does; what a reader sees is answered.
pub(super) fn words(fields: &Map<String, Value>, field: &str, limit: usize) -> Result<String, Refusal> {
    let raw = fields.get(field).and_then(Value::as_str).unwrap_or_default();
    if 32_768 < raw.len() {
        return bad("text is too long");
    }
    let seen = match fields.get("parse_mode") {
        None => raw.to_owned(),
        Some(Value::String(mode)) if mode == "HTML" => html(raw)?,
        Some(_) => return bad("unsupported parse_mode"),
    };
    if limit < seen.chars().count() {
        return bad(if field == "caption" { "message caption is too long" } else { "message is too long" });
    }
    Ok(seen.trim_matches([' ', '\n']).to_owned())
}

/// The tags we could ever send; anything else is as wrong here as there.
fn html(raw: &str) -> Result<String, Refusal> {
    const TAGS: [&str; 7] = ["b", "i", "u", "s", "code", "pre", "blockquote"];
    let mut open: Vec<&str> = Vec::new();
    let mut seen = String::new();
    let mut rest = raw;
    while let Some(at) = rest.find(['<', '&']) {
        seen.push_str(&rest[..at]);
        let offset = raw.len() - rest.len() + at;
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('&') {
            let known = [("lt;", "<"), ("gt;", ">"), ("amp;", "&"), ("quot;", "\"")];
            let found = known.iter().find(|(name, _)| after.starts_with(name));
            let (name, stands_for) = found.unwrap_or(&("", "&"));
            seen.push_str(stands_for);
            rest = &after[name.len()..];
            continue;
        }
        let Some(end) = rest.find('>') else {
            return bad(format!("can't parse entities: Unclosed start tag at byte offset {offset}"));
        };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        match tag.strip_prefix('/') {
            Some(name) if open.last() == Some(&name) => drop(open.pop()),
            Some(_) => {
                return bad(format!("can't parse entities: Unmatched end tag at byte offset {offset}"));
            }
            None if TAGS.contains(&tag) => open.push(tag),
            None => {
                return bad(format!(
                    "can't parse entities: Unsupported start tag \"{tag}\" at byte offset {offset}"
                ));
            }
        }
    }
    seen.push_str(rest);
    match open.last() {
        None => Ok(seen),
        Some(tag) => {
            bad(format!("can't parse entities: Can't find end tag corresponding to start tag \"{tag}\""))
        }
    }
}

/// A keyboard as the server takes it.
pub(super) fn keyboard(fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let Some(markup) = fields.get("reply_markup") else { return Ok(Value::Null) };
    if !markup.is_object() {
        return bad("object expected as reply markup");
    }
    let rows = markup["inline_keyboard"].as_array().cloned().unwrap_or_default();
    for button in rows.iter().flat_map(|row| row.as_array().cloned().unwrap_or_default()) {
        let Some(fields) = button.as_object() else { return bad("can't parse inline keyboard button") };
        if let Some((field, _)) = fields.iter().find(|(_, value)| value.is_null()) {
            return bad(format!(
                "can't parse inline keyboard button: Field \"{field}\" must be of type String"
            ));
        }
        let Some(key) = fields.get("callback_data").and_then(Value::as_str) else {
            return bad(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            );
        };
        if key.is_empty() || 64 < key.len() {
            return bad("BUTTON_DATA_INVALID");
        }
    }
    Ok(markup.clone())
}

/// A picture by its first bytes.
pub(super) fn picture(name: &str, bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return bad("file must be non-empty");
    }
    if 10 << 20 < bytes.len() {
        return bad(format!("file of size {} bytes is too big for a photo", bytes.len()));
    }
    if ![".png", ".jpg", ".jpeg"].iter().any(|it| name.ends_with(it)) {
        return bad("PHOTO_EXT_INVALID");
    }
    let is_picture = bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8");
    if is_picture { Ok(()) } else { bad("IMAGE_PROCESS_FAILED") }
}

/// A list of commands.
pub(super) fn commands(fields: &Map<String, Value>) -> Result<Vec<(String, String)>, Refusal> {
    let listed = fields.get("commands").and_then(Value::as_array).cloned().unwrap_or_default();
    if 100 < listed.len() {
        return bad("BOT_COMMANDS_TOO_MUCH");
    }
    listed
        .iter()
        .map(|it| {
            let name = it["command"].as_str().unwrap_or_default();
            let description = it["description"].as_str().unwrap_or_default();
            let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
            if name.is_empty() || !name.chars().all(plain) {
                return bad("BOT_COMMAND_INVALID");
            }
            if 32 < name.len() {
                return bad("command length must not exceed 32");
            }
            if description.trim().is_empty() {
                return bad("command description must be non-empty");
            }
            Ok((name.to_owned(), description.to_owned()))
        })
        .collect()
}
