//! A person's answer to what was offered: done by the same path, counted the same way, and never refused by a budget.

use jiff::Timestamp;

use super::act::act;
use super::cure::{state, trouble};
use super::decide::State;
use super::past::Past;
use super::{Heal, HealStep, Mode, Outcome, Settings, Try, When};
use crate::label::{HandsOff, hands_off};
use crate::series::before;
use crate::{JobError, Ports};

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// It was asked for.
    Done(Outcome),
    /// It is not ill any more.
    Well,
    /// Nobody lays hands on it.
    HandsOff(HandsOff),
    /// There is no such container any more.
    Gone,
}

/// Does what was offered for a container, if that is still ill. `by` is the account that asks.
pub async fn accept(
    settings: &Settings,
    name: &str,
    by: i64,
    ports: &Ports,
    now: Timestamp,
) -> Result<Answered, JobError> {
    let all = ports.containers().await?;
    let Some(container) = all.iter().find(|it| it.name == name) else { return Ok(Answered::Gone) };
    let own = ports.engine.own_container().await;
    if let Some(why) = hands_off(container, own.as_deref()) {
        return Ok(Answered::HandsOff(why));
    }
    let detail = ports.engine.inspect(&container.id).await?;
    let journal = ports.store.heals_since(before(now, super::past::HOUR))?;
    let past = Past::of(&journal, name);
    let offered = journal.iter().rev().find_map(|it| match &it.what {
        HealStep::Offered(it_was) if it.target == name => Some(it_was.clone()),
        _ => None,
    });
    let fell = offered.as_ref().is_some_and(|it| is_of(settings, it, When::Down));
    if matches!(state(&detail, fell, now), State::Well { .. }) {
        return Ok(Answered::Well);
    }
    let policy = trouble(&detail, fell).and_then(|when| settings.policy(when, container));
    let what = match (offered, policy) {
        (Some(offered), _) => Try { attempt: past.tried(now).saturating_add(1), ..offered },
        (None, Some(policy)) => Try {
            policy: policy.name.clone(),
            verb: policy.verb,
            attempt: past.tried(now).saturating_add(1),
            of: policy.most_an_hour,
            mode: Mode::Ask,
        },
        (None, None) => return Ok(Answered::Well),
    };
    let written = act(what, container, &all, Some(by), ports, now).await?;
    let outcome = written.into_iter().find_map(|it| match it.what {
        HealStep::Ended { outcome, .. } => Some(outcome),
        _ => None,
    });
    Ok(Answered::Done(outcome.unwrap_or_else(|| Outcome::Unknown("not written down".to_owned()))))
}

/// Remembers that somebody does not want what was offered.
pub fn decline(name: &str, by: i64, ports: &Ports, now: Timestamp) -> Result<(), JobError> {
    let heal = Heal { at: now, alert: None, target: name.to_owned(), what: HealStep::Declined { by } };
    Ok(ports.store.put_heal(&heal)?)
}

fn is_of(settings: &Settings, it: &Try, when: When) -> bool {
    settings.policies.iter().any(|policy| policy.name == it.policy && policy.when == when)
}
