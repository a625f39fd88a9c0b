//! Servers to look at: a quiet small one, a busy one with much of everything, and one that wishes us ill.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::fakes::World;
use jobs::fakes::scenes::{self, GIB, filesystem};
use jobs::heal::{SeenImage, SeenImages};
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::{
    Attachment, BuildCacheUse, Container, ContainerDetail, ContainerLoad, ContainerState, Cpu, CpuTime,
    Device, DiskUsage, EngineError, EngineEvent, EngineInfo, EventAction, Filesystem, FilesystemUsage, Group,
    Groups, Health, HealthCheck, ImageUse, Interface, Limits, Load, Log, LogLine, LogStream, Memory, Mount,
    Network, PlaceSize, Process, Processes, PublishedPort, RestartPolicy, Snapshot, Store, Unknown,
    VolumeUse, Walk,
};
use jobs::sample::Look;

/// The moment of every scene: a Tuesday morning in Moscow, 09:12:30.
pub(crate) fn now() -> Timestamp {
    "2026-11-24T06:12:30Z".parse().expect("a time")
}

/// What nobody wants to meet in a message.
pub(crate) const HOSTILE: &str = "<b>&\"_*`[x](y)";
/// Written from right to left, with a mark that turns the line around.
pub(crate) const TURNED: &str = "\u{202e}סכנה-db";

