//! What is known of one series, and its arithmetic.

use jiff::Timestamp;

/// A stretch of one series, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Each a moment or a roll-up of one.
    pub points: Vec<Point>,
}

/// A value, or what a stretch of values was rolled up into (then `low <= mean <= high`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When; of a roll-up, its beginning.
    pub at: Timestamp,
    /// The value, or the mean of the stretch.
    pub mean: f64,
    /// The least of the stretch.
    pub low: f64,
    /// The most of the stretch.
    pub high: f64,
    /// How many samples went in; 1 for a sample itself.
    pub count: u32,
}

impl Point {
    /// A single sample.
    pub fn sample(at: Timestamp, value: f64) -> Self {
        Self { at, mean: value, low: value, high: value, count: 1 }
    }
}
