//! Detectors on series, and days in the life of a machine.

mod detectors;
mod forecast;
mod rounds;
mod unusual;
