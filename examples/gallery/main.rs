//! Everything a person can see, made by the program itself over a world in memory:
//! `cargo run --example gallery -- FOLDER` writes each message in each language, as words of a phone's width and as
//! pictures.
//!
//! `cargo run --example gallery -- --pictures` draws the pictures of the README anew, into `docs/pictures`.
//!
//! As a test (`cargo test --example gallery`) it holds every message against what was reviewed before, in
//! `src/tests/golden`; `UPDATE_GOLDEN=1` writes it anew, to be read before it is committed.

mod page;
mod scenes;
mod stage;
mod world;

use std::path::{Path, PathBuf};

use vakhta::locale::LOCALES;

use crate::stage::Heads;

// A chat is not hurried: its pauses are skipped here.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> std::io::Result<()> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        println!("Where to? cargo run --example gallery -- FOLDER, or --pictures for those of the README");
        return Ok(());
    };
    if folder.as_os_str() == "--pictures" {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
        std::fs::create_dir_all(&home)?;
        for (name, heads) in scenes::pictures("en").await {
            for png in pictures(&heads) {
                std::fs::write(home.join(format!("{name}.png")), png)?;
            }
        }
        return Ok(());
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

    #[tokio::test(start_paused = true)]
    async fn every_message_reads_as_it_was_reviewed() {
        let mut differing = Vec::new();
        for locale in &LOCALES {
            for (name, heads) in scenes::all(locale.tag()).await {
                differing.extend(differs(name, locale.tag(), &page::marked_up(&heads)));
            }
        }
        assert!(differing.is_empty(), "read them, then UPDATE_GOLDEN=1:\n{}", differing.join("\n"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_block_fits_a_phone_and_a_message_is_one_message() {
        for locale in &LOCALES {
            for (name, heads) in scenes::all(locale.tag()).await {
                for it in &heads {
                    let (Heads::Said(message) | Heads::Changed(message)) = it else { continue };
                    let most = if message.picture.is_some() { 1024 } else { 4096 };
                    assert!(message.text.count() <= most, "{name}: {}", message.text);
                    // A log is what it is: its lines are not ours to break.
                    if !["ps-logs", "logs", "hostile"].contains(&name) {
                        for line in page::block_lines(message) {
                            assert!(line.chars().count() <= page::BLOCK, "{name}: {line}");
                        }
                    }
                }
            }
        }
    }
}
