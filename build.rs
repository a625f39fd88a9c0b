//! Makes the list of languages out of the catalogues that lie in `src/locale`: a language is one file.

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

    let entries: String = tags
        .iter()
        .map(|tag| {
            let file = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{CATALOGUES}/{tag}.ftl\")");
            format!("    Locale::new(\"{tag}\", include_str!({file})),\n")
        })
        .collect();
    let list = format!(
        "/// The languages there are; the first one is spoken to whoever prefers none of them.\n\
         pub static LOCALES: [Locale; {}] = [\n{entries}];\n",
        tags.len()
    );
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no OUT_DIR"))?;
    fs::write(Path::new(&out).join("locales.rs"), list)
}