fn before(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

/// Two looks ten seconds apart, so that there are rates.
pub(crate) fn look(world: &World, ports: &jobs::Ports, snapshot: Snapshot, busy: &[f64]) {
    let time = |share: f64, seconds: f64| {
        let ticks = (seconds * 100.0) as u64;
        let used = (seconds * share) as u64;
        let iowait = used / 10;
        CpuTime { user: used - iowait, system: 0, idle: ticks - used, iowait, steal: 0 }
    };
    let cpu = |seconds: f64| {
        let cores: Vec<CpuTime> = busy.iter().map(|it| time(*it, seconds)).collect();
        let sum = |part: fn(&CpuTime) -> u64| cores.iter().map(part).sum();
        let all = CpuTime {
            user: sum(|it| it.user),
            system: 0,
            idle: sum(|it| it.idle),
            iowait: sum(|it| it.iowait),
            steal: 0,
        };
        Cpu { all, cores }
    };
    let known = snapshot.cpu.is_ok();
    let mut first = snapshot.clone();
    first.at = snapshot.at - SignedDuration::from_secs(10);
    first.uptime = snapshot.uptime.clone().map(|it| it.saturating_sub(Duration::from_secs(10)));
    let mut second = snapshot;
    if known {
        first.cpu = Ok(cpu(1000.0));
        second.cpu = Ok(cpu(1010.0));
    }
    if let Ok(devices) = &mut second.devices {
        devices.iter_mut().for_each(|it| (it.read, it.written, it.busy_ms) = (9 << 20, 42 << 20, 1300));
    }
    if let Ok(interfaces) = &mut second.interfaces {
        interfaces.iter_mut().for_each(|it| (it.received, it.sent) = (23 << 20, 4 << 20));
    }
    world.set_snapshot(second.clone());
    let containers = match futures_util::FutureExt::now_or_never(ports.engine.containers()) {
        Some(Ok(containers)) => Ok(containers),
        Some(Err(error)) => Err(Unknown::because(error.to_string())),
        None => Err(Unknown::because("a fake never waits")),
    };
    let usage = Err(Unknown::because("not counted"));
    let look = Look { now: Arc::new(second), before: Some(Arc::new(first)), containers, usage };
    ports.latest.put(Arc::new(look));
}

/// A small server, well and idle, without Docker.
pub(crate) fn quiet(world: &World) -> Snapshot {
    world.set_engine_error(Some(no_docker()));
    world.set_processes(processes(&["systemd", "sshd", "vakhta"]));
    let mut snapshot = scenes::machine(now());
    snapshot.uptime = Ok(Duration::from_secs(23 * 86_400 + 4 * 3600));
    snapshot
}

/// What the adapter says where there is no Docker.
pub(crate) fn no_docker() -> EngineError {
    EngineError::Unreachable(
        "Docker does not answer at unix:///var/run/docker.sock: no such file. Is the engine running, and its socket \
         mounted here?"
            .to_owned(),
    )
}

/// A big server: 14 filesystems, 40 containers in 4 projects, two gigabytes of swap in use.
pub(crate) fn busy(world: &World) -> Snapshot {
    let mut snapshot = scenes::machine(now());
    snapshot.load = Ok(Load { one: 9.42, five: 7.1, fifteen: 5.06 });
    snapshot.memory = Ok(Memory {
        total: 62 * GIB + GIB / 2,
        available: 9 * GIB,
        free: 2 * GIB,
        cache: 8 * GIB,
        swap_total: 8 * GIB,
        swap_free: 6 * GIB,
    });
    snapshot.uptime = Ok(Duration::from_secs(211 * 86_400 + 5 * 3600));
    snapshot.filesystems = Ok(filesystems());
    snapshot.devices = Ok(["nvme0n1", "nvme1n1"]
        .map(|name| Device { name: name.to_owned(), read: 0, written: 0, busy_ms: 0 })
        .to_vec());
    snapshot.interfaces = Ok(["enp1s0", "wg0"]
        .map(|name| Interface { name: name.to_owned(), received: 0, sent: 0, errors: 0 })
        .to_vec());
    world.set_processes(processes(&[
        "postgres",
        "java",
        "clickhouse-server",
        "node",
        "prometheus",
        "dockerd",
    ]));
    world.set_info(EngineInfo {
        version: "27.3.1".to_owned(),
        api: "1.47".to_owned(),
        host: "shop-prod-1".to_owned(),
        kind: "Docker".to_owned(),
        root: "/var/lib/docker".to_owned(),
    });
    world.set_containers(containers());
    world.set_disk_usage(usage());
    snapshot
}

fn filesystems() -> Vec<Filesystem> {
    let sizes = [
        ("/", 21, 57),
        ("/boot", 1, 1),
        ("/home", 120, 310),
        ("/srv", 1890, 110),
        ("/srv/backup/2026/weekly/postgres-main", 3500, 420),
        ("/var", 44, 6),
        ("/var/lib/docker", 465, 35),
        ("/var/log", 12, 28),
        ("/mnt/archive-a", 7100, 200),
        ("/mnt/archive-b", 2100, 5200),
        ("/mnt/scratch", 3, 900),
        ("/opt", 9, 31),
        ("/data/clickhouse", 812, 1200),
    ];
    let mut all: Vec<Filesystem> =
        sizes.map(|(mount, used, free)| filesystem(mount, used * GIB, free * GIB)).to_vec();
    if let Some(Ok(usage)) = all.iter_mut().find(|it| it.mount == "/var").map(|it| &mut it.usage) {
        (usage.inodes_total, usage.inodes_used) = (3_276_800, 2_950_000);
    }
    all.push(Filesystem {
        mount: "/mnt/nas".to_owned(),
        device: "nas:/export".to_owned(),
        kind: "nfs4".to_owned(),
        read_only: false,
        usage: Err(Unknown::because(
            "/mnt/nas: nfs4 from nas:/export has not answered for 32 s and is left alone until it does",
        )),
    });
    all
}

fn processes(names: &[&str]) -> Vec<Process> {
    let figures = [(312.4, 14_800), (97.0, 9_300), (41.0, 6_100), (8.2, 912), (1.4, 310), (0.2, 88)];
    names
        .iter()
        .zip(figures)
        .enumerate()
        .map(|(index, (name, (cpu, mebibytes)))| Process {
            pid: 800 + index as u32,
            name: (*name).to_owned(),
            cpu,
            memory: mebibytes << 20,
        })
        .collect()
}

/// A container of a compose project, with the engine's own words for its state.
pub(crate) fn container(project: &str, service: &str, state: ContainerState, status: &str) -> Container {
    let name = if project.is_empty() { service.to_owned() } else { format!("{project}-{service}-1") };
    Container {
        project: (!project.is_empty()).then(|| project.to_owned()),
        service: (!project.is_empty()).then(|| service.to_owned()),
        image: format!("{service}:latest"),
        status: status.to_owned(),
        ..scenes::container(&name, state)
    }
}

fn containers() -> Vec<Container> {
    use ContainerState::{Created, Exited, Paused, Restarting, Running};
    let mut all = Vec::new();
    let shop =
        ["web", "api", "worker", "scheduler", "postgres", "redis", "rabbitmq", "nginx", "minio", "mailer"];
    all.extend(shop.map(|it| container("shop", it, Running, "Up 3 days (healthy)")));
    let metrics = ["prometheus", "grafana", "loki", "promtail", "alertmanager", "node-exporter", "cadvisor"];
    all.extend(metrics.map(|it| container("metrics", it, Running, "Up 2 weeks")));
    let blog = ["ghost", "mysql", "caddy", "isso", "umami", "plausible", "clickhouse", "geoip"];
    all.extend(blog.map(|it| container("blog", it, Running, "Up About an hour")));
    let ci =
        ["gitea", "runner-a", "runner-b", "registry", "renovate", "cache", "docs", "sonarqube-community"];
    all.extend(ci.map(|it| container("ci", it, Running, "Up 11 hours")));
    for (name, state, health, status) in [
        ("shop-api-1", Running, Some(Health::Unhealthy), "Up 3 days (unhealthy)"),
        ("ci-runner-b-1", Restarting, None, "Restarting (1) 12 seconds ago"),
        ("blog-ghost-1", Running, Some(Health::Starting), "Up 8 seconds (health: starting)"),
        ("ci-renovate-1", Paused, None, "Up 11 hours (Paused)"),
    ] {
        if let Some(it) = all.iter_mut().find(|it| it.name == name) {
            (it.state, it.health, it.status) = (state, health, status.to_owned());
        }
    }
    let loose = [
        ("vakhta", Running, "Up 3 days"),
        ("watchtower", Running, "Up 5 months"),
        ("old-import-2025-03", Exited, "Exited (0) 8 months ago"),
        ("migrate-users", Exited, "Exited (1) 2 days ago"),
        ("try-out", Created, "Created"),
        ("loadtest", Exited, "Exited (137) 3 weeks ago"),
        ("tmp-shell", Exited, "Exited (130) 2 hours ago"),
    ];
    all.extend(loose.map(|(name, state, status)| container("", name, state, status)));
    all
}

fn usage() -> DiskUsage {
    let image = |id: &str, size: u64| ImageUse { id: id.to_owned(), size, ..ImageUse::default() };
    let old = Some(before(40 * 86_400));
    let piece = |id: &str, size| BuildCacheUse {
        id: id.to_owned(),
        size,
        last_used: old,
        ..BuildCacheUse::default()
    };
    let used = |name: &str, written| jobs::ports::ContainerUse {
        id: format!("id-{name}"),
        name: name.to_owned(),
        state: ContainerState::Exited,
        written,
        created: old,
    };
    DiskUsage {
        images: vec![image("sha256:1", GIB), image("sha256:2", 700 << 20), image("sha256:3", 480 << 20)],
        containers: vec![used("old-import-2025-03", 3 * GIB), used("loadtest", 210 << 20)],
        volumes: Vec::new(),
        build_cache: (0..31).map(|it| piece(&format!("c{it}"), 180 << 20)).collect(),
    }
}

/// One image more than a moment ago.
pub(crate) fn more_images() -> DiskUsage {
    let mut usage = usage();
    usage.images.push(ImageUse { id: "sha256:4".to_owned(), size: 96 << 20, ..ImageUse::default() });
    usage
}

/// What nothing of ours removes: volumes, logs, layers, directories; and every kind of step beside it.
pub(crate) fn hoard(world: &World) {
    let mut usage = usage();
    let volume =
        |name: &str, gib| VolumeUse { name: name.to_owned(), size: Some(gib * GIB), containers: Some(1) };
    usage.volumes = vec![volume("shop_pgdata", 140), volume("ci_cache", 22), volume("letsencrypt", 0)];
    let tagged = |id: &str, tag: &str| ImageUse {
        id: id.to_owned(),
        tags: vec![tag.to_owned()],
        digests: vec![format!("{tag}@sha256:0")],
        size: 900 << 20,
        ..ImageUse::default()
    };
    usage.images.extend([tagged("a", "ghcr.io/shop/web:2025.11.3"), tagged("b", "postgres:15")]);
    usage.containers.push(jobs::ports::ContainerUse {
        id: "id-shop-web-1".to_owned(),
        name: "shop-web-1".to_owned(),
        state: ContainerState::Running,
        written: 11 * GIB,
        created: None,
    });
    world.set_disk_usage(usage);
    let unused = |repository: &str| SeenImage {
        first: before(90 * 86_400),
        used: None,
        repositories: [repository.to_owned()].into(),
    };
    let seen = [("a".to_owned(), unused("ghcr.io/shop/web")), ("b".to_owned(), unused("postgres"))];
    world.put_seen_images(&SeenImages(seen.into())).expect("the store of a fake takes everything");
    for (index, container) in world.containers_now().iter().enumerate().take(6) {
        let path = format!("/var/lib/docker/containers/{}-json.log", container.id);
        if 0 < index {
            world.set_size(&path, 1 << (34 - 2 * index));
        }
        world.set_detail(ContainerDetail {
            id: container.id.clone(),
            name: container.name.clone(),
            state: container.state.clone(),
            log_driver: "json-file".to_owned(),
            log_max_size: (index == 2).then(|| "4g".to_owned()),
            log_path: path,
            ..ContainerDetail::default()
        });
    }
    let place = |path: &str, gib: u64| PlaceSize {
        path: path.to_owned(),
        is_file: false,
        bytes: gib * GIB,
        files: 9,
    };
    let films = "/srv/backup-of-the-old-server/home/anna/films/2019";
    world.set_walk(
        "/srv",
        Walk { places: vec![place(films, 1210), place("/srv/www", 96)], ..Walk::default() },
    );
    world.set_walk("/var/lib/docker", Walk { is_whole: true, ..Walk::default() });
}

/// Says since when the stopped ones are stopped.
pub(crate) fn details(world: &World) {
    for container in world.containers_now() {
        world.set_detail(ContainerDetail {
            id: container.id.clone(),
            name: container.name.clone(),
            state: container.state.clone(),
            started: Some(before(30 * 86_400)),
            finished: Some(before(20 * 86_400)),
            exit_code: Some(0),
            ..ContainerDetail::default()
        });
    }
}

/// What containers use, are made of and went through.
pub(crate) fn uses(world: &World) {
    let running = world.containers_now().into_iter().filter(|it| it.state == ContainerState::Running);
    let running: Vec<(String, u64)> = running.zip(1..).map(|(it, place)| (it.id, place)).collect();
    let count = |second: u64| {
        let group = |(id, place): &(String, u64)| Group {
            container: id.clone(),
            cpu: Some(Duration::from_millis(second * 1900 / place)),
            memory: Some((place * 97) << 20),
            pids: Some(4),
        };
        Ok(Groups { clock: Duration::from_secs(second), each: running.iter().map(group).collect() })
    };
    world.script_groups((0..40).map(count));
    world.set_load(
        "shop-postgres-1",
        ContainerLoad {
            cpu: Some(137.0),
            memory: Some(3 * GIB),
            memory_limit: Some(4 * GIB),
            received: Some(41 * GIB),
            sent: Some(380 * GIB),
            read: Some(90 * GIB),
            written: Some(1200 * GIB),
            pids: Some(61),
        },
    );
    remember(world, SeriesKey::of("container.cpu", "shop-postgres-1"), 2 * 86_400, 60, |it| {
        if 0.99 < it { 137.0 } else { days(it, 2.0, 60.0, 30.0) }
    });
    remember(world, SeriesKey::of("container.memory", "shop-postgres-1"), 2 * 86_400, 60, |it| {
        (2.0 + it) * GIB as f64
    });
    remember(world, SeriesKey::of("container.cpu", "migrate-users"), 86_400, 60, |it| {
        days(it, 1.0, 8.0, 3.0)
    });
    let id = "id-shop-postgres-1".to_owned();
    let mount = |kind: &str, name: Option<&str>, source: &str, target: &str, is_writable| Mount {
        kind: kind.to_owned(),
        name: name.map(str::to_owned),
        source: source.to_owned(),
        target: target.to_owned(),
        is_writable,
    };
    let check = |ago, exit_code, output: &str| HealthCheck {
        at: Some(before(ago)),
        exit_code: Some(exit_code),
        output: output.to_owned(),
    };
    world.set_detail(ContainerDetail {
        id: id.clone(),
        name: "shop-postgres-1".to_owned(),
        state: ContainerState::Running,
        health: Some(Health::Healthy),
        started: Some(before(3 * 86_400)),
        restart_count: 1,
        image: "postgres:16.4-alpine".to_owned(),
        created: Some(before(40 * 86_400)),
        command: ["docker-entrypoint.sh", "postgres", "-c", "shared_buffers=1GB", "--password=hunter2"]
            .map(str::to_owned)
            .to_vec(),
        environment: ["POSTGRES_PASSWORD", "POSTGRES_USER", "PGDATA", "TZ"].map(str::to_owned).to_vec(),
        ports: vec![PublishedPort {
            inside: 5432,
            protocol: "tcp".to_owned(),
            address: "127.0.0.1".to_owned(),
            outside: 5432,
        }],
        mounts: vec![
            mount("volume", Some("shop_postgres"), "", "/var/lib/postgresql/data", true),
            mount("bind", None, "/srv/shop/postgres/init", "/docker-entrypoint-initdb.d", false),
        ],
        networks: vec![Attachment {
            network: "shop_default".to_owned(),
            address: "172.18.0.3".to_owned(),
            aliases: Vec::new(),
        }],
        limits: Limits { memory: Some(4 * GIB), memory_and_swap: None, cpus: Some(2.0), pids: None },
        restart_policy: RestartPolicy::UnlessStopped,
        health_log: vec![
            check(90, 0, "accepting connections"),
            check(60, 2, "127.0.0.1:5432 - no response"),
            check(30, 0, "accepting connections"),
        ],
        log_driver: "json-file".to_owned(),
        ..ContainerDetail::default()
    });
    let titles = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"].map(str::to_owned).to_vec();
    let process = |pid: &str, time: &str, command: &str| {
        ["70", pid, "1", "0", "Nov21", "?", time, command].map(str::to_owned).to_vec()
    };
    world.set_top(
        "shop-postgres-1",
        Processes {
            titles,
            rows: vec![
                process("4211", "00:03:12", "postgres -c shared_buffers=1GB"),
                process("4290", "02:41:09", "postgres: checkpointer"),
                process("4291", "00:12:44", "postgres: background writer"),
                process("91022", "00:00:07", "postgres: shop shop 172.18.0.5(43120) idle in transaction"),
            ],
        },
    );
    let mut usage = usage();
    let image = |id: &str, tag: &str, size, containers, days: i64| ImageUse {
        id: id.to_owned(),
        tags: vec![tag.to_owned()],
        size,
        containers,
        created: Some(before(days * 86_400)),
        ..ImageUse::default()
    };
    usage.images.push(image("sha256:pg", "postgres:16.4-alpine", 258 << 20, 1, 71));
    usage.images.push(image(
        "sha256:ng",
        "registry.example.org/shop/nginx-with-modules:1.27.3",
        91 << 20,
        3,
        20,
    ));
    usage.images.push(image("sha256:old", "shop-web:2025-11", 1300 << 20, 0, 372));
    let volume = |name: &str, size, containers| VolumeUse { name: name.to_owned(), size, containers };
    usage.volumes = vec![
        volume("shop_postgres", Some(41 * GIB), Some(1)),
        volume(&"0c3f".repeat(16), Some(3 << 20), Some(0)),
        volume("backup", None, None),
    ];
    world.set_disk_usage(usage);
    let mut containers = world.containers_now();
    for container in &mut containers {
        if let Some(project) = &container.project {
            container.networks = vec![format!("{project}_default")];
        }
        if container.id == id {
            container.image_id = "sha256:pg".to_owned();
            container.volumes = vec!["shop_postgres".to_owned()];
        }
    }
    world.set_containers(containers);
    let network = |name: &str, subnets: &[&str], is_internal| Network {
        name: name.to_owned(),
        driver: "bridge".to_owned(),
        subnets: subnets.iter().map(|it| (*it).to_owned()).collect(),
        is_internal,
        ..Network::default()
    };
    world.set_networks(vec![
        network("bridge", &["172.17.0.0/16"], false),
        network("shop_default", &["172.18.0.0/16", "fd00:18::/64"], false),
        network("ci_default", &["172.20.0.0/16"], true),
    ]);
    let event = |ago, name: &str, action| EngineEvent {
        at: before(ago),
        action,
        id: format!("id-{name}"),
        name: name.to_owned(),
        image: String::new(),
        project: None,
        service: None,
        labels: Vec::new(),
    };
    let mut events = vec![
        event(3000, "shop-web-1", EventAction::Kill { signal: Some(15) }),
        event(2999, "shop-web-1", EventAction::Die { exit_code: Some(143) }),
        event(2999, "shop-web-1", EventAction::Stop),
        event(2990, "shop-web-1", EventAction::Start),
        event(2990, "shop-web-1", EventAction::Restart),
        event(1200, "shop-api-1", EventAction::HealthStatus(Health::Unhealthy)),
    ];
    for crash in 0..12 {
        events.push(event(720 - crash * 60, "ci-runner-b-1", EventAction::Die { exit_code: Some(1) }));
        events.push(event(719 - crash * 60, "ci-runner-b-1", EventAction::Start));
    }
    world.set_happened(events);
}

/// The busy server, with a network that two share, a shop whose parts need each other, ports and volumes.
pub(crate) fn town(world: &World) {
    let mut all = world.containers_now();
    let needs = [
        ("shop-web-1", "api:service_healthy:true"),
        ("shop-api-1", "postgres:service_healthy:true,redis:service_started:false"),
        ("shop-worker-1", "rabbitmq:service_started:false,postgres:service_healthy:true"),
        ("shop-nginx-1", "web:service_started:false"),
    ];
    for (name, needs) in needs {
        if let Some(it) = all.iter_mut().find(|it| it.name == name) {
            it.labels.push(("com.docker.compose.depends_on".to_owned(), needs.to_owned()));
        }
    }
    if let Some(it) = all.iter_mut().find(|it| it.name == "shop-redis-1") {
        it.labels.push(("vakhta.protect".to_owned(), "true".to_owned()));
    }
    all.push(Container {
        volumes: vec!["vpn-keys".to_owned()],
        ..container("", "vpn", ContainerState::Running, "Up 3 days (healthy)")
    });
    for name in ["torrent", "indexer"] {
        all.push(Container {
            network_mode: "container:id-vpn".to_owned(),
            ..container("", name, ContainerState::Running, "Up 3 days")
        });
    }
    if let Some(it) = all.iter_mut().find(|it| it.name == "vpn") {
        it.health = Some(Health::Healthy);
    }
    world.set_containers(all);
    details(world);
    let port = |outside, inside, protocol: &str| PublishedPort {
        inside,
        protocol: protocol.to_owned(),
        address: "0.0.0.0".to_owned(),
        outside,
    };
    world.set_detail(ContainerDetail {
        id: "id-vpn".to_owned(),
        name: "vpn".to_owned(),
        state: ContainerState::Running,
        health: Some(Health::Healthy),
        started: Some(before(3 * 86_400)),
        stop_timeout: Some(Duration::from_secs(60)),
        ports: vec![port(8080, 80, "tcp"), port(51820, 51820, "udp")],
        restart_count: 2,
        ..ContainerDetail::default()
    });
}

/// Two seconds from now it is found ended with exit code 1.
pub(crate) fn ends_soon(world: &Arc<World>, name: &'static str) {
    let world = world.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let start = before(-3);
        world.set_detail(ContainerDetail {
            id: format!("id-{name}"),
            name: name.to_owned(),
            state: ContainerState::Exited,
            started: Some(start),
            finished: Some(start + SignedDuration::from_secs(2)),
            exit_code: Some(1),
            ..ContainerDetail::default()
        });
    });
}

