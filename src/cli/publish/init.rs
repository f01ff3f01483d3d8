//! `--init`: a description of the files in a folder, to be edited by hand.

use super::Failure;
use super::manifest::digest;
use super::say::Say;
use crate::market::datasets::columns::guess;
use crate::measure::{self, SAMPLE_BYTES};
use crate::packages::{self, Contents, Item, NAME};
use crate::values::FilePath;
use indicatif::ProgressBar;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The files below a folder by path; hidden ones and the description itself are left out.
fn walk(folder: &Path, stem: &str, out: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if stem.is_empty() { name.clone() } else { format!("{stem}/{name}") };
        if name.starts_with('.') || path == NAME {
            continue;
        }
        if entry.path().is_dir() {
            walk(&entry.path(), &path, out)?;
        } else {
            out.push((path, entry.path()));
        }
    }
    Ok(())
}

fn item(path: &str, place: &Path) -> std::io::Result<Item> {
    let bytes = std::fs::metadata(place)?.len();
    let media_type = measure::media_type(path);
    let mut sample = None;
    if measure::is_text_table(media_type) {
        let mut head = Vec::new();
        let most = u64::try_from(SAMPLE_BYTES).unwrap_or(u64::MAX);
        std::fs::File::open(place)?.take(most).read_to_end(&mut head)?;
        sample = measure::sample(&head, bytes <= most);
    }
    Ok(Item {
        path: path.to_owned(),
        media_type: media_type.to_owned(),
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        sha256: Some(digest(place, &ProgressBar::hidden())?),
        separator: sample.as_ref().map(|s| s.separator),
        encoding: None,
        columns: sample.as_ref().map(guess::from_sample).unwrap_or_default(),
        primary_key: Vec::new(),
    })
}

/// A name for addresses from the name of the folder.
fn name_of(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Writes the description; one that is there stays.
pub(super) fn write(folder: &Path, say: &Say) -> Result<(), Failure> {
    let file = folder.join(NAME);
    if file.exists() {
        return Err(Failure::Manifest(format!("{} is there already", file.display())));
    }
    let broke = |e: std::io::Error| Failure::Local(format!("{}: {e}", folder.display()));
    let mut found = Vec::new();
    walk(folder, "", &mut found).map_err(broke)?;
    let mut items = Vec::new();
    for (path, place) in &found {
        if FilePath::parse(path).is_err() {
            return Err(Failure::Local(format!("{path}: a version cannot have a file of this name; rename it")));
        }
        items.push(item(path, place).map_err(|e| Failure::Local(format!("{path}: {e}")))?);
    }
    if items.is_empty() {
        return Err(Failure::Local(format!("{} has no files", folder.display())));
    }
    let name = name_of(folder);
    let contents = Contents {
        title: (String::new(), name.replace('-', " ")),
        name,
        version: "1.0.0".to_owned(),
        items,
        ..Contents::default()
    };
    let text = serde_json::to_string_pretty(&packages::datapackage(&contents))
        .map_err(|e| Failure::Manifest(e.to_string()))?;
    std::fs::write(&file, text + "\n").map_err(broke)?;
    say.line(&format!("wrote {}: {} files", file.display(), contents.items.len()));
    say.line("fill in title, description and `bourse` (summary, source statement, card, level, offers), check types and units, then publish");
    Ok(())
}
