//! Vakhta watches a Linux server and its Docker containers, and tells its owner when something is really wrong.

pub mod markup;
pub mod message;
pub mod store;
pub mod transport;
