//! One container, as a person reads it.

use async_trait::async_trait;
use jobs::ports::{
    Container, ContainerDetail, ContainerState, HealthCheck, Mount, Needs, PublishedPort, RestartPolicy,
    Right,
};

use super::looks::{self, Found};
use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, Voice};

/// Lines of each list that are shown.
const MOST: usize = 8;
/// Results of a health check that are shown.
const CHECKS: usize = 3;
/// Names of environment variables that are shown.
const VARIABLES: usize = 30;
/// Letters of a path: two of them make a line and a half of a phone.
const PATH: usize = 36;
/// Letters of a command line: five lines of a phone.
const COMMAND: usize = 200;

/// `/inspect <name>`
pub(super) struct Inspect;

#[async_trait]
impl Command for Inspect {
    fn name(&self) -> &'static str {
        "inspect"
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::List, Right::Inspect])
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let [name] = arguments else { return Err(CommandError::Usage) };
        let containers = context.ports.containers().await?;
        let container = match looks::find(context, &containers, name, |it| format!("/inspect {}", it.name))? {
            Found::One(container) => container,
            Found::Asked(reply) => return Ok(*reply),
        };
        let detail = context.ports.engine.inspect(&container.id).await?;
        let voice = context.voice;
        let refresh = Choice::turn(voice.word("button-refresh", &[]), format!("/inspect {}", container.name));
        let reply = Reply::text(Markup::lines(told(context, container, &detail))).row([refresh]);
        Ok(looks::elsewhere(voice, container, "inspect").into_iter().fold(reply, Reply::row))
    }
}

fn told(context: &CommandContext<'_>, container: &Container, detail: &ContainerDetail) -> Vec<Markup> {
    let voice = context.voice;
    let mut lines = vec![looks::heading(voice, container)];
    lines.extend(life(context, detail));
    let image = if detail.image.is_empty() { &container.image } else { &detail.image };
    if !image.is_empty() {
        lines.push(voice.say("inspect-image", &[("image", short(image, 60).into())]));
    }
    if let Some(made) = detail.created.or(container.created) {
        lines.push(voice.say("inspect-made", &[("ago", voice.between(made, context.now).into())]));
    }
    if !detail.command.is_empty() {
        let command = short(&context.redactor.command(&detail.command), COMMAND);
        lines.push(voice.say("inspect-command", &[("command", command.into())]));
    }
    lines.push(voice.say("inspect-policy", &[("policy", policy(voice, &detail.restart_policy).into())]));
    lines.push(limits(voice, detail));
    lines.extend(list(voice, "inspect-ports", detail.ports.iter().map(port).collect()));
    lines.extend(list(voice, "inspect-mounts", detail.mounts.iter().map(|it| mount(voice, it)).collect()));
    let networks = detail.networks.iter().map(|it| {
        let name = format!("• {}", short(&it.network, 30));
        if it.address.is_empty() { name } else { format!("{name} {}", short(&it.address, 40)) }
    });
    let mut networks: Vec<String> = networks.collect();
    if networks.is_empty() && !detail.network_mode.is_empty() {
        networks.push(format!("• {}", short(&detail.network_mode, 40)));
    }
    lines.extend(list(voice, "inspect-networks", networks));
    let newest = detail.health_log.len().saturating_sub(CHECKS);
    let checks = detail.health_log[newest..].iter().rev().map(|it| check(context, it)).collect();
    lines.extend(list(voice, "inspect-health", checks));
    lines.extend(log(voice, detail));
    lines.extend(labels(voice, container));
    if !detail.environment.is_empty() {
        let names = looks::named(voice, detail.environment.iter().map(String::as_str), VARIABLES);
        lines.push(voice.say("inspect-environment", &[("names", names.into())]));
    }
    lines
}

/// How long it has been up, or how it ended.
fn life(context: &CommandContext<'_>, detail: &ContainerDetail) -> Vec<Markup> {
    let voice = context.voice;
    let mut lines = Vec::new();
    match (&detail.state, detail.started, detail.finished) {
        (ContainerState::Running | ContainerState::Paused, Some(started), _) => {
            lines.push(voice.say("inspect-up", &[("lasting", voice.between(started, context.now).into())]));
        }
        (ContainerState::Exited | ContainerState::Dead | ContainerState::Restarting, _, Some(finished)) => {
            let code = looks::or_unknown(voice, detail.exit_code.map(|it| it.to_string()));
            let nouns = [("ago", voice.between(finished, context.now).into()), ("code", code.into())];
            lines.push(voice.say("inspect-ended", &nouns));
        }
        _ => {}
    }
    if detail.oom_killed {
        lines.push(voice.say("inspect-memory", &[]));
    }
    if 0 < detail.restart_count {
        lines.push(voice.say("inspect-restarts", &[("count", detail.restart_count.into())]));
    }
    lines
}

