//! What holds of every setting and every declaration: asked by tests and fuzzers.

use std::io;
use std::path::Path;

use jobs::declare::BUILT_IN;

use super::environment::FileText;
use super::{Environment, KnownNames, Mistakes, Purpose, address, check, declared, duration, mask, zone};

const TOKEN: &str = "123456789:AAExampleExampleExampleExampleExampl";

const KNOWN: KnownNames<'static> = KnownNames {
    metrics: &[
        "cpu.busy",
        "memory.used",
        "load.1",
        "disk.used",
        "disk.free",
        "disk.inodes",
        "psi.cpu",
        "net.in",
    ],
    remedies: &["dangling_images", "unused_images", "build_cache", "stopped_containers"],
    commands: &["restart", "stop", "fix", "jobs"],
    languages: &["en", "ru", "de"],
};

/// Any text as a declaration: what is understood is understood by the whole reading too; a mistake is shown where it
/// is, and no token that stands there comes out.
pub fn declaration(text: &str) {
    let alone = declared::read("x.toml", text, KNOWN);
    if let Err(mistakes) = &alone {
        shown(mistakes, text);
    }
    let with_token = format!("{text}\nbot_token = \"{TOKEN}\"\n");
    if let Err(mistakes) = declared::read("x.toml", &with_token, KNOWN) {
        shown(&mistakes, &with_token);
    }
    let config = whole("VAKHTA_CONFIG=x.toml", text);
    match (&alone, &config) {
        (Ok(declared), Ok(config)) => {
            assert_eq!(declared.rules.len(), config.rules.len());
            assert!(config.jobs.len() + config.off.len() == declared.jobs.len());
        }
        (Err(_), Ok(_)) => panic!("a wrong declaration was taken"),
        (_, Err(mistakes)) => shown(mistakes, text),
    }
}

/// Any text as `.env`, and each of its values as an address, a length of time and a zone: what is read is shown without
/// its passwords, and what is wrong is said without a secret.
pub fn environment(text: &str) {
    match whole(text, BUILT_IN) {
        Ok(config) => {
            // Put where it belongs, and nowhere else.
            if config.settings.token.is_some() && text.matches(TOKEN).count() == 1 {
                let shown: Vec<&str> = config.settings.lines.iter().map(|it| it.shown.as_str()).collect();
                assert!(!shown.concat().contains(TOKEN) && !format!("{config:?}").contains(TOKEN));
            }
        }
        Err(mistakes) => shown(&mistakes, text),
    }
    let masked = mask::mask_source(text);
    assert_eq!(masked.len(), text.len(), "masking moves nothing");
    // Each that is no zone is held against the names of all.
    for word in text.split([' ', '\n', '=']).take(6) {
        if let Ok(length) = duration::parse(word) {
            assert!(length.as_secs() <= 10 * 365 * 86_400);
        }
        if let Ok((name, _)) = zone::get(word) {
            assert_eq!(zone::get(&name).map(|it| it.0), Ok(name), "a zone is called as it is spelt");
        }
        if let Ok(address) = address::Address::parse(word) {
            let shown = address.shown();
            let bare = |it: &&str| *it != "***" && shown.contains(&format!("://{it}@"));
            assert!(!address.user.as_ref().is_some_and(bare), "a password is shown: {shown}");
            let _ = address.is_private();
        }
        assert!(mask::quoted(word).chars().count() <= 10 * 61);
    }
}

fn whole(dotenv: &str, declaration: &str) -> Result<super::Config, Mistakes> {
    let files = [(".env", dotenv.to_owned()), ("x.toml", declaration.to_owned())];
    let read = move |path: &Path| {
        let file = files.iter().find(|it| Path::new(it.0) == path).ok_or(io::ErrorKind::NotFound)?;
        Ok(FileText { bytes: file.1.clone().into_bytes(), mode: Some(0o100_600) })
    };
    check(&Environment::new([], Box::new(read)), KNOWN, Purpose::Local)
}

/// Every mistake says what and what instead, where it is, and no secret.
fn shown(mistakes: &Mistakes, text: &str) {
    assert!(!mistakes.is_empty());
    for mistake in mistakes.iter() {
        // What is no TOML says itself what was expected in its place.
        assert!(!mistake.message.is_empty(), "{mistake:?}");
        if let Some(span) = &mistake.span {
            assert!(text.get(span.clone()).is_some() || text.len() <= span.start, "{mistake:?}");
        }
    }
    for colours in [false, true] {
        let told = mistakes.text(colours);
        assert!(!told.contains(TOKEN), "a token comes out: {told}");
        assert!(colours || !told.contains('\u{1b}'), "an escape comes out");
    }
}
