//! Makes the list of languages out of the catalogues that lie in `src/locale`: a language is one file. With each goes where
//! its sentences stand in it, so that the program reads the few it says instead of all there are.

use std::path::Path;
use std::{env, fs, io};

/// Where the catalogues lie, each named for its IETF tag: `de.ftl`.
const CATALOGUES: &str = "src/locale";
/// Spoken to whoever prefers none of the others, so it is the first of the list.
const FIRST: &str = "en";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={CATALOGUES}");
    let mut tags: Vec<String> = fs::read_dir(CATALOGUES)?
        .map(|entry| Ok(entry?.path()))
        .filter(|path| path.as_ref().map_or(true, |it| it.extension().is_some_and(|end| end == "ftl")))
        .map(|path: io::Result<_>| {
            let path = path?;
            let tag = path.file_stem().and_then(|it| it.to_str()).map(str::to_owned);
            tag.ok_or_else(|| io::Error::other(format!("{} is no language's tag", path.display())))
        })
        .collect::<io::Result<_>>()?;
    tags.sort_by_key(|tag| (tag != FIRST, tag.clone()));

    let entries = tags
        .iter()
        .map(|tag| {
            let path = format!("{CATALOGUES}/{tag}.ftl");
            let places = places(&fs::read_to_string(&path)?);
            let file = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{path}\")");
            Ok(format!("    Locale::new(\"{tag}\", include_str!({file}), &{places:?}),\n"))
        })
        .collect::<io::Result<String>>()?;
    let list = format!(
        "/// The languages there are; the first one is spoken to whoever prefers none of them.\n\
         pub static LOCALES: [Locale; {}] = [\n{entries}];\n",
        tags.len()
    );
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no OUT_DIR"))?;
    fs::write(Path::new(&out).join("locales.rs"), list)
}

/// Where each sentence begins and ends, in bytes, by the order of the keys. It begins a line and goes on over those that
/// are indented, empty, or close a choice.
fn places(catalogue: &str) -> Vec<(u32, u32)> {
    let mut sentences: Vec<(&str, u32, u32)> = Vec::new();
    let mut at = 0;
    let mut is_open = false;
    for line in catalogue.split_inclusive('\n') {
        let end = at + line.len() as u32;
        if line.starts_with([' ', '\t', '}']) {
            if let Some(last) = sentences.last_mut().filter(|_| is_open) {
                last.2 = end;
            }
        } else if !line.trim().is_empty() {
            let key = line.split_once(" =").filter(|_| !line.starts_with('#'));
            is_open = key.is_some();
            sentences.extend(key.map(|(key, _)| (key, at, end)));
        }
        at = end;
    }
    sentences.sort_unstable();
    sentences.into_iter().map(|(_, begin, end)| (begin, end)).collect()
}
