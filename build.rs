//! Makes the list of languages out of the catalogues that lie in `src/locale`: a language is one file. With each goes where
//! its sentences stand in it, so that the program reads the few it says instead of all there are.
//!
//! And tells the linker which functions a watch runs, so that it puts them side by side.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io};

/// Where the catalogues lie, each named for its IETF tag: `de.ftl`.
const CATALOGUES: &str = "src/locale";
/// Spoken to whoever prefers none of the others, so it is the first of the list.
const FIRST: &str = "en";
/// Names of functions, a line each: written by `bench/order.sh`.
const ORDER: &str = "bench/order.txt";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={CATALOGUES}");
    println!("cargo::rerun-if-changed={ORDER}");
    catalogues()?;
    order();
    Ok(())
}

/// Has the release binary laid out by [`ORDER`], where the linker can (lld, with which Rust links on x86-64). The kernel maps
/// sixteen pages around each one that is touched: without it 9 of 9.7 MB of code are resident, with it 4.
fn order() {
    let of = |name| env::var_os(name).unwrap_or_default();
    if of("PROFILE") != "release" || !Path::new(ORDER).exists() {
        return;
    }
    let argument = |file: &Path| format!("-Wl,--symbol-ordering-file={}", file.display());
    if links_with(&argument(Path::new("/dev/null"))) {
        println!(
            "cargo::rustc-link-arg-bins={}",
            argument(&Path::new(&of("CARGO_MANIFEST_DIR")).join(ORDER))
        );
        // Of what this build has not, nothing is to be put anywhere.
        println!("cargo::rustc-link-arg-bins=-Wl,--no-warn-symbol-ordering");
    } else {
        println!("cargo::warning=the linker cannot order functions: some 5 MiB more will be resident");
    }
}

/// Whether a program can be put together with this argument for the linker.
fn links_with(argument: &str) -> bool {
    let of = |name| env::var_os(name).unwrap_or_default();
    let source = Path::new(&of("OUT_DIR")).join("empty.rs");
    if fs::write(&source, "fn main() {}").is_err() {
        return false;
    }
    let mut rustc = Command::new(of("RUSTC"));
    rustc.arg("--target").arg(of("TARGET")).arg("-o").arg(source.with_extension("out")).arg(&source);
    rustc.args(["-C", &format!("link-arg={argument}")]);
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        rustc.args(["-C", &format!("linker={linker}")]);
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\x1f').filter(|it| !it.is_empty()));
    rustc.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|it| it.success())
}

fn catalogues() -> io::Result<()> {
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
