//! Everything a person can see, made by the program itself over a world in memory.
//!
//! - `cargo run --example gallery` writes `docs/gallery.md`, its sister pages of other languages and all their pictures,
//!   and the pictures of the README;
//! - `cargo run --example gallery -- --pictures` only those of the README, into `docs/pictures`;
//! - `cargo run --example gallery -- FOLDER` writes each message in each language, as words of a phone's width and as
//!   pictures of the size that is sent.
//!
//! As a test (`cargo test --example gallery`) it holds every message against what was reviewed before, in
//! `src/tests/golden`, and the pages against the program; `UPDATE_GOLDEN=1` writes the former anew, to be read before it
//! is committed.

mod book;
#[cfg(test)]
mod hostile;
mod page;
#[cfg(test)]
mod rules;
mod scenes;
mod stage;
mod world;

use std::path::{Path, PathBuf};

use render::Theme;
use vakhta::locale::LOCALES;

use crate::stage::{Heads, THEME};

// A chat is not hurried: its pauses are skipped here.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> std::io::Result<()> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        write_readme_pictures().await?;
        return write_book().await;
    };
    if folder.as_os_str() == "--pictures" {
        return write_readme_pictures().await;
    }
    for locale in &LOCALES {
        let home = folder.join(locale.tag());
        std::fs::create_dir_all(&home)?;
        let mut sheet = Vec::new();
        for (name, heads) in scenes::all(locale.tag()).await {
            std::fs::write(home.join(format!("{name}.txt")), page::for_phone(&heads))?;
            write_pictures(&home, name, &heads)?;
            sheet.extend(pictures(&heads).cloned());
        }
        write_sheet(&home.join("phone.png"), &sheet)?;
    }
    Ok(())
}

/// Where the pages lie, and the pictures of the README.
fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

async fn write_readme_pictures() -> std::io::Result<()> {
    let home = docs().join("pictures");
    std::fs::create_dir_all(&home)?;
    for (name, heads) in scenes::pictures("en").await {
        for png in pictures(&heads) {
            std::fs::write(home.join(format!("{name}.png")), png)?;
        }
    }
    Ok(())
}

/// Pixels per logical pixel of the pictures on the pages: 400 wide, so that two abreast fit the width of a page.
const SMALL: f32 = 0.625;

async fn write_book() -> std::io::Result<()> {
    let home = docs();
    let folder = home.join("pictures/gallery");
    // Pictures of scenes that are no more go with them.
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let tags: Vec<&str> = LOCALES.iter().map(|it| it.tag()).collect();
    let mut acted: Vec<[book::Scenes; 2]> = Vec::new();
    for tag in &tags {
        let dark = THEME.scope(Theme::dark().with_density(SMALL), scenes::all(tag)).await;
        let light = THEME.scope(Theme::light().with_density(SMALL), scenes::all(tag)).await;
        std::fs::write(home.join(book::file(tag, &tags)), book::page(tag, &tags, &dark))?;
        acted.push([dark, light]);
    }
    let Some([first, _]) = acted.first() else { return Ok(()) };
    for (scene, (name, heads)) in first.iter().enumerate() {
        for number in 1..=pictures(heads).count() {
            let all = acted.iter().flatten().map(|it| pictures(&it[scene].1).nth(number - 1));
            let all: Vec<&[u8]> = all.flatten().map(Vec::as_slice).collect();
            std::fs::write(home.join(book::picture(name, number)), sheet(&all)?)?;
        }
    }
    Ok(())
}

