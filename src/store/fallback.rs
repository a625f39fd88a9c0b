//! What waits to be said, as those see it who look whether it gets through at all.

use jiff::Timestamp;
use jobs::ports::StoreError;

use super::outbox::{self, Parcel, ParcelId};
use super::{Database, moment};
use crate::message::{ChatId, Place};

impl Database {
    /// Everything urgent that is neither delivered nor refused, in the order it was put.
    pub fn urgent_parcels(&self) -> Result<Vec<Parcel>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT id, chat, thread, made, notice, attempts, uncertain, why, incident, ring FROM parcels \
                       WHERE state < 2 AND urgent = 1 ORDER BY id";
            let row = |row: &rusqlite::Row<'_>| {
                // One that this release cannot read is the postman's to give up.
                let content = outbox::content(&row.get::<_, String>(4)?, row.get(8)?, row.get(9)?);
                let Some(content) = content else { return Ok(None) };
                Ok(Some(Parcel {
                    id: ParcelId(row.get(0)?),
                    place: Place { chat: ChatId(row.get(1)?), thread: row.get(2)? },
                    content,
                    urgent: true,
                    made: moment(row.get(3)?),
                    attempts: row.get(5)?,
                    uncertain: row.get(6)?,
                    why: row.get(7)?,
                }))
            };
            let mut statement = ground.conn.prepare_cached(sql)?;
            let waiting = statement.query_map([], row)?.collect::<Result<Vec<_>, _>>()?;
            Ok(waiting.into_iter().flatten().collect())
        })
    }

    /// When the oldest news was made that waits while nothing newer has arrived anywhere. What waits for one chat that
    /// is closed does not count as long as another is reached.
    pub fn stuck_since(&self) -> Result<Option<Timestamp>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT min(made) FROM parcels WHERE state < 2 \
                       AND made > (SELECT ifnull(max(ended), 0) FROM parcels WHERE state = 2)";
            let made: Option<i64> = ground.conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
            Ok(made.map(moment))
        })
    }
}
