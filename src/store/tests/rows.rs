//! How much there is in each table: for tests of the daemon that see to it that nothing grows without end.

use std::collections::BTreeMap;

use super::super::Database;

impl Database {
    /// Rows of each table.
    pub(crate) fn rows(&self) -> BTreeMap<String, u64> {
        let counted = self.lock().read(|ground| {
            let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
            let mut statement = ground.conn.prepare(sql)?;
            let names: Vec<String> = statement.query_map([], |it| it.get(0))?.collect::<Result<_, _>>()?;
            let count = |name: String| {
                let sql = format!("SELECT count(*) FROM {name}");
                let rows: i64 = ground.conn.query_row(&sql, [], |it| it.get(0))?;
                Ok((name, rows.unsigned_abs()))
            };
            names.into_iter().map(count).collect()
        });
        counted.expect("a store that can be read")
    }
}
