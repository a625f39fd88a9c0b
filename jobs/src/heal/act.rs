//! The one place where something is done to a container by healing: counted before, written down after.

use jiff::Timestamp;

use super::restart_unhealthy::tenants;
use super::{Heal, HealStep, Outcome, Try};
use crate::label::hands_off;
use crate::ports::{Container, EngineError, Verb};
use crate::{JobError, Ports};

/// Does it. `by` is the account that asked for it; none when nobody did. What cannot be counted is not done: when the
/// journal takes no entry, this fails before anything happens. Answers with what was written.
pub(super) async fn act(
    what: Try,
    container: &Container,
    all: &[Container],
    by: Option<i64>,
    ports: &Ports,
    now: Timestamp,
) -> Result<Vec<Heal>, JobError> {
    let note = |what| Heal { at: now, alert: None, target: container.name.clone(), what };
    let verb = what.verb;
    let began = note(HealStep::Began { what, by });
    ports.store.put_heal(&began)?;
    let outcome = asked(ports, verb, container).await;
    let mut along = Vec::new();
    if verb == Verb::Restart && outcome == Outcome::Done {
        let own = ports.engine.own_container().await;
        for tenant in tenants(container, all) {
            if hands_off(tenant, own.as_deref()).is_none()
                && asked(ports, Verb::Restart, tenant).await == Outcome::Done
            {
                along.push(tenant.name.clone());
            }
        }
    }
    let ended = note(HealStep::Ended { outcome, along });
    // Done is done, whether or not it can be written down; whether it helped is found out by looking.
    ports.store.put_heal(&ended).ok();
    Ok(vec![began, ended])
}

async fn asked(ports: &Ports, verb: Verb, container: &Container) -> Outcome {
    match ports.engine.act(verb, &container.id).await {
        Ok(()) => Outcome::Done,
        Err(error @ (EngineError::Unanswered(_) | EngineError::Garbled(_))) => {
            Outcome::Unknown(error.to_string())
        }
        Err(
            error @ (EngineError::NoSuchContainer(_) | EngineError::Refused(_) | EngineError::Unreachable(_)),
        ) => Outcome::Refused(error.to_string()),
    }
}
