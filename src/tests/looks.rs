//! What people read who look closer: at what containers use and are, at images, volumes and networks.

use std::time::Duration;

use jiff::SignedDuration;
use jobs::fakes::scenes::{self, GIB};
use jobs::fakes::{Call, World};
use jobs::ports::{
    Attachment, Container, ContainerDetail, ContainerLoad, ContainerState, DiskUsage, EngineError,
    EngineEvent, EventAction, Group, Groups, Health, HealthCheck, ImageUse, Limits, Mount, Network,
    Processes, PublishedPort, RestartPolicy, VolumeUse,
};

use super::{Bench, Setup, minutes};

const MIB: u64 = 1 << 20;

async fn bench(containers: &[Container]) -> Bench {
    let bench = Bench::start(Setup { rules: &[], ..Setup::default() }).await;
    bench.world.set_containers(containers.to_vec());
    bench
}

fn running(name: &str) -> Container {
    scenes::container(name, ContainerState::Running)
}

/// Counts a minute apart of containers that use so many hundredths of a core and so many mebibytes.
fn counts(world: &World, uses: &[(&str, u64, u64)]) {
    counts_each(world, uses, 60);
}

fn counts_each(world: &World, uses: &[(&str, u64, u64)], apart: u64) {
    let at = |step: u64| {
        let group = |(name, share, memory): &(&str, u64, u64)| Group {
            container: format!("id-{name}"),
            cpu: Some(Duration::from_millis(share * 10 * step * apart)),
            memory: Some(memory * MIB),
            pids: Some(2),
        };
        Ok(Groups { clock: Duration::from_secs(step * apart), each: uses.iter().map(group).collect() })
    };
    world.script_groups((0..100).map(at));
}

impl Bench {
    /// What a message becomes when one of its buttons is pressed.
    async fn turns(&self, label: &str) -> String {
        self.presses(label).await;
        self.pass(Duration::from_secs(3)).await;
        let said = self.said();
        assert!(matches!(&said[..], [one] if one.contains("(edited)")), "{label}: {said:?}");
        said.concat()
    }

    /// What is answered, an instant or two later.
    async fn asks(&self, line: &str) -> Vec<String> {
        self.says(line).await;
        self.pass(Duration::from_secs(3)).await;
        self.said()
    }
}

#[tokio::test(start_paused = true)]
async fn what_containers_use_is_listed_the_busiest_first() {
    let mut hidden = running("hidden");
    hidden.labels.push(("vakhta.ignore".to_owned(), "true".to_owned()));
    let bench = bench(&[
        running("web"),
        running("db"),
        running("new"),
        scenes::container("old", ContainerState::Exited),
        hidden,
    ])
    .await;
    counts(&bench.world, &[("web", 5, 64), ("db", 143, 700), ("hidden", 90, 1)]);
    assert_eq!(
        bench.asks("/stats").await,
        [
            "10:00:01 📊 3 containers run\nCPU 148 % (100 % is one core), memory 764 MiB\nContainer            CPU    Memory\ndb                  143%   700 MiB\nweb                   5%    64 MiB\nnew                    –         –\nOf 1 container nothing is known yet.\n[🔄 Refresh] [By memory]\n[🟢 db] [🟢 web] [🟢 new]\n[🐳 Containers]"
        ]
    );
    assert_eq!(
        bench.asks("/stats memory").await,
        [
            "10:00:04 📊 3 containers run\nCPU 148 % (100 % is one core), memory 764 MiB\nContainer            CPU    Memory\ndb                  143%   700 MiB\nweb                   5%    64 MiB\nnew                    –         –\nOf 1 container nothing is known yet.\n[🔄 Refresh] [By CPU]\n[🟢 db] [🟢 web] [🟢 new]\n[🐳 Containers]"
        ]
    );
    bench.world.set_containers(vec![scenes::container("old", ContainerState::Exited)]);
    assert_eq!(
        bench.asks("/stats").await,
        ["10:00:06 📊 No container is running.\n[🔄 Refresh] [🐳 Containers]"]
    );
}

