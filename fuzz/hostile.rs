//! Input that nobody meant, for the tests of all three packages: what lies in `fuzz/corpus`, and changes of it.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// What lies there for a promise: each with its name, in their order.
fn corpus(promise: &str) -> Vec<(String, Vec<u8>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = if here.join("fuzz").is_dir() { here } else { here.parent().expect("a package of ours") };
    let folder = root.join("fuzz/corpus").join(promise);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut inputs: Vec<(String, Vec<u8>)> = files
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(path).expect("it can be read"))
        })
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "nothing lies in {}", folder.display());
    inputs
}

/// Holds a promise to everything that lies there.
pub(crate) fn each(promise: &str, holds: impl Fn(&[u8])) {
    for (name, input) in corpus(promise) {
        println!("{promise}/{name}");
        holds(&input);
    }
}

/// Something like what lies there: pieces of several put together, cut, doubled, with bytes and whole words changed.
pub(crate) fn like(promise: &str) -> impl Strategy<Value = Vec<u8>> {
    let inputs: Vec<Vec<u8>> = corpus(promise).into_iter().map(|it| it.1).collect();
    let change = prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (any::<Index>(), prop::sample::select(WORDS.to_vec())).prop_map(|(at, word)| Change::Word(at, word)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Cut(from, to)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Double(from, to)),
        (any::<Index>(), any::<Index>(), any::<Index>())
            .prop_map(|(at, other, from)| Change::Other(at, other, from)),
    ];
    let raw = vec(any::<u8>(), 0..200);
    let changed = (any::<Index>(), vec(change, 0..8)).prop_map(move |(which, changes)| {
        let start = which.get(&inputs).clone();
        changes.into_iter().fold(start, |input, change| change.of(input, &inputs))
    });
    prop_oneof![1 => raw, 9 => changed]
}

/// As strings, for a promise about text.
#[allow(dead_code, reason = "not every package has a promise about text")]
pub(crate) fn text_like(promise: &str) -> impl Strategy<Value = String> {
    like(promise).prop_map(|it| String::from_utf8_lossy(&it).into_owned())
}

/// What breaks readers of numbers, moments, brackets and names.
const WORDS: [&str; 30] = [
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e999",
    "NaN",
    "null",
    "9999-12-31T23:59:59.999999999Z",
    "-009999-01-02",
    "\"",
    "'",
    "\\",
    "[[[[[[[[",
    "{\"a\":",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{200d}",
    "\u{feff}",
    "\u{10ffff}",
    "İ",
    "ß",
    "ﷺ",
    "👩‍👩‍👧‍👦",
    "</b>",
    "&amp;",
];

#[derive(Clone, Debug)]
enum Change {
    Byte(Index, u8),
    Word(Index, &'static str),
    Cut(Index, Index),
    Double(Index, Index),
    Other(Index, Index, Index),
}

impl Change {
    fn of(self, mut input: Vec<u8>, inputs: &[Vec<u8>]) -> Vec<u8> {
        let length = input.len();
        let place = |it: Index| it.index(length + 1);
        let stretch = |from: Index, to: Index| place(from).min(place(to))..place(from).max(place(to));
        match self {
            Self::Byte(at, byte) => match input.get_mut(place(at)) {
                Some(there) => *there = byte,
                None => input.push(byte),
            },
            Self::Word(at, word) => drop(input.splice(place(at)..place(at), word.bytes())),
            Self::Cut(from, to) => drop(input.drain(stretch(from, to))),
            Self::Double(from, to) if length < 20_000 => {
                let stretch = stretch(from, to);
                let copy = input[stretch.clone()].to_vec();
                input.splice(stretch.end..stretch.end, copy);
            }
            Self::Double(..) => {}
            Self::Other(at, other, from) => {
                let other = other.get(inputs);
                let from = from.index(other.len() + 1);
                input.truncate(place(at));
                input.extend(&other[from..]);
            }
        }
        input
    }
}