/// Everything called something hostile.
pub(crate) fn hostile(world: &World) -> Snapshot {
    let long = "very-long-name-".repeat(14);
    let mut snapshot = scenes::machine(now());
    snapshot.filesystems = Ok(vec![
        filesystem(&format!("/mnt/{HOSTILE}"), 95 * GIB, 5 * GIB),
        filesystem(&format!("/srv/{long}"), 10 * GIB, 90 * GIB),
        filesystem("/mnt/📦 архив", GIB, 90 * GIB),
        filesystem(&format!("/mnt/{TURNED}"), 2 * GIB, 98 * GIB),
    ]);
    world.set_processes(processes(&[HOSTILE, &long, "📦📦📦", TURNED, "процесс-с-длинным-именем"]));
    world.set_containers(vec![
        container("", HOSTILE, ContainerState::Running, "Up 2 hours"),
        container("", &long, ContainerState::Running, "Up 2 hours (unhealthy)"),
        container("", "📦-box", ContainerState::Other("Frozen<i>".to_owned()), "Frozen<i>"),
        container("", TURNED, ContainerState::Restarting, "Restarting (1) 2 seconds ago"),
    ]);
    world.set_log(HOSTILE, log(&["</pre><b>not bold</b>", "&amp; *stars* _lines_", TURNED]));
    world.set_info(EngineInfo { kind: "Docker".to_owned(), root: "/".to_owned(), ..EngineInfo::default() });
    snapshot
}