#[tokio::test(start_paused = true)]
async fn where_the_kernel_cannot_be_asked_docker_is_asked_of_a_few() {
    let names: Vec<String> = (0..40).map(|it| format!("box-{it:02}")).collect();
    let all: Vec<Container> = names.iter().map(|it| running(it)).collect();
    let bench = bench(&all).await;
    for (index, name) in names.iter().enumerate() {
        let load = ContainerLoad { cpu: Some(index as f64), memory: Some(GIB), ..ContainerLoad::default() };
        bench.world.set_load(name, load);
    }
    let said = bench.asks("/stats").await;
    let asked = bench.world.calls().into_iter().filter(|it| matches!(it, Call::Load(_))).count();
    assert_eq!(asked, 16);
    assert_eq!(
        said,
        [
            "10:00:00 📊 40 containers run\nCPU 120 % (100 % is one core), memory 16 GiB\nContainer            CPU    Memory\nbox-15               15%     1 GiB\nbox-14               14%     1 GiB\nbox-13               13%     1 GiB\nbox-12               12%     1 GiB\nbox-11               11%     1 GiB\nbox-10               10%     1 GiB\nbox-09                9%     1 GiB\nbox-08                8%     1 GiB\nbox-07                7%     1 GiB\nbox-06                6%     1 GiB\nbox-05                5%     1 GiB\nbox-04                4%     1 GiB\nbox-03                3%     1 GiB\nbox-02                2%     1 GiB\nbox-01                1%     1 GiB\nRead through Docker, 16 of 40: the kernel's own figures cannot be seen here (no control groups were scripted).\n[🔄 Refresh] [By memory]\n[2/2 ▶]\n[🟢 box-15] [🟢 box-14] [🟢 box-13]\n[🐳 Containers]"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn one_container_has_its_figures_and_its_history() {
    let bench = bench(&[running("shop-db-1"), running("shop-web-1")]).await;
    counts(&bench.world, &[("shop-db-1", 42, 512)]);
    bench.world.set_load(
        "shop-db-1",
        ContainerLoad {
            cpu: Some(41.7),
            memory: Some(512 * MIB),
            memory_limit: Some(GIB),
            received: Some(3 * GIB),
            sent: Some(200 * MIB),
            read: None,
            written: Some(9 * MIB),
            pids: Some(12),
        },
    );
    bench.pass(minutes(5)).await;
    assert_eq!(
        bench.asks("/stats db").await,
        [
            "10:05:00 🟢 shop-db-1 · up\nCPU 42 % of one core\nMemory 512 MiB of 1 GiB (50 %)\nNetwork since its start ↓ 3 GiB ↑ 200 MiB\nDisk since its start: read unknown, written 9 MiB\nProcesses and threads: 12\n(picture: shop-db-1: CPU, Memory)\n[1 h] [• 6 h] [1 d] [7 d]\n[🔄 Refresh] [📈 Graph]\n[🔎 Inspect] [⚙️ Processes] [📋 Logs]\n[🐳 Containers]"
        ]
    );
    bench.presses("7\u{a0}d").await;
    assert_eq!(
        bench.said(),
        [
            "10:05:03 (edited) 🟢 shop-db-1 · up\nCPU 42 % of one core\nMemory 512 MiB of 1 GiB (50 %)\nNetwork since its start ↓ 3 GiB ↑ 200 MiB\nDisk since its start: read unknown, written 9 MiB\nProcesses and threads: 12\n(picture: shop-db-1: CPU, Memory)\n[1 h] [6 h] [1 d] [• 7 d]\n[🔄 Refresh] [📈 Graph]\n[🔎 Inspect] [⚙️ Processes] [📋 Logs]\n[🐳 Containers]"
        ]
    );
    assert_eq!(
        bench.asks("/graph shop-db-1 memory").await,
        [
            "10:05:03 Memory of shop-db-1: 512 MiB now · mean 512 MiB · 512 MiB to 512 MiB\n(picture: Memory of shop-db-1)\n[1 h] [• 6 h] [1 d] [7 d] [30 d]\n[CPU and memory] [By CPU]\n[⇄ Yesterday] [🗓 By hour]\n[📊 Stats] [🔄 Refresh]"
        ]
    );
    assert_eq!(
        bench.asks("/graph db").await,
        [
            "10:05:06 shop-db-1\nCPU: 42 % now · mean 42 % · peak 42 %\nMemory: 512 MiB now · mean 512 MiB · peak 512 MiB\n(picture: shop-db-1: CPU, Memory)\n[1 h] [• 6 h] [1 d] [7 d] [30 d]\n[By CPU] [By memory]\n[⇄ Yesterday] [🗓 By hour]\n[📊 Stats] [🔄 Refresh]"
        ]
    );
    assert_eq!(
        bench.asks("/graph shop").await,
        [
            "10:05:09 2 containers have shop in the name. Which one?\n[🟢 shop-db-1]\n[🟢 shop-web-1]\n[Leave it]"
        ]
    );
    assert_eq!(
        bench.asks("/graph nonsense").await,
        [
            "10:05:12 Nothing is measured by the name nonsense. Try /graph cpu, ram, swap, disk, net, io, load, psi, temp, containers."
        ]
    );
    assert_eq!(
        bench.asks("/stats shop").await,
        [
            "10:05:15 2 containers have shop in the name. Which one?\n[🟢 shop-db-1]\n[🟢 shop-web-1]\n[Leave it]"
        ]
    );
    bench.world.refuse("load", EngineError::Unanswered("no answer within 5 s".to_owned()));
    assert_eq!(
        bench.asks("/stats shop-web-1 1h").await,
        [
            "10:05:18 🟢 shop-web-1 · up\nUnknown: no answer within 5 s\n(picture: shop-web-1: CPU, Memory)\n[• 1 h] [6 h] [1 d] [7 d]\n[🔄 Refresh] [📈 Graph]\n[🔎 Inspect] [⚙️ Processes] [📋 Logs]\n[🐳 Containers]"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn one_message_serves_a_whole_look_around() {
    let bench = bench(&[running("shop-db-1"), running("shop-web-1")]).await;
    counts(&bench.world, &[("shop-db-1", 42, 512)]);
    bench.pass(minutes(30)).await;
    let first = bench.asks("/graph cpu ram").await;
    assert_eq!(
        first,
        [
            "10:30:00 CPU: 10 % now · mean 10 % · peak 10 %\nMemory: 25 % now · mean 25 % · peak 25 %\n(picture: Overview: CPU, Memory)\n[1 h] [• 6 h] [1 d] [7 d] [30 d]\n[cpu] [ram]\n[⇄ Yesterday] [🔄 Refresh]"
        ]
    );
    assert_eq!(
        [bench.turns("cpu").await],
        [
            "10:30:03 (edited) CPU: 10 % now · mean 10 % · 10 % to 10 %\n(picture: CPU)\n[1 h] [• 6 h] [1 d] [7 d] [30 d]\n[⇄ Yesterday] [🗓 By hour]\n[🧭 Overview] [🔄 Refresh]"
        ]
    );
    let turned = bench.turns("1\u{a0}h").await;
    assert!(turned.contains("[• 1 h]") && turned.contains("(picture: CPU)"), "{turned}");
    let turned = bench.turns("⇄ Yesterday").await;
    assert!(turned.contains("Nothing is recorded of the day before to compare it with."), "{turned}");
    assert!(
        turned.ends_with("[• 1 h] [6 h] [1 d] [7 d] [30 d]\n[📈 Without before] [⇄ Last week]\n[🔄 Refresh]")
    );
    let turned = bench.turns("📈 Without before").await;
    assert!(turned.ends_with("[⇄ Yesterday] [🗓 By hour]\n[🧭 Overview] [🔄 Refresh]"), "{turned}");
    let turned = bench.turns("🗓 By hour").await;
    assert!(
        turned.ends_with(
            "CPU: the busiest hour was Tue 24 Nov, 10:00–11:00, 10 % on average\n(picture: CPU)\n[• 7 d] [30 d]\n[📈 As a line] [🔄 Refresh]"
        ),
        "{turned}"
    );
    let turned = bench.turns("📈 As a line").await;
    assert!(turned.contains("[• 7 d]"), "{turned}");
    let turned = bench.turns("🧭 Overview").await;
    assert!(turned.contains("Memory: 25 % now") && turned.contains("[• 7 d]"), "{turned}");
    let stats = bench.asks("/stats").await;
    assert!(stats[0].contains("(picture: Processors, by container)"), "{stats:?}");
    assert!(bench.turns("By memory").await.contains("(picture: Memory, by container)"));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_drawn_is_named_and_the_nearest_is_a_button() {
    let bench = bench(&[running("shop-db-1"), running("shop-web-1")]).await;
    bench.pass(minutes(5)).await;
    assert_eq!(
        bench.asks("/graph cpu rma 24h").await,
        ["10:05:00 Nothing is measured, and no container is called, rma. Did you mean this?\n[ram]"]
    );
    bench.presses("ram").await;
    assert!(bench.said()[0].contains("(picture: Overview: CPU, Memory)"));
    assert_eq!(
        bench.asks("/graph cpu shop 1h").await,
        [
            "10:05:03 2 containers have shop in the name. Which one?\n[🟢 shop-db-1]\n[🟢 shop-web-1]\n[Leave it]"
        ]
    );
    bench.presses("🟢 shop-web-1").await;
    assert!(bench.said()[0].contains("(picture: Overview: CPU, CPU of shop-web-1)"));
    assert_eq!(
        bench.asks("/graph cpu 6x").await,
        ["10:05:06 6x is no length of time. Like this: 15m, 6h, 7d, 1y, today, yesterday, week."]
    );
    assert_eq!(
        bench.asks("/graph cpu ram swap net io load psi").await,
        ["10:05:09 7 are more than one picture holds; six at most."]
    );
    assert_eq!(
        bench.asks("/graph cpu vs tuesday").await,
        ["10:05:12 It cannot be compared with tuesday. Known are vs yesterday and vs week."]
    );
}

#[tokio::test(start_paused = true)]
async fn what_somebody_did_to_a_container_is_marked_in_its_picture() {
    let bench = bench(&[running("shop-db-1")]).await;
    counts(&bench.world, &[("shop-db-1", 42, 512)]);
    bench.pass(minutes(20)).await;
    bench.asks("/restart shop-db-1").await;
    bench.presses("Yes").await;
    bench.pass(minutes(2)).await;
    bench.said();
    let told = bench.asks("/graph shop-db-1 1h").await;
    assert!(told[0].contains("📍 10:20 restarted"), "{told:?}");
    // What happened elsewhere is not marked here.
    let told = bench.asks("/graph cpu 1h").await;
    assert!(!told[0].contains("📍"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_container_is_told_in_full_and_its_secrets_are_not() {
    let mut db = running("shop-db-1");
    db.health = Some(Health::Unhealthy);
    db.project = Some("shop".to_owned());
    db.service = Some("db".to_owned());
    db.labels.push(("vakhta.protect".to_owned(), "true".to_owned()));
    let bench = bench(&[db, scenes::container("bare", ContainerState::Exited)]).await;
    let now = bench.clock.now();
    let ago = |seconds| Some(now - SignedDuration::from_secs(seconds));
    let check = |seconds, code, output: &str| HealthCheck {
        at: ago(seconds),
        exit_code: Some(code),
        output: output.to_owned(),
    };
    bench.world.set_detail(ContainerDetail {
        id: "id-shop-db-1".to_owned(),
        name: "shop-db-1".to_owned(),
        state: ContainerState::Running,
        health: Some(Health::Unhealthy),
        started: ago(7200),
        restart_count: 2,
        image: "postgres:16".to_owned(),
        created: ago(3 * 86_400),
        command: ["postgres", "--password=hunter2", "-c", "port=5432"].map(str::to_owned).to_vec(),
        environment: ["POSTGRES_PASSWORD", "PGDATA"].map(str::to_owned).to_vec(),
        ports: vec![PublishedPort {
            inside: 5432,
            protocol: "tcp".to_owned(),
            address: "127.0.0.1".to_owned(),
            outside: 15432,
        }],
        mounts: vec![
            Mount {
                kind: "volume".to_owned(),
                name: Some("shop_db".to_owned()),
                source: "/var/lib/docker/volumes/shop_db/_data".to_owned(),
                target: "/var/lib/postgresql/data".to_owned(),
                is_writable: true,
            },
            Mount {
                kind: "bind".to_owned(),
                name: None,
                source: "/etc/ssl".to_owned(),
                target: "/etc/ssl".to_owned(),
                is_writable: false,
            },
        ],
        networks: vec![Attachment {
            network: "shop_default".to_owned(),
            address: "172.18.0.3".to_owned(),
            aliases: vec!["db".to_owned()],
        }],
        limits: Limits { memory: Some(GIB), memory_and_swap: None, cpus: Some(1.5), pids: Some(200) },
        restart_policy: RestartPolicy::UnlessStopped,
        health_log: vec![
            check(120, 0, "accepting connections"),
            check(90, 0, "accepting connections"),
            check(60, 1, "no response"),
            check(30, 2, "fe_sendauth: postgres://shop:hunter2@db/shop\nrefused"),
        ],
        log_driver: "json-file".to_owned(),
        ..ContainerDetail::default()
    });
    let told = bench.asks("/inspect db").await;
    assert!(!told[0].contains("hunter2"));
    assert_eq!(
        told,
        [
            "10:00:00 🔴 shop-db-1 · unhealthy, up\nUp for 2 h\nDocker has restarted it 2 times.\nImage postgres:16\nMade 3 d ago\nCommand postgres --password=••• -c port=5432\nRestart policy always, unless somebody stopped it\nLimits memory 1 GiB, 1.5 CPU, 200 processes\nPorts\n• 127.0.0.1:15432 → 5432/tcp\nMounts\n• /var/lib/postgresql/data ← shop_db (volume)\n• /etc/ssl ← /etc/ssl (bind, read-only)\nNetworks\n• shop_default 172.18.0.3\nHealth checks, the newest first\n🔴 09:59 exit 2: fe_sendauth: postgres://shop:•••@db/shop refused\n🔴 09:59 exit 1: no response\n✅ 09:58\nLog ⚠️ json-file without max-size: it grows until the disk is full\nCompose project shop, service db\nLabels vakhta.protect=true\nEnvironment, names only: POSTGRES_PASSWORD, PGDATA\n[🔄 Refresh]\n[📊 Stats] [⚙️ Processes] [📋 Logs]\n[🐳 Containers]"
        ]
    );
    bench.world.set_detail(ContainerDetail {
        id: "id-bare".to_owned(),
        name: "bare".to_owned(),
        state: ContainerState::Exited,
        finished: ago(60),
        exit_code: Some(137),
        oom_killed: true,
        restart_policy: RestartPolicy::OnFailure(Some(3)),
        log_driver: "local".to_owned(),
        ..ContainerDetail::default()
    });
    assert_eq!(
        bench.asks("/inspect bare").await,
        [
            "10:00:03 ⚪ bare · stopped\nEnded 1 min 3 s ago, exit 137\n⚠️ The kernel killed it for want of memory.\nRestart policy when it fails, 3 times at most\nLimits none\nLog local\n[🔄 Refresh]\n[📊 Stats] [⚙️ Processes] [📋 Logs]\n[🐳 Containers]"
        ]
    );
    assert_eq!(
        bench.asks("/inspect").await,
        ["10:00:06 Like this: /inspect nginx; part of the name will do"]
    );
}

#[tokio::test(start_paused = true)]
async fn what_runs_in_a_container_fits_a_phone() {
    let bench = bench(&[running("db"), scenes::container("old", ContainerState::Exited)]).await;
    let row = |cells: [&str; 8]| cells.map(str::to_owned).to_vec();
    let titles = row(["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]);
    let mut rows = vec![
        row(["999", "4242", "4220", "0", "09:00", "?", "00:00:03", "postgres --password=hunter2"]),
        row([
            "999",
            "4250",
            "4242",
            "0",
            "09:00",
            "?",
            "1-02:00:00",
            "postgres: checkpointer of the main cluster",
        ]),
    ];
    rows.extend(
        (0..30).map(|it| row(["999", "5000", "1", "0", "?", "?", "00:00:00", &format!("worker {it}")])),
    );
    bench.world.set_top("db", Processes { titles, rows });
    let told = bench.asks("/top db").await;
    assert!(!told[0].contains("hunter2"));
    let table: Vec<&str> = told[0].lines().collect();
    assert_eq!(
        table[..5].join("\n"),
        "10:00:00 🟢 db · up\n32 processes\n   PID       TIME Process\n  4242   00:00:03 postgres --pass…\n  4250 1-02:00:00 postgres: check…"
    );
    assert_eq!(
        table[table.len() - 4..].join("\n"),
        "[🔄 Refresh]\n[2/2 ▶]\n[📊 Stats] [🔎 Inspect] [📋 Logs]\n[🐳 Containers]"
    );
    assert!(table[2..22].iter().all(|it| it.chars().count() <= 36), "{table:?}");
    assert_eq!(
        bench.asks("/top old").await,
        [
            "10:00:03 ⚪ old · stopped\nIt is not running: there are no processes.\n[🔄 Refresh]\n[📊 Stats] [🔎 Inspect] [📋 Logs]\n[🐳 Containers]"
        ]
    );
    bench.world.set_top("db", Processes { titles: vec![], rows: vec![vec![]] });
    assert_eq!(
        bench.asks("/top db").await,
        [
            "10:00:06 🟢 db · up\n1 process\n   PID       TIME Process\n     –          – –\n[🔄 Refresh]\n[📊 Stats] [🔎 Inspect] [📋 Logs]\n[🐳 Containers]"
        ]
    );
}

fn disk(bench: &Bench) -> DiskUsage {
    let created = Some(bench.clock.now() - SignedDuration::from_hours(24 * 40));
    let image = |id: &str, tags: &[&str], size, unshared, containers| ImageUse {
        id: format!("sha256:{id}"),
        tags: tags.iter().map(|it| (*it).to_owned()).collect(),
        size,
        unshared,
        containers,
        created,
        ..ImageUse::default()
    };
    let volume = |name: &str, size, containers| VolumeUse { name: name.to_owned(), size, containers };
    DiskUsage {
        images: vec![
            image("aa", &["postgres:16", "postgres:latest"], 400 * MIB, None, 2),
            image("bb", &["nginx:1.27"], 180 * MIB, None, 0),
            image("ccccccccccccccccdd", &[], 3 * GIB, Some(90 * MIB), 0),
            ImageUse { created: None, ..image("dd", &["odd:1"], 0, None, 1) },
        ],
        volumes: vec![
            volume("shop_db", Some(5 * GIB), Some(1)),
            volume("left", Some(80 * MIB), Some(0)),
            volume("mystery", None, None),
        ],
        ..DiskUsage::default()
    }
}

#[tokio::test(start_paused = true)]
async fn images_volumes_and_networks_say_who_needs_them() {
    let mut db = running("shop-db-1");
    db.image_id = "sha256:aa".to_owned();
    db.volumes = vec!["shop_db".to_owned()];
    db.networks = vec!["shop_default".to_owned()];
    let mut web = running("shop-web-1");
    web.networks = vec!["shop_default".to_owned()];
    let bench = bench(&[db, web]).await;
    assert_eq!(bench.asks("/images").await, ["10:00:00 🖼 There are no images.\n[🔄 Refresh]"]);
    assert_eq!(bench.asks("/volumes").await, ["10:00:03 💾 There are no volumes.\n[🔄 Refresh]"]);
    assert_eq!(bench.asks("/networks").await, ["10:00:06 🔌 There are no networks.\n[🔄 Refresh]"]);
    bench.world.set_disk_usage(disk(&bench));
    let network = |name: &str, driver: &str, subnets: &[&str], is_internal| Network {
        name: name.to_owned(),
        driver: driver.to_owned(),
        subnets: subnets.iter().map(|it| (*it).to_owned()).collect(),
        is_internal,
        ..Network::default()
    };
    bench.world.set_networks(vec![
        network("host", "host", &[], false),
        network("shop_default", "bridge", &["172.18.0.0/16"], true),
    ]);
    assert_eq!(
        bench.asks("/images").await,
        [
            "10:00:09 🖼 4 images, 3.57 GiB at most (they share layers)\nIn use by no container: 1, up to 180 MiB\nWithout a name and unused: 1. /fix may free up to 90 MiB\n\nwithout a name, cccccccccccc\n3 GiB · made 40 d ago · users: none\npostgres:16 … and 1 more\n400 MiB · made 40 d ago · users: shop-db-1\nnginx:1.27\n180 MiB · made 40 d ago · users: none\nodd:1\nsize unknown · age unknown · users: 1 container\n[🔄 Refresh] [🩹 Free space]"
        ]
    );
    assert_eq!(
        bench.asks("/volumes").await,
        [
            "10:00:12 💾 3 volumes, 5.08 GiB\nThe size of 1 is not known.\nVakhta never removes a volume.\n\nshop_db\n5 GiB · users: shop-db-1\nleft\n80 MiB · users: none\nmystery\nsize unknown · users: unknown\n[🔄 Refresh]"
        ]
    );
    assert_eq!(
        bench.asks("/networks").await,
        [
            "10:00:15 🔌 2 networks\n\nshop_default · bridge · 172.18.0.0/16 · no way out\nmembers: shop-db-1, shop-web-1\nhost\nno members\n[🔄 Refresh]"
        ]
    );
}

fn event(bench: &Bench, name: &str, seconds_ago: i64, action: EventAction) -> EngineEvent {
    EngineEvent {
        at: bench.clock.now() - SignedDuration::from_secs(seconds_ago),
        action,
        id: format!("id-{name}"),
        name: name.to_owned(),
        image: String::new(),
        project: None,
        service: None,
        labels: Vec::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn what_happened_is_told_container_by_container() {
    let bench = bench(&[]).await;
    let mut events = Vec::new();
    for crash in 0..3 {
        events.push(event(&bench, "web", 3000 - crash * 100, EventAction::Die { exit_code: Some(1) }));
        events.push(event(&bench, "web", 2999 - crash * 100, EventAction::Start));
    }
    events.push(event(&bench, "db", 600, EventAction::Kill { signal: Some(15) }));
    events.push(event(&bench, "db", 599, EventAction::Die { exit_code: Some(143) }));
    events.push(event(&bench, "db", 599, EventAction::Stop));
    events.push(event(&bench, "db", 300, EventAction::HealthStatus(Health::Unhealthy)));
    for _ in 0..50 {
        let word = "exec_create: /bin/sh -c pg_isready".to_owned();
        events.push(event(&bench, "db", 100, EventAction::Other(word)));
    }
    events.push(event(&bench, "cache", 9000, EventAction::Destroy));
    bench.world.set_happened(events);
    assert_eq!(
        bench.asks("/events").await,
        [
            "10:00:00 🗒 Within 1 h something happened to 2 containers\ndb · 09:50 – 09:55\nwas stopped (exit 143), unhealthy\nweb · 09:10 – 09:13\nended (exit 1) ×3, started ×3\nDocker keeps its last 256 events and does not say who caused them. Health checks are left out.\n[🔄 Refresh]\n[• 1 h] [6 h] [1 d]"
        ]
    );
    assert_eq!(
        bench.asks("/events 24h cache").await,
        [
            "10:00:03 🗒 Within 1 d something happened to 1 container\ncache · 07:30\nwas removed\nDocker keeps its last 256 events and does not say who caused them. Health checks are left out.\n[🔄 Refresh]\n[1 h] [6 h] [• 1 d]"
        ]
    );
    assert_eq!(
        bench.asks("/events 1m").await,
        [
            "10:00:06 🗒 Of the last 1 min Docker remembers nothing that happened to a container.\nDocker keeps its last 256 events and does not say who caused them. Health checks are left out.\n[🔄 Refresh]\n[1 h] [6 h] [1 d]"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_thousand_of_everything_is_a_page_at_a_time() {
    let names: Vec<String> =
        (0..1000).map(|it| format!("project-{it:03}-with-a-long-name-<b>-{it}")).collect();
    let mut all: Vec<Container> = names.iter().map(|it| running(it)).collect();
    for (index, container) in all.iter_mut().enumerate() {
        container.image_id = "sha256:0".to_owned();
        container.volumes = vec!["v0".to_owned()];
        container.networks = vec![format!("net{}", index % 50), "all".to_owned()];
    }
    let bench = bench(&all).await;
    let uses: Vec<(&str, u64, u64)> =
        names.iter().enumerate().map(|(at, it)| (it.as_str(), at as u64, 50)).collect();
    counts(&bench.world, &uses);
    let long = "x".repeat(200);
    bench.world.set_disk_usage(DiskUsage {
        images: (0..1000)
            .map(|it| ImageUse {
                id: format!("sha256:{it}"),
                tags: vec![format!("registry.example.org/{long}/{it}:latest"); 20],
                size: it,
                containers: 1000,
                ..ImageUse::default()
            })
            .collect(),
        volumes: (0..1000)
            .map(|it| VolumeUse { name: format!("v{it}"), size: Some(it), containers: None })
            .collect(),
        ..DiskUsage::default()
    });
    let network =
        |it: usize| Network { name: format!("net{it}"), driver: long.clone(), ..Network::default() };
    bench.world.set_networks((0..1000).map(network).collect());
    let happened = |it: &String| event(&bench, it, 10, EventAction::Other(format!("{long}{it}")));
    bench.world.set_happened(names.iter().map(happened).collect());
    let many = |it: usize| format!("{long} {it}");
    bench.world.set_detail(ContainerDetail {
        id: all[0].id.clone(),
        state: ContainerState::Running,
        image: long.clone(),
        command: (0..500).map(many).collect(),
        environment: (0..500).map(many).collect(),
        ports: (0..500)
            .map(|it| PublishedPort {
                inside: it,
                outside: it,
                protocol: long.clone(),
                address: "::".to_owned(),
            })
            .collect(),
        mounts: (0..500).map(|it| Mount { target: many(it), source: many(it), ..Mount::default() }).collect(),
        networks: (0..500).map(|it| Attachment { network: many(it), ..Attachment::default() }).collect(),
        health_log: vec![HealthCheck { at: None, exit_code: Some(1), output: long.clone() }; 5],
        ..ContainerDetail::default()
    });
    bench.world.set_top(&names[0], Processes { titles: vec![], rows: vec![vec![long.clone(); 8]; 1000] });
    let name = &names[0];
    for line in [
        "/stats".to_owned(),
        "/stats all memory 67".to_owned(),
        "/images 84".to_owned(),
        "/volumes".to_owned(),
        "/networks 3".to_owned(),
        "/events".to_owned(),
        format!("/inspect {name}"),
        format!("/top {name} 50"),
        format!("/stats {name}"),
        "/stats with".to_owned(),
    ] {
        bench.world.forget_calls();
        let said = bench.asks(&line).await;
        assert_eq!(said.len(), 1, "{line}: {said:?}");
        assert!(said[0].chars().count() < 4000, "{line}: {} letters", said[0].chars().count());
        assert!(bench.world.calls().len() < 8, "{line}: {:?}", bench.world.calls());
    }
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_not_there_is_said_to_be_so() {
    let bench = bench(&[]).await;
    bench.world.set_engine_error(Some(EngineError::Unreachable("no socket".to_owned())));
    for line in
        ["/stats", "/stats db", "/inspect db", "/top db", "/images", "/volumes", "/networks", "/events"]
    {
        let said = bench.asks(line).await;
        assert!(said.len() == 1 && said[0].contains("Docker does not answer"), "{line}: {said:?}");
    }
}