/// One picture in all themes and languages, two abreast, as PNG.
fn sheet(pictures: &[&[u8]]) -> std::io::Result<Vec<u8>> {
    const GAP: u32 = 8;
    let read = |png: &&[u8]| image::load_from_memory(png).map(image::DynamicImage::into_rgb8);
    let all: Vec<image::RgbImage> =
        pictures.iter().map(read).collect::<Result<_, _>>().map_err(std::io::Error::other)?;
    let wide = all.iter().map(image::RgbImage::width).max().unwrap_or(1);
    let rows: Vec<u32> =
        all.chunks(2).map(|row| row.iter().map(image::RgbImage::height).max().unwrap_or(0)).collect();
    let high = rows.iter().map(|it| it + GAP).sum::<u32>().saturating_sub(GAP).max(1);
    let mut sheet = image::RgbImage::from_pixel(2 * wide + GAP, high, image::Rgb([128, 128, 128]));
    let mut top = 0;
    for (row, high) in all.chunks(2).zip(rows) {
        for (column, it) in row.iter().enumerate() {
            let left = i64::from(column as u32 * (wide + GAP));
            image::imageops::replace(&mut sheet, it, left, i64::from(top));
        }
        top += high + GAP;
    }
    let mut png = Vec::new();
    let (how, filter) = (image::codecs::png::CompressionType::Best, image::codecs::png::FilterType::Adaptive);
    let encoder = image::codecs::png::PngEncoder::new_with_quality(&mut png, how, filter);
    sheet.write_with_encoder(encoder).map_err(std::io::Error::other)?;
    Ok(png)
}

fn pictures(heads: &[Heads]) -> impl Iterator<Item = &Vec<u8>> {
    heads.iter().filter_map(|it| match it {
        Heads::Said(message) | Heads::Changed(message) => message.picture.as_ref().map(|it| &it.png),
        _ => None,
    })
}

/// Every picture as wide as a phone shows it, four abreast.
fn write_sheet(path: &Path, pictures: &[Vec<u8>]) -> std::io::Result<()> {
    const WIDE: u32 = 360;
    const ABREAST: usize = 4;
    let small: Vec<image::RgbImage> = pictures
        .iter()
        .filter_map(|png| image::load_from_memory(png).ok())
        .map(|it| {
            let high = it.height() * WIDE / it.width().max(1);
            image::imageops::resize(&it.into_rgb8(), WIDE, high, image::imageops::FilterType::Triangle)
        })
        .collect();
    let row_heights: Vec<u32> =
        small.chunks(ABREAST).map(|row| row.iter().map(|it| it.height()).max().unwrap_or(0) + 8).collect();
    let mut sheet = image::RgbImage::from_pixel(
        (WIDE + 8) * ABREAST as u32,
        row_heights.iter().sum::<u32>().max(1),
        image::Rgb([90, 90, 90]),
    );
    let mut top = 0;
    for (row, high) in small.chunks(ABREAST).zip(row_heights) {
        for (column, it) in row.iter().enumerate() {
            image::imageops::replace(&mut sheet, it, (column as u32 * (WIDE + 8)).into(), i64::from(top));
        }
        top += high;
    }
    sheet.save(path).map_err(std::io::Error::other)
}

fn write_pictures(home: &Path, name: &str, heads: &[Heads]) -> std::io::Result<()> {
    pictures(heads)
        .enumerate()
        .try_for_each(|(index, png)| std::fs::write(home.join(format!("{name}-{}.png", index + 1)), png))
}

#[cfg(test)]
mod tests {
    use tokio::sync::OnceCell;

    use super::*;

