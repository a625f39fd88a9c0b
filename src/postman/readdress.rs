//! News for a chat that has moved, for a topic that is gone, for a group that takes nothing more.

use jobs::notice::{House, Notice};
use jobs::ports::StoreError;

use super::Postman;
use crate::message::{ChatId, Place};
use crate::store::{Database, NewParcel};

impl Postman {
    /// A chat has a new number: what waits goes there, and so does what comes.
    pub(super) fn follow(&self, from: ChatId, to: ChatId) -> Result<(), StoreError> {
        tracing::info!(%from, %to, "a chat has moved");
        self.database.chat_moved(from, to)?;
        self.database.put_state(&moved_key(from), &to.to_string())?;
        self.addresses().follow(from, to);
        Ok(())
    }

    /// What waits for a group that is none of ours any more goes where news goes now.
    pub(super) fn collect_strays(&self) -> Result<(), StoreError> {
        for chat in self.database.waiting_chats()? {
            let reached = self.outbox.reaches(Place::chat(chat));
            if chat.0 < 0 && reached && !self.addresses().has(chat) {
                tracing::info!(%chat, "what waits for a former group goes where news goes now");
                self.database.readdress(chat, None, &self.homes(), self.clock.now())?;
            }
        }
        Ok(())
    }

    /// A topic takes nothing more: what was for it goes to its group, which is told so once.
    pub(super) fn leave_topic(&self, topic: Place) -> Result<(), StoreError> {
        tracing::warn!(chat = %topic.chat, thread = topic.thread, "the topic is gone, its news goes to the whole group");
        let now = self.clock.now();
        let general = Place::chat(topic.chat);
        self.addresses().shut(topic);
        self.database.readdress(topic.chat, topic.thread, &[general], now)?;
        let told = format!("topic.gone/1.{}/{}", topic.chat, topic.thread.unwrap_or_default());
        if self.database.get_state(&told)?.is_none() {
            let notice = Notice::House(House::TopicGone);
            let parcel = NewParcel { place: general, notice, urgent: false, made: now };
            self.database.put_parcels(&[parcel])?;
            self.database.put_state(&told, &now.to_string())?;
        }
        self.show_quietly(&self.database.open_incidents()?, now)
    }

    /// A group takes nothing more: what was for it goes to the owners, who are told so.
    pub(super) fn leave_chat(&self, chat: ChatId, why: &str) -> Result<(), StoreError> {
        tracing::warn!(%chat, why, "the group does not let us write, its news goes to the owners");
        let now = self.clock.now();
        let owners = self.addresses().owners().to_vec();
        self.database.readdress(chat, None, &owners, now)?;
        let notice = Notice::House(House::GroupLost { chat: chat.0, why: why.to_owned() });
        let parcel =
            |place: &Place| NewParcel { place: *place, notice: notice.clone(), urgent: false, made: now };
        self.database.put_parcels(&owners.iter().map(parcel).collect::<Vec<_>>())?;
        self.show_quietly(&self.database.open_incidents()?, now)
    }
}

/// Where a chat's new number is remembered.
fn moved_key(chat: ChatId) -> String {
    format!("moved.{chat}")
}

/// Where a place is by now.
pub(super) fn moved(database: &Database, mut place: Place) -> Place {
    /// More moves than this are a circle.
    const MOST: usize = 8;
    for _ in 0..MOST {
        let to = database.get_state(&moved_key(place.chat)).ok().flatten();
        let Some(to) = to.and_then(|it| it.parse().ok()) else { break };
        place.chat = ChatId(to);
    }
    place
}
