//! Time zones by their IANA names.

use jiff::tz::TimeZone;

use crate::nearest::nearest;

/// A zone and its name as the database spells it.
///
/// # Errors
/// What to write instead.
pub fn get(name: &str) -> Result<(String, TimeZone), String> {
    let name = name.trim();
    // What most machines say needs no database, which is a walk through hundreds of files.
    if name == "UTC" {
        return Ok((name.to_owned(), TimeZone::UTC));
    }
    if let Ok(zone) = TimeZone::get(name)
        && let Some(spelt) = zone.iana_name()
    {
        return Ok((spelt.to_owned(), zone));
    }
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    // People know the city: `Berlin` is nearest to nothing but the end of `Europe/Berlin`.
    let city = |full: &&str| full.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(name));
    let names = || names.iter().map(String::as_str);
    Err(match names().find(city).or_else(|| nearest(name, names())) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => "write a name such as \"Europe/Berlin\" or \"UTC\"".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_and_a_slip_is_understood() {
        assert_eq!(get("europe/berlin").expect("it exists").0, "Europe/Berlin");
        for (name, remedy) in [
            ("Europe/Belrin", "did you mean \"Europe/Berlin\"?"),
            ("berlin", "did you mean \"Europe/Berlin\"?"),
            ("CET-1CEST", "write a name such as \"Europe/Berlin\" or \"UTC\""),
            ("", "write a name such as \"Europe/Berlin\" or \"UTC\""),
        ] {
            assert_eq!(get(name).expect_err(name), remedy, "{name}");
        }
    }
}
