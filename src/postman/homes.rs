//! Where news goes, and where it goes instead when it cannot go there: from a topic that is closed or gone to its group,
//! from a group that does not let us write to the owners' own chats.

use serde::{Deserialize, Serialize};

use crate::message::{ChatId, Place};
use crate::store::Database;

/// Where the homes of a watch are kept for others over the same store.
const KEPT: &str = "homes/1";

/// Where news goes, as the settings have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Homes {
    /// What is news when it happens.
    pub alerts: Vec<Place>,
    /// Digests.
    pub digests: Vec<Place>,
    /// The owners' own chats: where everything goes that can go nowhere else.
    pub owners: Vec<Place>,
}

impl Homes {
    /// Everything to the same places, which are somebody's own.
    pub fn own(places: Vec<Place>) -> Self {
        Self { alerts: places.clone(), digests: places.clone(), owners: places }
    }

    /// Keeps them in the store. Who watches over it at a terminal while nobody else does writes news down for them too:
    /// it is told when the watch that reaches them is back.
    pub fn keep(&self, database: &Database) {
        if self == &Self::kept(database) {
            return;
        }
        let Ok(written) = serde_json::to_string(self) else { return };
        if let Err(error) = database.put_state(KEPT, &written) {
            tracing::warn!(%error, "where news goes could not be written down");
        }
    }

    /// What was kept last; nowhere, where no watch ever kept any.
    pub fn kept(database: &Database) -> Self {
        let written = database.get_state(KEPT).ok().flatten();
        written.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default()
    }

    /// These and others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.alerts.extend(others.alerts);
        self.digests.extend(others.digests);
        self.owners.extend(others.owners);
        self
    }

    /// Each place, as it is by now.
    pub(super) fn map(self, now: impl Fn(Place) -> Place) -> Self {
        let all = |places: Vec<Place>| places.into_iter().map(&now).collect();
        Self { alerts: all(self.alerts), digests: all(self.digests), owners: all(self.owners) }
    }
}

/// Where news goes by now.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    homes: Homes,
    /// Topics that take nothing; their groups do.
    shut: Vec<Place>,
    /// Groups that take nothing.
    lost: Vec<ChatId>,
}

impl Addresses {
    pub(super) fn new(homes: Homes) -> Self {
        Self { homes, shut: Vec::new(), lost: Vec::new() }
    }

    /// Where what is news when it happens goes.
    pub(super) fn alerts(&self) -> Vec<Place> {
        self.by_now(&self.homes.alerts)
    }

    /// Where digests go.
    pub(super) fn digests(&self) -> Vec<Place> {
        self.by_now(&self.homes.digests)
    }

    /// The owners' own chats.
    pub(super) fn owners(&self) -> &[Place] {
        &self.homes.owners
    }

    /// The chats that anything is carried to.
    pub(super) fn chats(&self) -> Vec<ChatId> {
        let Homes { alerts, digests, owners } = &self.homes;
        let chats = alerts.iter().chain(digests).chain(owners).map(|it| it.chat);
        chats.filter(|it| !self.lost.contains(it)).collect()
    }

    /// Whether anything is carried to that chat.
    pub(super) fn has(&self, chat: ChatId) -> bool {
        self.chats().contains(&chat)
    }

    /// A topic takes nothing. False: that is known.
    pub(super) fn shut(&mut self, topic: Place) -> bool {
        let is_new = topic.thread.is_some() && !self.shut.contains(&topic);
        if is_new {
            self.shut.push(topic);
        }
        is_new
    }

    /// A chat takes nothing. False: it is an owner's own, and what is for it waits; or that is known.
    pub(super) fn lose(&mut self, chat: ChatId) -> bool {
        let is_owners = self.homes.owners.iter().any(|it| it.chat == chat);
        let is_new = !is_owners && !self.homes.owners.is_empty() && !self.lost.contains(&chat);
        if is_new {
            self.lost.push(chat);
        }
        is_new
    }

    /// Somebody wrote in a chat: it may take something again.
    pub(super) fn regain(&mut self, chat: ChatId) {
        self.lost.retain(|it| *it != chat);
        self.shut.retain(|it| it.chat != chat);
    }

    /// A chat has a new number. The topics of the new one are other topics.
    pub(super) fn follow(&mut self, from: ChatId, to: ChatId) {
        let Homes { alerts, digests, owners } = &mut self.homes;
        let all = alerts.iter_mut().chain(digests).chain(owners);
        all.filter(|it| it.chat == from).for_each(|it| it.chat = to);
    }

    fn by_now(&self, places: &[Place]) -> Vec<Place> {
        let mut now: Vec<Place> = Vec::new();
        let mut add = |place| {
            if !now.contains(&place) {
                now.push(place);
            }
        };
        for place in places {
            match place {
                place if self.lost.contains(&place.chat) => self.homes.owners.iter().for_each(|it| add(*it)),
                place if self.shut.contains(place) => add(Place::chat(place.chat)),
                place => add(*place),
            }
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Place = Place { chat: ChatId(7), thread: None };
    const GROUP: ChatId = ChatId(-100);
    const GENERAL: Place = Place { chat: GROUP, thread: None };
    const ALERTS: Place = Place { chat: GROUP, thread: Some(17) };
    const DIGESTS: Place = Place { chat: GROUP, thread: Some(18) };

    fn addresses() -> Addresses {
        Addresses::new(Homes { alerts: vec![ALERTS], digests: vec![DIGESTS], owners: vec![OWNER] })
    }

    #[test]
    fn a_topic_that_is_shut_is_replaced_by_its_group_until_somebody_writes_there() {
        let mut it = addresses();
        assert!(it.shut(ALERTS) && !it.shut(ALERTS) && !it.shut(GENERAL));
        assert_eq!((it.alerts(), it.digests()), (vec![GENERAL], vec![DIGESTS]));
        it.regain(GROUP);
        assert_eq!(it.alerts(), [ALERTS]);
    }

    #[test]
    fn a_group_that_is_lost_is_replaced_by_the_owners_and_an_owner_by_nobody() {
        let mut it = addresses();
        assert!(it.lose(GROUP) && !it.lose(GROUP) && !it.lose(OWNER.chat));
        assert_eq!((it.alerts(), it.digests()), (vec![OWNER], vec![OWNER]));
        assert!(!it.has(GROUP) && it.has(OWNER.chat));
        it.regain(GROUP);
        assert_eq!(it.digests(), [DIGESTS]);
    }

    #[test]
    fn without_owners_a_group_is_all_there_is() {
        let homes = Homes { owners: Vec::new(), ..Homes::own(vec![GENERAL]) };
        let mut it = Addresses::new(homes);
        assert!(!it.lose(GROUP));
        assert_eq!(it.alerts(), [GENERAL]);
    }

    #[test]
    fn a_group_that_moves_takes_its_topics_along() {
        let mut it = addresses();
        it.follow(GROUP, ChatId(-200));
        assert_eq!(it.alerts(), [Place { chat: ChatId(-200), thread: Some(17) }]);
    }
}
