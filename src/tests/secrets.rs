//! What people read of a container that writes its password everywhere.

use jobs::fakes::scenes;
use jobs::ports::{
    ContainerDetail, ContainerState, EngineError, EngineEvent, EventAction, HealthCheck, Heard, Log, LogLine,
    LogStream, Processes,
};

use super::{Bench, Setup, minutes};
use crate::redact::MARK;

const SECRET: &str = "hunter2hunter2";

fn line(text: &str) -> LogLine {
    LogLine { stream: LogStream::Err, at: None, text: text.to_owned() }
}

/// A log, a command line, a health check, a label, a process, an event, and a refusal of Docker's that quotes a command.
/// A name is not looked through: it is what people type.
#[tokio::test(start_paused = true)]
async fn a_secret_is_in_no_reply_wherever_a_container_has_it() {
    let bench = Bench::start(Setup { rules: &[], jobs: &["heal"], ..Setup::default() }).await;
    let mut web = scenes::container("web", ContainerState::Running);
    web.labels.push(("vakhta.note".to_owned(), format!("token={SECRET}")));
    let event = |action: EventAction| EngineEvent {
        at: bench.clock.now(),
        action,
        id: web.id.clone(),
        name: web.name.clone(),
        image: web.image.clone(),
        project: None,
        service: None,
        labels: web.labels.clone(),
    };
    bench.world.set_detail(ContainerDetail {
        id: web.id.clone(),
        name: web.name.clone(),
        state: ContainerState::Running,
        command: vec![
            "sh".to_owned(),
            "-c".to_owned(),
            format!("DB_PASS={SECRET} app --requirepass {SECRET}"),
        ],
        health_log: vec![HealthCheck {
            exit_code: Some(1),
            output: format!("\"password\": \"{SECRET}\"\npostgres://shop:{SECRET}@db/shop refused"),
            ..HealthCheck::default()
        }],
        ..ContainerDetail::default()
    });
    let lines = [format!("connecting with password={SECRET}"), format!("fatal: token={SECRET} refused")];
    bench.world.set_log("web", Log { lines: lines.iter().map(|it| line(it)).collect(), cut: false });
    bench.world.set_top(
        "web",
        Processes {
            titles: ["PID", "TIME", "CMD"].map(str::to_owned).to_vec(),
            rows: vec![["1".to_owned(), "00:01".to_owned(), format!("a --apikey {SECRET}")].to_vec()],
        },
    );
    bench.world.set_happened(vec![event(EventAction::Other(format!("odd: token={SECRET}")))]);
    let refusal = format!("OCI runtime create failed: exec: \"app --password={SECRET}\": not found");
    bench.world.refuse("act", EngineError::Refused(refusal));
    bench.world.set_containers(vec![web.clone()]);
    bench.engine_says(Heard::Listed(vec![web.clone()])).await;
    bench.pass(minutes(5)).await;
    bench.said();

    let mut all = Vec::new();
    for (asked, is_marked) in [
        ("/ps", false),
        ("/ps web", false),
        ("/logs web", true),
        ("/logs web --file", true),
        ("/inspect web", true),
        ("/top web", true),
        ("/events", true),
        ("/stats web", false),
        ("/restart web", false),
        ("Yes, restart", true),
        ("/audit", false),
    ] {
        match asked.strip_prefix('/') {
            Some(_) => bench.says(asked).await,
            None => bench.presses(asked).await,
        }
        bench.pass(minutes(1)).await;
        let said = bench.said();
        assert!(!said.is_empty(), "{asked}");
        assert_eq!(said.concat().contains(MARK), is_marked, "{asked}: {said:?}");
        all.extend(said);
    }
    // And a crash, with its last words and its record.
    bench.engine_says(Heard::Event(event(EventAction::Die { exit_code: Some(1) }))).await;
    bench.pass(minutes(5)).await;
    let told = bench.said();
    assert!(told.concat().contains(MARK), "{told:?}");
    bench.says("/why 1").await;
    bench.pass(minutes(1)).await;
    all.extend(told.into_iter().chain(bench.said()));
    let telling: Vec<&String> = all.iter().filter(|it| it.contains("hunter2")).collect();
    assert_eq!(telling, Vec::<&String>::new());
}
