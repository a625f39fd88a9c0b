//! The one place where something is done to a container by healing: counted before, written down after.

use jiff::Timestamp;

use super::restart_unhealthy::tenants;
use super::{Heal, HealStep, Outcome, Try};
use crate::audit::{self, Deed, Who};
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
    // What a person asked for is in the audit by their name already.
    let deed = by.is_none().then(|| Deed::begun(now, Who::Vakhta, verb.name(), &container.name));
    let number = deed.as_ref().map(|it| ports.store.put_deed(it)).transpose()?;
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
    if let Some(deed) = deed {
        let (code, words) = match &outcome {
            Outcome::Done => (audit::Outcome::Done, along.join(" ")),
            Outcome::Refused(why) => (audit::Outcome::Failed, why.clone()),
            Outcome::Unknown(why) => (audit::Outcome::Unknown, why.clone()),
        };
        ports.store.put_deed(&Deed { begun: number, ..deed.ended(code, &words) }).ok();
    }
    let ended = note(HealStep::Ended { outcome, along });
    // Done is done, whether or not it can be written down; whether it helped is found out by looking.
    ports.store.put_heal(&ended).ok();
    Ok(vec![began, ended])
}

async fn asked(ports: &Ports, verb: Verb, container: &Container) -> Outcome {
    match ports.engine.act(verb, &container.id).await {
        Ok(()) => Outcome::Done,
        Err(EngineError::Unanswered(why) | EngineError::Garbled(why)) => Outcome::Unknown(why),
        Err(EngineError::Refused(why) | EngineError::Unreachable(why)) => Outcome::Refused(why),
        Err(error @ EngineError::NoSuchContainer(_)) => Outcome::Refused(error.to_string()),
    }
}
