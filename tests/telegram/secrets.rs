//! The token is in no error and in no log, whatever happens.

use std::io;
use std::sync::{Arc, Mutex};

use secrecy::SecretString;
use tracing_subscriber::fmt::MakeWriter;
use vakhta::markup::Markup;
use vakhta::message::{Message, MessageId, Picture};
use vakhta::telegram::{Telegram, TelegramSettings};
use vakhta::transport::Transport;

use super::botapi::{BotApi, Fault, TOKEN};
use super::{HASTY, HOME, Kept, OWNER, png, settings, telegram};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_token_is_in_no_error_and_in_no_log() {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(written.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let api = BotApi::start();
    let telegram = telegram(&api, HASTY);
    let message = Message {
        text: Markup::text("words"),
        picture: Some(Picture { png: png(8, 8), alt: String::new() }),
        ..Message::default()
    };
    let mut told = format!("{telegram:?}");
    let mut note = |outcome: String| told.push_str(&outcome);
    // A proxy that quotes what it was asked for.
    let quoting: &'static str = Box::leak(format!("Bad Request: no route to /bot{TOKEN}/x").into_boxed_str());
    let faults = [
        Fault::Reset,
        Fault::HangUp,
        Fault::Hang,
        Fault::Html(502),
        Fault::Html(404),
        Fault::Html(302),
        Fault::Portal,
        Fault::Refuse(400, quoting),
        Fault::Refuse(401, quoting),
        Fault::Refuse(403, quoting),
        Fault::Refuse(404, quoting),
        Fault::Refuse(409, quoting),
        Fault::Refuse(500, quoting),
        Fault::Huge(17 << 20),
        Fault::Truncated,
        Fault::BrokenJson,
    ];
    for fault in faults {
        for method in
            ["getUpdates", "sendPhoto", "sendMessage", "editMessageText", "editMessageMedia", "getMe"]
        {
            api.fault_next(method, fault.clone());
        }
        api.say(OWNER, OWNER, "/status");
        api.raw_update(1, "{}");
        note(format!("{:?}", telegram.receive().await));
        note(format!("{:?}", telegram.deliver(HOME, &message).await));
        note(format!("{:?}", telegram.edit(HOME, MessageId(1), &message).await));
        match telegram.get_me().await {
            Ok(_) => panic!("{fault:?} did not happen"),
            Err(error) => note(format!("{error} {error:?}")),
        }
        api.heal();
    }
    api.go_down().await;
    note(format!("{:?}", telegram.receive().await));
    note(format!("{:?}", telegram.get_me().await));

    let log = String::from_utf8(written.0.lock().expect("whole").clone()).expect("words");
    assert!(log.contains("the picture was refused"), "the log was not caught: {log}");
    assert!(told.contains("[token]"), "the token was not quoted to us: {told}");
    let (_, secret) = TOKEN.split_once(':').expect("a token");
    for text in [&told, &log] {
        let at = text.find(secret).map(|at| text[at.saturating_sub(300)..].to_owned());
        assert_eq!(at.map(|it| it.chars().take(400).collect::<String>()), None);
    }
}

#[tokio::test]
async fn a_setting_that_is_wrong_is_told_without_its_secrets() {
    let wrong = |change: &dyn Fn(&mut TelegramSettings)| {
        let mut settings = settings("http://127.0.0.1:1".into(), HASTY);
        change(&mut settings);
        let shown = format!("{settings:?}");
        let error = Telegram::new(settings, Arc::new(Kept::default())).expect_err("a wrong setting");
        format!("{error} {error:?} {shown}")
    };
    let (_, secret) = TOKEN.split_once(':').expect("a token");
    for told in [
        wrong(&|it| it.token = SecretString::from(format!("{TOKEN}!"))),
        wrong(&|it| it.token = SecretString::from(secret)),
        wrong(&|it| it.api_url = "api.telegram.org".into()),
        wrong(&|it| it.proxy = Some(format!("telnet://user:{secret}@host"))),
    ] {
        assert!(!told.contains(secret), "{told}");
        assert!(told.contains("BOT_TOKEN") || told.contains("TELEGRAM_"), "{told}");
    }
}
