//! Sensors, from `/sys/class/hwmon`, else from `/sys/class/thermal`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jobs::ports::{Source, Temperature, Unknown};

use super::kept::{Kept, refusal};
use super::root::HostRoot;

/// After so many looks the list of sensors is made anew, for a disk may have been plugged in: ten minutes at one look
/// every ten seconds.
const RENEW: u32 = 60;

/// What a sensor that is connected can say. Unconnected inputs of a board's chip read -62, 127 or 255.
const BELIEVABLE: std::ops::RangeInclusive<f64> = -40.0..=125.0;

/// The sensors of the machine, kept open.
#[derive(Debug)]
pub(super) struct Sensors {
    classes: Vec<PathBuf>,
    found: Vec<(String, Kept)>,
    age: u32,
}

impl Sensors {
    pub(super) fn new(root: &HostRoot) -> Self {
        Self { classes: root.either("/sys/class"), found: Vec::new(), age: RENEW }
    }

    /// What each says now; one that says nothing or nonsense is left out.
    pub(super) fn read(&mut self) -> Source<Vec<Temperature>> {
        if RENEW <= self.age {
            self.found = list(&self.classes)?;
            self.age = 0;
        }
        self.age += 1;
        if self.found.is_empty() {
            return Err(Unknown::because("this machine shows no temperature sensors"));
        }
        let read = |(sensor, file): &mut (String, Kept)| {
            let celsius = file.understand(celsius).ok()?;
            Some(Temperature { sensor: sensor.clone(), celsius })
        };
        Ok(self.found.iter_mut().filter_map(read).collect())
    }
}

/// Thousandths of a degree, as sysfs counts.
fn celsius(text: &str) -> Option<f64> {
    let celsius = text.trim().parse::<i32>().ok().map(|it| f64::from(it) / 1000.0)?;
    BELIEVABLE.contains(&celsius).then_some(celsius)
}

fn list(classes: &[PathBuf]) -> Source<Vec<(String, Kept)>> {
    let class = classes.iter().find(|it| it.is_dir()).ok_or_else(|| {
        let missing = |it: &PathBuf| refusal(it, &std::io::ErrorKind::NotFound.into());
        Unknown::because(classes.iter().map(missing).collect::<Vec<_>>().join("; "))
    })?;
    let mut inputs = chips(&class.join("hwmon"));
    if inputs.is_empty() {
        // Thermal zones are mostly the same sensors by another name, so they count only where there is nothing else.
        inputs = zones(&class.join("thermal"));
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    let distinct = |(sensor, path): (String, PathBuf)| {
        let count = seen.entry(sensor.clone()).or_default();
        *count += 1;
        let sensor = if *count == 1 { sensor } else { format!("{sensor} #{count}") };
        (sensor, Kept::new(vec![path]))
    };
    Ok(inputs.into_iter().map(distinct).collect())
}

/// `coretemp Package id 0`, or `nct6775 temp3` where the input has no label.
fn chips(hwmon: &Path) -> Vec<(String, PathBuf)> {
    let mut inputs = Vec::new();
    for chip in entries(hwmon) {
        let name = word(&chip.join("name")).unwrap_or_else(|| "sensor".to_owned());
        for input in entries(&chip) {
            let Some(number) =
                file_name(&input).strip_prefix("temp").and_then(|it| it.strip_suffix("_input"))
            else {
                continue;
            };
            let label = word(&chip.join(format!("temp{number}_label"))).unwrap_or(format!("temp{number}"));
            inputs.push((format!("{name} {label}"), input.clone()));
        }
    }
    inputs
}

fn zones(thermal: &Path) -> Vec<(String, PathBuf)> {
    entries(thermal)
        .into_iter()
        .filter(|it| file_name(it).starts_with("thermal_zone"))
        .map(|it| (word(&it.join("type")).unwrap_or_else(|| file_name(&it).to_owned()), it.join("temp")))
        .collect()
}

/// What is in a directory, `temp2` before `temp10`.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    paths.sort_by_key(|it| (file_name(it).len(), it.clone()));
    paths
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|it| it.to_str()).unwrap_or_default()
}

fn word(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let word: String = text.trim().chars().filter(|it| !it.is_control()).collect();
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A `/sys/class` of its own, removed when it is dropped.
    struct Class(PathBuf);

    impl Class {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let class = std::env::temp_dir().join(format!("vakhta-{name}-{}", std::process::id()));
            for (path, text) in files {
                let path = class.join("sys/class").join(path);
                std::fs::create_dir_all(path.parent().expect("in a directory"))
                    .expect("a temporary directory");
                std::fs::write(path, text).expect("a temporary file");
            }
            Self(class)
        }

        fn read(&self) -> Source<Vec<(String, f64)>> {
            let read = Sensors::new(&HostRoot::new(self.0.to_str().expect("a plain name"))).read()?;
            Ok(read.into_iter().map(|it| (it.sensor, it.celsius)).collect())
        }
    }

    impl Drop for Class {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).expect("our own directory");
        }
    }

    #[test]
    fn chips_are_read_by_their_labels_and_told_apart() {
        let class = Class::new(
            "chips",
            &[
                ("hwmon/hwmon0/name", "coretemp\n"),
                ("hwmon/hwmon0/temp1_label", "Package id 0\n"),
                ("hwmon/hwmon0/temp1_input", "47000\n"),
                ("hwmon/hwmon0/temp1_crit", "100000\n"),
                ("hwmon/hwmon0/temp10_input", "51500\n"),
                ("hwmon/hwmon1/name", "nvme\n"),
                ("hwmon/hwmon1/temp1_label", "Composite\n"),
                ("hwmon/hwmon1/temp1_input", "38850\n"),
                ("hwmon/hwmon2/name", "nvme\n"),
                ("hwmon/hwmon2/temp1_label", "Composite\n"),
                ("hwmon/hwmon2/temp1_input", "41000\n"),
                ("hwmon/hwmon3/name", "nct6775\n"),
                ("hwmon/hwmon3/temp2_input", "127500\n"),
                ("hwmon/hwmon3/temp3_input", "\n"),
                ("thermal/thermal_zone0/type", "acpitz"),
                ("thermal/thermal_zone0/temp", "27800"),
            ],
        );
        let expected = [
            ("coretemp Package id 0", 47.0),
            ("coretemp temp10", 51.5),
            ("nvme Composite", 38.85),
            ("nvme Composite #2", 41.0),
        ];
        assert_eq!(class.read(), Ok(expected.map(|(name, celsius)| (name.to_owned(), celsius)).to_vec()));
    }

    #[test]
    fn a_small_board_is_read_by_its_thermal_zones() {
        let class = Class::new(
            "zones",
            &[("thermal/thermal_zone0/type", "cpu-thermal\n"), ("thermal/thermal_zone0/temp", "-1500\n")],
        );
        assert_eq!(class.read(), Ok(vec![("cpu-thermal".to_owned(), -1.5)]));
    }

    #[test]
    fn a_virtual_machine_without_sensors_is_unknown() {
        let class = Class::new("none", &[("net/lo/x", "")]);
        assert_eq!(class.read(), Err(Unknown::because("this machine shows no temperature sensors")));
    }
}
