//! How warm it is; the subject is the sensor.

use std::collections::HashMap;

use super::Look;
use crate::metric::{Metric, Reading, Subject, Unit};

/// Of each sensor.
pub(super) const TEMPERATURE: Metric =
    Metric { id: "temperature", unit: Unit::Celsius, subject: Some(Subject::Sensor), read: each };

/// What a machine that runs can be. Sensors that are not connected say -273, -128, 127 or thousands.
const POSSIBLE: std::ops::RangeInclusive<f64> = -60.0..=126.0;

pub(super) fn each(look: &Look) -> Vec<Reading> {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let mut readings = Vec::new();
    for it in look.now.temperatures.iter().flatten() {
        // Two disks of one kind have sensors of one name. The kernel's order is stable from one look to the next.
        let number = seen.entry(&it.sensor).and_modify(|count| *count += 1).or_insert(1);
        let subject = if *number == 1 { it.sensor.clone() } else { format!("{} #{number}", it.sensor) };
        if POSSIBLE.contains(&it.celsius) {
            readings.push(Reading::of(subject, it.celsius));
        }
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{at, machine};
    use crate::ports::Temperature;
    use crate::sample::tests::look;

    #[test]
    fn sensors_of_one_name_are_numbered_and_impossible_ones_are_silent() {
        let sensors = [("nvme", -273.0), ("nvme", 41.0), ("cpu", 50.5), ("nvme", f64::NAN)];
        let mut snapshot = machine(at(0));
        let sensor = |(sensor, celsius): (&str, f64)| Temperature { sensor: sensor.to_owned(), celsius };
        snapshot.temperatures = Ok(sensors.map(sensor).to_vec());
        let readings = (TEMPERATURE.read)(&look(None, snapshot));
        assert_eq!(readings, [Reading::of("nvme #2", 41.0), Reading::of("cpu", 50.5)]);
    }
}
