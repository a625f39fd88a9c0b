//! Command lines: there a name is an option or a variable, so more names are known to be secret than in the prose of a log.

use super::MARK;

/// Parts of a name whose value nobody should read in a chat.
const SECRET: [&str; 10] =
    ["pass", "pwd", "secret", "token", "apikey", "api-key", "api_key", "credential", "auth", "private"];

/// The words of a command, put together again, with the values of secret names struck out: the value of `--password=x`, `--token x` and
/// `DB_PASSWORD=x`, and the password of `scheme://user:password@host`. A word that holds a line of shell is looked
/// through word by word.
pub(super) fn strike(words: &[String]) -> String {
    let mut shown = Vec::new();
    let mut is_next = false;
    for word in words.iter().flat_map(|it| it.split_whitespace()) {
        if std::mem::take(&mut is_next) && !word.starts_with('-') {
            shown.push(MARK.to_owned());
            continue;
        }
        is_next = word.starts_with('-') && !word.contains('=') && is_secret(word);
        shown.push(self::word(word));
    }
    shown.join(" ")
}

fn word(word: &str) -> String {
    match word.split_once('=') {
        Some((name, value)) if is_secret(name) && !value.is_empty() => format!("{name}={MARK}"),
        Some((name, value)) => format!("{name}={}", address(value)),
        None => address(word),
    }
}

/// A name that says that its value is a secret: of its last part, so that `--auth-url=x` shows where it leads.
fn is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let plain = ["file", "path", "url", "host", "user", "name", "type", "method", "mode"];
    let is_about = plain.iter().any(|it| lower.ends_with(it));
    !is_about && (SECRET.iter().any(|it| lower.contains(it)) || lower.ends_with("key"))
}

fn address(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some(at) = rest[..end].rfind('@') else { return word.to_owned() };
    let user = rest[..at].split(':').next().unwrap_or_default();
    let user = if rest[..at].contains(':') { format!("{user}:{MARK}") } else { MARK.to_owned() };
    format!("{scheme}://{user}{}", &rest[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: &str) {
        let words: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(strike(&words), expected);
    }

    #[test]
    fn secrets_are_struck_out_and_the_rest_is_shown() {
        check(&["nginx", "-g", "daemon off;"], "nginx -g daemon off;");
        check(&["app", "--password=hunter2", "--port=80"], "app --password=••• --port=80");
        check(&["app", "--api-key", "abc", "--verbose"], "app --api-key ••• --verbose");
        check(&["app", "--token", "--verbose"], "app --token --verbose");
        check(
            &["sh", "-c", "DB_PASSWORD=x AWS_SECRET_KEY=y ./run"],
            "sh -c DB_PASSWORD=••• AWS_SECRET_KEY=••• ./run",
        );
        check(&["redis-server", "--requirepass", "s3cret"], "redis-server --requirepass •••");
        check(&["app", "--password-file=/run/secrets/x"], "app --password-file=/run/secrets/x");
        check(&["x", "postgres://shop:p@ss@db:5432/shop"], "x postgres://shop:•••@db:5432/shop");
        check(&["x", "--dsn=https://0123abc@sentry.io/1"], "x --dsn=https://•••@sentry.io/1");
        check(&["x", "https://example.org/a@b"], "x https://example.org/a@b");
        check(&[], "");
    }
}