    /// Compares with the reviewed page, or writes it when asked to; answers with what is wrong.
    fn differs(name: &str, tag: &str, page: &str) -> Option<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/tests/golden/{tag}/{name}.txt"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("our own folder");
            std::fs::write(&path, page).expect("our own file");
        }
        let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
        let line = reviewed.lines().zip(page.lines()).position(|(a, b)| a != b);
        let line = line.unwrap_or_else(|| reviewed.lines().count().min(page.lines().count()));
        let at = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
        (reviewed != page)
            .then(|| format!("{tag}/{name}.txt:{}\n  was: {}\n  is:  {}", line + 1, at(&reviewed), at(page)))
    }

    /// Every scene in every language, acted once for all tests.
    async fn acted() -> &'static [(&'static str, book::Scenes)] {
        static ACTED: OnceCell<Vec<(&'static str, book::Scenes)>> = OnceCell::const_new();
        ACTED
            .get_or_init(|| async {
                let mut acted = Vec::new();
                for locale in &LOCALES {
                    acted.push((locale.tag(), scenes::all(locale.tag()).await));
                }
                acted
            })
            .await
    }

    #[tokio::test(start_paused = true)]
    async fn every_message_reads_as_it_was_reviewed() {
        let all = acted().await.iter();
        let all = all.flat_map(|(tag, scenes)| scenes.iter().map(move |(name, heads)| (tag, name, heads)));
        let differing: Vec<String> =
            all.filter_map(|(tag, name, heads)| differs(name, tag, &page::marked_up(heads))).collect();
        assert!(differing.is_empty(), "read them, then UPDATE_GOLDEN=1:\n{}", differing.join("\n"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_block_fits_a_phone_and_a_message_is_one_message() {
        let mut wrong = Vec::new();
        for (tag, scenes) in acted().await {
            for (name, heads) in scenes {
                // A log is what it is: its lines are not ours to break.
                let quotes = ["ps-logs", "logs", "hostile"].contains(name);
                wrong.extend(heads.iter().flat_map(|it| rules::broken(it, !quotes, name, tag)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[tokio::test(start_paused = true)]
    async fn every_message_with_hostile_names_reads_as_it_was_reviewed() {
        let (mut differing, mut wrong) = (Vec::new(), Vec::new());
        for locale in &LOCALES {
            for (name, heads) in hostile::all(locale.tag(), &hostile::monster()).await {
                differing.extend(differs(name, locale.tag(), &page::marked_up(&heads)));
                wrong.extend(heads.iter().flat_map(|it| rules::broken(it, false, name, locale.tag())));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(differing.is_empty(), "read them, then UPDATE_GOLDEN=1:\n{}", differing.join("\n"));
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_things_are_called_every_message_holds_together() {
        let tag = LOCALES[0].tag();
        let mut wrong = Vec::new();
        for guise in hostile::guises() {
            for (name, heads) in hostile::all(tag, &guise).await {
                wrong.extend(heads.iter().flat_map(|it| rules::broken(it, false, name, tag)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Logical pixels of every picture's width, times the density that is sent.
    const WIDE: u32 = 1280;
    /// Bytes that a picture may have: it is fetched by a phone, maybe far from any mast.
    const HEAVY: usize = 80 * 1024;

    #[tokio::test(start_paused = true)]
    async fn every_picture_decodes_and_is_light() {
        let all = acted().await.iter().flat_map(|(_, scenes)| scenes);
        for (name, png) in all.flat_map(|(name, heads)| pictures(heads).map(move |it| (name, it))) {
            let picture = image::load_from_memory(png).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(picture.width(), WIDE, "{name}");
            // The size that the file's head announces is that of what is in it.
            let high = u32::from_be_bytes(png[20..24].try_into().expect("four bytes"));
            assert_eq!(picture.height(), high, "{name}");
            assert!(png.len() < HEAVY, "{name}: {} bytes", png.len());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_pages_say_what_the_program_says() {
        let tags: Vec<&str> = LOCALES.iter().map(|it| it.tag()).collect();
        for (tag, scenes) in acted().await {
            let file = docs().join(book::file(tag, &tags));
            let written = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(
                written == book::page(tag, &tags, scenes),
                "{} is not what the program says: cargo run --example gallery",
                file.display()
            );
            for (name, heads) in scenes {
                for number in 1..=pictures(heads).count() {
                    let png = std::fs::read(docs().join(book::picture(name, number))).expect("a picture");
                    image::load_from_memory(&png).unwrap_or_else(|error| panic!("{name}-{number}: {error}"));
                }
            }
        }
    }
}
