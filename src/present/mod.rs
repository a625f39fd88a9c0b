//! Notices and facts, arranged for a reader: sentences from the catalogue, figures in the reader's units and zone,
//! pictures beside them. What is said comes from [`crate::locale`]; what is drawn, from the `render` package.

pub mod alert;
mod began;
pub mod chart;
pub mod containers;
pub mod digest;
pub mod hands;
pub mod heal;
pub mod healing;
pub mod incident;
pub mod mute;
pub mod names;
pub mod notice;
pub mod pages;
pub mod permits;
pub mod processes;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
pub mod reply;
mod settings;
pub mod spark;
pub mod verdict;
pub mod voice;

pub use reply::{Action, Choice, Drawing, Reply};
pub use voice::Voice;
