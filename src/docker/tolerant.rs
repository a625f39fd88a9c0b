//! Reading what engines of ten years write: a field that is missing, null or of another kind is its default, a word that
//! is not known is kept, and one odd entry does not spoil its list.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A field that may be anything.
pub(super) fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    Ok(T::deserialize(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// A list whose entries may be anything; those that are not a `T` are left out. Null is empty.
#[derive(Debug)]
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Entry by entry, so that only one of them exists twice at a time.
        struct Entry<T>(Option<T>);
        impl<'de, T: DeserializeOwned> Deserialize<'de> for Entry<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self(T::deserialize(Value::deserialize(deserializer)?).ok()))
            }
        }
        let entries = Option::<Vec<Entry<T>>>::deserialize(deserializer)?.unwrap_or_default();
        Ok(Self(entries.into_iter().filter_map(|entry| entry.0).collect()))
    }
}

/// What stands behind names. One that is no `T` is its default, so that the name at least is known. Null is empty.
#[derive(Debug)]
pub(super) struct Table<T>(pub(super) BTreeMap<String, T>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, T: DeserializeOwned + Default> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Option::<BTreeMap<String, Value>>::deserialize(deserializer)?.unwrap_or_default();
        let entry = |(name, value)| (name, T::deserialize(value).unwrap_or_default());
        Ok(Self(entries.into_iter().map(entry).collect()))
    }
}

/// Words: a list of them, or one by itself as Podman writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Words(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::String(word) if word.is_empty() => Vec::new(),
            Value::String(word) => vec![word],
            Value::Array(words) => words.into_iter().filter_map(string).collect(),
            _ => Vec::new(),
        }))
    }
}

fn string(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A moment: seconds since 1970 or RFC 3339. Docker's "never" (the year 1, or nothing after 1970) is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Moment(pub(super) Option<Timestamp>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let moment = match Value::deserialize(deserializer)? {
            Value::Number(number) => number.as_i64().and_then(|it| Timestamp::from_second(it).ok()),
            Value::String(text) => text.parse::<Timestamp>().ok(),
            _ => None,
        };
        Ok(Self(moment.filter(|it| Timestamp::UNIX_EPOCH < *it)))
    }
}

/// A count or a size. Engines write -1 for what they have not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Count(pub(super) Option<u64>);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Value::deserialize(deserializer)?.as_u64()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Row {
        #[serde(deserialize_with = "lenient")]
        name: String,
        #[serde(deserialize_with = "lenient")]
        tags: Vec<String>,
        #[serde(deserialize_with = "lenient")]
        at: Moment,
        #[serde(deserialize_with = "lenient")]
        size: Count,
    }

    #[test]
    fn an_odd_field_is_its_default_and_the_others_stay() {
        let row: Row = serde_json::from_str(r#"{"name": 7, "tags": null, "at": "yesterday", "size": 3}"#)
            .expect("tolerated");
        assert_eq!(
            (row.name.as_str(), row.tags.len(), row.at, row.size),
            ("", 0, Moment(None), Count(Some(3)))
        );
    }

    #[test]
    fn an_odd_entry_is_left_out_and_the_others_stay() {
        let rows: List<Row> =
            serde_json::from_str(r#"[null, {"name": "a"}, 5, "x", {"name": "b"}]"#).expect("tolerated");
        let names: Vec<&str> = rows.0.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(serde_json::from_str::<List<Row>>("null").expect("tolerated").0.is_empty());
        assert!(serde_json::from_str::<List<Row>>("{}").is_err());
    }

    #[test]
    fn an_odd_value_keeps_its_name() {
        let table: Table<Row> =
            serde_json::from_str(r#"{"a": {"name": "x"}, "b": null, "c": 7}"#).expect("tolerated");
        let names: Vec<(&str, &str)> =
            table.0.iter().map(|(name, row)| (name.as_str(), row.name.as_str())).collect();
        assert_eq!(names, [("a", "x"), ("b", ""), ("c", "")]);
        assert!(serde_json::from_str::<Table<Row>>("null").expect("tolerated").0.is_empty());
    }

    #[test]
    fn words_are_a_list_or_one() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(serde_json::from_str::<Words>(text).expect("tolerated").0, expected, "{text}");
        };
        check(r#"["a", 5, "b"]"#, &["a", "b"]);
        check(r#""/bin/sh -c""#, &["/bin/sh -c"]);
        for nothing in ["null", r#""""#, "[]", "7"] {
            check(nothing, &[]);
        }
    }

    #[test]
    fn never_is_not_a_moment() {
        let moment =
            |text: &str| serde_json::from_str::<Moment>(text).expect("tolerated").0.map(|it| it.to_string());
        assert_eq!(moment(r#""0001-01-01T00:00:00Z""#), None);
        assert_eq!(moment("0"), None);
        assert_eq!(moment("-62135596800"), None);
        assert_eq!(moment("1714979289").as_deref(), Some("2024-05-06T07:08:09Z"));
        assert_eq!(moment(r#""2024-05-06T09:08:09.5+02:00""#).as_deref(), Some("2024-05-06T07:08:09.5Z"));
        assert_eq!(moment("[]"), None);
    }
}
