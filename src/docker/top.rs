//! `GET /containers/ID/top`.

use jobs::ports::Processes;
use serde::Deserialize;

use super::log;
use super::tolerant::{List, Words, lenient};

/// Of one cell, so many bytes are kept: a command line may be as long as 2 MiB.
const CELL_MOST: usize = 1024;

/// What Podman looks up by itself. Asked for nothing, it runs the container's own `ps`, and few images have one.
pub(super) const PODMANS: &str = "user,pid,ppid,pcpu,etime,tty,time,args";

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Top {
    #[serde(deserialize_with = "lenient")]
    titles: Words,
    #[serde(deserialize_with = "lenient")]
    processes: List<Words>,
}

pub(super) fn processes(top: Top) -> Processes {
    // A program writes its own command line, and may write anything there.
    let cell = |it: String| log::line(it.as_bytes(), CELL_MOST);
    Processes {
        titles: top.titles.0,
        rows: top.processes.0.into_iter().map(|row| row.0.into_iter().map(cell).collect()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_a_row_of_clean_cells() {
        let read = |text: &str| processes(serde_json::from_str(text).expect("tolerated"));
        let top = read(
            r#"{"Titles":["UID","PID","CMD"],"Processes":[["root","1","/web\u001b[31m --port 80\nx"],["root","7",null]]}"#,
        );
        assert_eq!(top.titles, ["UID", "PID", "CMD"]);
        assert_eq!(top.rows, [vec!["root", "1", "/web --port 80 x"], vec!["root", "7"]]);
        assert_eq!(read(r#"{"Titles":null,"Processes":null}"#), Processes::default());
        let long = read(&format!(r#"{{"Processes":[["{}"]]}}"#, "x".repeat(100_000)));
        assert!(long.rows[0][0].len() <= CELL_MOST, "{}", long.rows[0][0].len());
    }
}