/// Lines of a log, a second apart.
pub(crate) fn log(lines: &[&str]) -> Log {
    let line = |(index, text): (usize, &&str)| LogLine {
        stream: LogStream::Out,
        at: Some(before(60 - index as i64)),
        text: (*text).to_owned(),
    };
    Log { lines: lines.iter().enumerate().map(line).collect(), cut: false }
}

/// Writes a series: a value every so many seconds for so long, up to now. `shape` is handed 0 to 1.
pub(crate) fn remember(world: &World, key: SeriesKey, length: i64, every: i64, shape: impl Fn(f64) -> f64) {
    let samples: Vec<Sample> = (0..=length / every)
        .map(|step| {
            let ago = length - step * every;
            let value = shape(1.0 - ago as f64 / length as f64);
            Sample { key: key.clone(), at: before(ago + 5), value }
        })
        .collect();
    world.append(&samples).expect("the store of a fake takes everything");
}

/// A day of a server's life: quiet nights, busy days, some noise that is the same every time.
pub(crate) fn days(place: f64, days: f64, mean: f64, swing: f64) -> f64 {
    let noise = ((place * 7919.0).sin() * 43_758.547).fract();
    (mean + swing * (place * days * std::f64::consts::TAU).sin() + swing * 0.5 * noise).max(0.0)
}