fn policy(voice: &Voice, policy: &RestartPolicy) -> String {
    match policy {
        RestartPolicy::No => voice.word("policy-no", &[]),
        RestartPolicy::Always => voice.word("policy-always", &[]),
        RestartPolicy::UnlessStopped => voice.word("policy-unless-stopped", &[]),
        RestartPolicy::OnFailure(None) => voice.word("policy-on-failure", &[]),
        RestartPolicy::OnFailure(Some(most)) => {
            voice.word("policy-on-failure-most", &[("count", (*most).into())])
        }
        RestartPolicy::Other(word) => short(word, 24),
    }
}

fn limits(voice: &Voice, detail: &ContainerDetail) -> Markup {
    let limits = &detail.limits;
    let cpus = limits.cpus.map(|it| {
        let cores = voice.value(jobs::metric::Unit::Ratio, it);
        voice.word("limit-cpu", &[("cores", cores.into())])
    });
    let memory = limits.memory.map(|it| voice.word("limit-memory", &[("bytes", voice.bytes(it).into())]));
    let swap = limits
        .memory_and_swap
        .map(|it| voice.word("limit-memory-and-swap", &[("bytes", voice.bytes(it).into())]));
    let pids = limits.pids.map(|it| voice.word("limit-pids", &[("count", it.into())]));
    let all: Vec<String> = [memory, swap, cpus, pids].into_iter().flatten().collect();
    match all.is_empty() {
        true => voice.say("inspect-no-limits", &[]),
        false => voice.say("inspect-limits", &[("limits", all.join(", ").into())]),
    }
}

/// A title, and a line each; nothing where there is nothing.
fn list(voice: &Voice, key: &str, items: Vec<String>) -> Vec<Markup> {
    if items.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![voice.say(key, &[])];
    lines.extend(items.iter().take(MOST).map(|it| Markup::text(it.clone())));
    if MOST < items.len() {
        lines.push(voice.say("and-more", &[("count", (items.len() - MOST).into())]));
    }
    lines
}

/// `0.0.0.0:8080 → 80/tcp`
fn port(port: &PublishedPort) -> String {
    let address = match port.address.contains(':') {
        true => format!("[{}]", port.address),
        false => port.address.clone(),
    };
    format!("• {address}:{} → {}/{}", port.outside, port.inside, short(&port.protocol, 8))
}

/// `/var/lib/postgresql ← shop_db (volume)`
fn mount(voice: &Voice, mount: &Mount) -> String {
    let source = mount.name.as_deref().filter(|it| !it.is_empty()).unwrap_or(&mount.source);
    let mut kind = vec![short(&mount.kind, 12)];
    if !mount.is_writable {
        kind.push(voice.word("inspect-read-only", &[]));
    }
    let from = if source.is_empty() { String::new() } else { format!(" ← {}", short(source, PATH)) };
    format!("• {}{from} ({})", short(&mount.target, PATH), kind.join(", "))
}

/// `✅ 09:12`, `🔴 09:12 exit 1: connection refused`
fn check(context: &CommandContext<'_>, check: &HealthCheck) -> String {
    let voice = context.voice;
    let at = looks::or_unknown(voice, check.at.map(|it| voice.moment(it, context.now)));
    // Line by line first: a key goes over many.
    let output = context.redactor.command(&[context.redactor.text(&check.output)]);
    let output = short(&output, 80);
    match check.exit_code {
        Some(0) => format!("✅ {at}"),
        Some(code) => {
            let nouns = [("at", at.into()), ("code", code.to_string().into()), ("output", output.into())];
            voice.word("inspect-check-ill", &nouns)
        }
        None => format!("❔ {at} {output}"),
    }
}

/// Where its output goes, and whether that ends.
fn log(voice: &Voice, detail: &ContainerDetail) -> Option<Markup> {
    let driver = short(&detail.log_driver, 24);
    match (detail.log_driver.as_str(), &detail.log_max_size) {
        ("", _) => None,
        ("json-file", None) => Some(voice.say("inspect-log-endless", &[("driver", driver.into())])),
        (_, Some(most)) => Some(
            voice.say("inspect-log-bounded", &[("driver", driver.into()), ("most", short(most, 12).into())]),
        ),
        (_, None) => Some(voice.say("inspect-log", &[("driver", driver.into())])),
    }
}

/// What compose and we are told by labels.
fn labels(voice: &Voice, container: &Container) -> Vec<Markup> {
    let mut lines = Vec::new();
    if let Some(project) = &container.project {
        let project = ("project", short(project, 30).into());
        lines.push(match container.service.as_deref() {
            Some(service) => voice.say("inspect-compose", &[project, ("service", short(service, 30).into())]),
            None => voice.say("inspect-project", &[project]),
        });
    }
    let ours = container.labels.iter().filter(|(name, _)| name.starts_with("vakhta."));
    let ours: Vec<String> =
        ours.take(MOST).map(|(name, value)| short(&voice.reason(&format!("{name}={value}")), 50)).collect();
    if !ours.is_empty() {
        lines.push(voice.say("inspect-labels", &[("labels", ours.join(", ").into())]));
    }
    lines
}
