//! Writes one picture of every kind into a folder, so that a person can look at them:
//! `cargo run -p render --example gallery -- /tmp/gallery`.
#![expect(clippy::disallowed_methods, reason = "a gallery is made of files")]

#[path = "../tests/samples/mod.rs"]
mod samples;

use render::{Theme, render};
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "gallery".into()));
    std::fs::create_dir_all(&folder)?;
    for (name, chart) in samples::all() {
        for (look, theme) in [("dark", Theme::dark()), ("light", Theme::light())] {
            let picture = render(&chart, &theme);
            let (width, height) = picture.size();
            println!("{name}-{look}: {width}x{height}, {} bytes", picture.bytes().len());
            std::fs::write(folder.join(format!("{name}-{look}.png")), picture.bytes())?;
            // As a phone shows it.
            let phone = image::load_from_memory(picture.bytes()).map_err(std::io::Error::other)?.resize(
                360,
                4000,
                image::imageops::FilterType::CatmullRom,
            );
            phone.save(folder.join(format!("{name}-{look}-phone.png"))).map_err(std::io::Error::other)?;
        }
    }
    Ok(())
}
