//! Vakhta watches a Linux server and its Docker containers, and tells its owner when something is really wrong.

pub mod doctor;
pub mod host;
pub mod markup;
pub mod message;
pub mod transport;