/// What was measured: a day of everything that a digest has figures of, and a week of six disks.
pub(crate) fn history(world: &World) {
    let day = 2 * 86_400;
    remember(world, SeriesKey::whole("cpu.busy"), day, 60, |it| {
        if 0.955 < it { 60.0 + 34.0 * ((it - 0.955) / 0.02).min(1.0) } else { days(it, 2.0, 34.0, 14.0) }
    });
    remember(world, SeriesKey::whole("memory.used"), day, 60, |it| days(it, 2.0, 78.0, 6.0));
    remember(world, SeriesKey::whole("load.1"), day, 60, |it| days(it, 2.0, 4.5, 2.0));
    remember(world, SeriesKey::whole("load.5"), day, 60, |it| days(it, 2.0, 4.3, 1.6));
    remember(world, SeriesKey::whole("load.15"), day, 60, |it| days(it, 2.0, 4.1, 1.2));
    for (metric, mean) in [("net.in", 2.4e6), ("net.out", 0.5e6)] {
        for (name, scale) in [("enp1s0", 1.0), ("wg0", 0.2)] {
            remember(world, SeriesKey::of(metric, name), day, 60, |it| {
                days(it, 2.0, mean * scale, mean * scale * 0.5)
            });
        }
    }
    for filesystem in filesystems() {
        let Ok(FilesystemUsage { used, available, .. }) = filesystem.usage else { continue };
        let full = 100.0 * used as f64 / (used + available) as f64;
        let grew = if filesystem.mount == "/var/lib/docker" { 21.0 } else { 1.5 };
        let shape = |it: f64| (full - grew * (1.0 - it)).max(0.0);
        remember(world, SeriesKey::of("disk.used", &filesystem.mount), 7 * 86_400, 600, shape);
        let free = move |_: f64| available as f64;
        remember(world, SeriesKey::of("disk.free", &filesystem.mount), 86_400, 600, free);
    }
    for (metric, value) in
        [("psi.memory", 1.2), ("containers.unhealthy", 1.0), ("containers.restarting", 1.0)]
    {
        remember(world, SeriesKey::whole(metric), 3600, 10, |_| value);
    }
    remember(world, SeriesKey::of("disk.inodes", "/var"), 3600, 10, |_| 90.0);
    remember(world, SeriesKey::of("temperature", "coretemp Package id 0"), day, 60, |it| {
        days(it, 2.0, 55.0, 8.0)
    });
}

