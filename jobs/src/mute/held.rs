//! News that mutes hold back: kept until it was told.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{About, After, Mute, Scope, holding_all};

/// So much is kept; of what is older, only how much it was.
const MOST: usize = 200;
/// A digest is waited for when it comes within this after the mute. News of a night must not wait for Monday.
const SOON: SignedDuration = SignedDuration::from_hours(12);
/// How late that digest may be before what waits for it is told without it.
const GRACE: SignedDuration = SignedDuration::from_mins(15);

/// An incident whose card is held back, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Its number: it will be told as it is by then.
    pub incident: i64,
    /// What is wrong in it, for the mutes to come.
    pub about: Vec<About>,
    /// Since when.
    pub at: Timestamp,
    /// The mute that held it: of what it is.
    pub scope: Scope,
    /// Its end. Told before that, a person has ended it, and wants to know at once.
    pub until: Timestamp,
    /// What it had promised.
    pub after: After,
}

impl Held {
    /// An incident that a mute holds back.
    pub fn new(incident: i64, about: Vec<About>, mute: &Mute, at: Timestamp) -> Self {
        Self { incident, about, at, scope: mute.scope.clone(), until: mute.until, after: mute.after }
    }

    /// Whether it is to wait for a digest although no mute holds it.
    fn waits(&self, now: Timestamp, digest_after: impl FnOnce(Timestamp) -> Option<Timestamp>) -> bool {
        if self.after == After::Tell || now < self.until {
            return false;
        }
        let digest = digest_after(self.until).filter(|it| it.duration_since(self.until) <= SOON);
        digest.is_some_and(|it| now.duration_since(it) < GRACE)
    }
}

/// Everything that is held back, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeldBack {
    /// What is kept.
    pub news: Vec<Held>,
    /// How much more there was, longest ago.
    pub more: u32,
}

impl HeldBack {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.news.is_empty() && self.more == 0
    }

    /// Adds something; what is held back already, for another home or by another mute, stays one.
    pub fn hold(&mut self, held: Held) {
        match self.news.iter_mut().find(|it| it.incident == held.incident) {
            Some(known) => *known = Held { at: known.at, ..held },
            None => self.news.push(held),
        }
        let surplus = self.news.len().saturating_sub(MOST);
        self.news.drain(..surplus);
        self.more = self.more.saturating_add(u32::try_from(surplus).unwrap_or(u32::MAX));
    }

    /// Takes out what is to be told now: no mute holds it any more, and it does not wait for a digest.
    /// `digest_after` says when the next digest is due, at that moment or after it.
    #[must_use]
    pub fn take_due(
        &mut self,
        mutes: &[Mute],
        now: Timestamp,
        digest_after: impl Fn(Timestamp) -> Option<Timestamp>,
    ) -> Self {
        let stays = |it: &Held| holding_all(mutes, &it.about, now).is_some() || it.waits(now, &digest_after);
        let (left, due): (Vec<Held>, Vec<Held>) = std::mem::take(&mut self.news).into_iter().partition(stays);
        self.news = left;
        Self { more: self.take_more(), news: due }
    }

    /// What a digest says was held back. What it was promised to leaves with it; the rest is told once more when its
    /// mute is over.
    #[must_use]
    pub fn take_for_digest(&mut self, mutes: &[Mute], now: Timestamp) -> Self {
        let said = self.news.clone();
        self.news.retain(|it| it.after == After::Tell && holding_all(mutes, &it.about, now).is_some());
        Self { more: self.take_more(), news: said }
    }

    /// The count of what is not kept goes with the last of what is.
    fn take_more(&mut self) -> u32 {
        if self.news.is_empty() { std::mem::take(&mut self.more) } else { 0 }
    }

    /// When the oldest of it was held back.
    pub fn since(&self) -> Option<Timestamp> {
        self.news.iter().map(|it| it.at).min()
    }

    /// Of what the mutes were that held it, each once.
    pub fn scopes(&self) -> Vec<Scope> {
        let mut scopes: Vec<Scope> = self.news.iter().map(|it| it.scope.clone()).collect();
        scopes.sort();
        scopes.dedup();
        scopes
    }
}
