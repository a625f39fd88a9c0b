//! Words: `/status` of a machine that was just looked at, and a firing alert, in both languages.

use std::sync::Arc;

use async_trait::async_trait;
use criterion::Criterion;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use jobs::alert::{Alert, AlertKey, Finding, Judgement, Severity, Side, Step, advance};
use jobs::declare::{BUILT_IN, Declared};
use jobs::fakes::{World, scenes};
use jobs::incident::{Entry, Incident};
use jobs::metric::SeriesKey;
use jobs::mute::{HeldBack, Mute};
use jobs::ports::StoreError;
use jobs::role::Role;
use jobs::sample::{self, Look};
use jobs::{Ports, heal};
use vakhta::command::{
    self, About, Because, CommandContext, Follows, Health, HealthFacts, Incidents, JobBoard, Mutes, Progress,
    Shown, Tongues,
};
use vakhta::config::{KnownNames, declared};
use vakhta::gate::{Gate, Verdict};
use vakhta::locale::{LOCALES, Locale};
use vakhta::markup::Markup;
use vakhta::message::{ChatId, Heard, Incoming, MessageId, Place, UserId};
use vakhta::present::{Reply, Voice, alert};
use vakhta::run::JobFacts;

const OWNER: UserId = UserId(42);

pub(super) fn speak(criterion: &mut Criterion) {
    let now = scenes::at(0);
    let world = World::new();
    let look = Look {
        now: Arc::new(scenes::machine(now)),
        before: Some(Arc::new(scenes::machine(scenes::at(-10)))),
        containers: Ok(Vec::new()),
        usage: Err(jobs::ports::Unknown::because("not counted")),
    };
    let ports = Ports {
        host: world.clone(),
        engine: world.clone(),
        store: world,
        latest: Arc::default(),
        beacon: None,
        ward: None,
    };
    ports.latest.put(Arc::new(look));
    let metrics: Vec<&str> = sample::METRICS.iter().map(|it| it.id).collect();
    let remedies: Vec<&str> = heal::remedy_names().collect();
    let known = KnownNames { metrics: &metrics, remedies: &remedies, commands: &[], languages: &[] };
    let declared = declared::read("built-in", BUILT_IN, known).expect("it is right");
    let alert = firing(&declared, now);
    let rule = declared.rules.iter().find(|it| it.name == alert.key.rule);
    let about = About { host: "server".to_owned(), ..About::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let status = command::find("status").expect("a command");
    for locale in &LOCALES {
        let voice = Voice { locale, zone: TimeZone::UTC };
        let context = CommandContext {
            allowed: jobs::ports::Allowed::default(),
            operator: operator(now),
            place: Place::chat(ChatId(OWNER.0)),
            now,
            voice: &voice,
            confirmed: false,
            ports: &ports,
            declared: &declared,
            board: &Nobody,
            health: &Nobody,
            redactor: &Arc::default(),
            follows: &Follows::default(),
            incidents: &Nobody,
            mutes: &Nobody,
            tongues: &Nobody,
            progress: &Nobody,
            about: &about,
        };
        criterion.bench_function(&format!("say /status, {}", locale.tag()), |it| {
            it.iter(|| runtime.block_on(status.run(&context, &[])).expect("an answer"));
        });
        criterion.bench_function(&format!("say an alert, {}", locale.tag()), |it| {
            it.iter(|| alert::told(&voice, "web-1", &alert, Step::Fired, rule, None, now));
        });
    }
}

/// An alert that has just fired.
fn firing(declared: &Declared, now: Timestamp) -> Alert {
    let rule = declared.rules.iter().find(|it| it.name == "cpu").expect("a built-in rule");
    let key = AlertKey { rule: rule.name.clone(), series: SeriesKey::whole("cpu.busy") };
    let finding = Finding {
        observed: 97.0,
        limit: 95.0,
        side: Side::Above,
        severity: Severity::Critical,
        forecast: None,
    };
    let (pending, _) = advance(None, &Judgement::Ill(finding), rule, &key, scenes::at(-600));
    let (fired, step) = advance(pending.as_ref(), &Judgement::Ill(finding), rule, &key, now);
    assert_eq!(step, Step::Fired);
    fired.expect("it fires")
}

fn operator(now: Timestamp) -> vakhta::gate::Operator {
    let incoming = Incoming {
        from: OWNER,
        language: None,
        place: Place::chat(ChatId(OWNER.0)),
        group: false,
        at: now,
        heard: Heard::Said { message: vakhta::message::MessageId(1), text: "/status".to_owned() },
    };
    match Gate::new(vec![(OWNER, Role::Admin)]).judge(&incoming, now) {
        Verdict::Admitted(operator) => operator,
        Verdict::Turned { .. } => panic!("the owner is admitted"),
    }
}

/// No jobs, no mutes, nobody who waits.
struct Nobody;

impl Tongues for Nobody {
    fn of(&self, _: UserId) -> (&'static Locale, Because) {
        (&LOCALES[0], Because::Setting)
    }

    fn choose(&self, _: UserId, _: Option<&'static Locale>) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Health for Nobody {
    fn facts(&self) -> HealthFacts {
        HealthFacts::default()
    }
}

#[async_trait]
impl JobBoard for Nobody {
    fn off(&self) -> Vec<vakhta::run::OffJob> {
        Vec::new()
    }

    fn facts(&self) -> Vec<JobFacts> {
        Vec::new()
    }

    async fn run_now(&self, _: &str) -> Option<JobFacts> {
        None
    }
}

impl Incidents for Nobody {
    fn open(&self) -> Result<Vec<Incident>, StoreError> {
        Ok(Vec::new())
    }

    fn between(&self, _: Timestamp, _: Timestamp) -> Result<Vec<Incident>, StoreError> {
        Ok(Vec::new())
    }

    fn incident(&self, _: i64) -> Result<Option<Incident>, StoreError> {
        Ok(None)
    }

    fn record(&self, _: i64) -> Result<Vec<Entry>, StoreError> {
        Ok(Vec::new())
    }

    fn of_card(&self, _: ChatId, _: MessageId) -> Result<Option<i64>, StoreError> {
        Ok(None)
    }

    fn acknowledge(&self, _: i64, _: UserId, _: Timestamp) -> Result<Option<Incident>, StoreError> {
        Ok(None)
    }

    fn tell_heals(&self, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    fn release(&self, _: i64, _: UserId, _: Timestamp) -> Result<Option<Incident>, StoreError> {
        Ok(None)
    }
}

impl Mutes for Nobody {
    fn in_force(&self, _: Timestamp) -> Result<Vec<Mute>, StoreError> {
        Ok(Vec::new())
    }

    fn coming(&self, _: Timestamp) -> Vec<Mute> {
        Vec::new()
    }

    fn set(&self, _: &Mute) -> Result<(), StoreError> {
        Ok(())
    }

    fn end(&self, _: &Mute, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    fn held(&self) -> Result<HeldBack, StoreError> {
        Ok(HeldBack::default())
    }

    fn digest_after(&self, _: Timestamp) -> Option<Timestamp> {
        None
    }
}

#[async_trait]
impl Progress for Nobody {
    async fn say(&self, _: Markup) {}

    async fn show(&self, _: Reply) -> Shown {
        Shown::Gone
    }

    fn can_change(&self) -> bool {
        false
    }

    fn takes_files(&self) -> bool {
        false
    }

    fn leave(&self) {}
}