/// Five weeks of a shop: nights are quiet, weekends quieter, and on Monday mornings the reports are made.
pub(crate) fn weeks(world: &World) {
    let length = 35 * 86_400;
    let wave = |it: f64| {
        let hour = (it * 35.0 * 24.0 + 9.0).rem_euclid(24.0);
        let day = ((it * 35.0 * 24.0 + 9.0) / 24.0).floor();
        let weekend = if (day + 1.0).rem_euclid(7.0) >= 5.0 { 0.45 } else { 1.0 };
        let busy = (-((hour - 14.0) / 4.5).powi(2)).exp() + 0.35 * (-((hour - 20.0) / 1.8).powi(2)).exp();
        let noise = (it * 91_813.0).sin() * 0.5 + (it * 51_929.0).sin() * 0.5;
        let backup = if (2.0..3.0).contains(&hour) { 0.55 } else { 0.0 };
        let mood = 1.0 + 0.3 * (day * 1.9).sin();
        ((0.12 + weekend * mood * busy * 0.8 + backup) * (1.0 + 0.16 * noise)).clamp(0.0, 1.25)
    };
    remember(world, SeriesKey::whole("cpu.busy"), length, 300, |it| 6.0 + 62.0 * wave(it));
    remember(world, SeriesKey::whole("memory.used"), length, 300, |it| 58.0 + 4.0 * it + 16.0 * wave(it));
    for (metric, mean) in [("net.in", 5.4e6), ("net.out", 1.9e6)] {
        remember(world, SeriesKey::of(metric, "enp1s0"), length, 300, |it| 4e4 + mean * wave(it));
    }
    for (metric, mean) in [("io.read", 2.1e7), ("io.write", 3.4e7)] {
        remember(world, SeriesKey::of(metric, "nvme0n1"), length, 300, |it| 2e5 + mean * wave(it).powi(2));
    }
    for (name, cpu, memory) in [("shop-postgres-1", 130.0, 2.9e9), ("shop-nginx-1", 22.0, 9.0e7)] {
        remember(world, SeriesKey::of("container.cpu", name), 3 * 86_400, 60, |it| {
            2.0 + cpu * wave((32.0 + 3.0 * it) / 35.0)
        });
        remember(world, SeriesKey::of("container.memory", name), 3 * 86_400, 60, |it| {
            memory * (0.7 + 0.25 * wave((32.0 + 3.0 * it) / 35.0))
        });
    }
}
