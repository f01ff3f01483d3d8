//! `bourse backup`: database, keys and files of a running exchange in one folder, with a list that `sha256sum` checks.
//!
//! The order is what makes the copy whole: the database first, then the keys and the files that it names. Neither ever
//! changes, and none is removed that the copied database still needs, apart from files of drafts.

mod files;

use crate::app::blobs_of;
use crate::config::Config;
use crate::store::backup::{Original, sqlite_file};
use anyhow::{Context, bail, ensure};
use files::Sums;
use std::fs::{DirBuilder, File, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The list of everything in the folder, in the form of `sha256sum`. It is written last.
const SUMS: &str = "SHA256SUMS";
/// The copy of an SQLite database.
const DATABASE: &str = "bourse.db";

/// Where to, and how much.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder of the backup; an earlier one in it is brought up to date.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Leave the files out: the disk or the bucket is backed up in another way.
    #[arg(long)]
    without_files: bool,
}

/// Takes the backup and says what is in it.
pub(super) fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let url = config.database_url.reveal();
    let mut original = Original::open(url)?;
    let folder = prepare(&args.folder, config)?;
    let mut sums = Sums::begin(&folder)?;
    let copy = copy_database(&mut original, &folder, &mut sums)?;
    copy_keys(&config.keys_dir, &folder, &mut sums)?;
    let mut failed = 0;
    if args.without_files {
        println!("files     left out, as asked");
    } else {
        let mut listed =
            if copy.is_some() { Original::open_copy(&folder.join(DATABASE))? } else { Original::open(url)? };
        let blobs = blobs_of(config)?;
        let copying = files::copy(&blobs, &mut listed, &mut original, &folder, &mut sums);
        let done = actix_web::rt::System::new().block_on(copying)?;
        println!("files     {done}");
        failed = done.failed;
    }
    // All of it is on disk before the list says so.
    rustix::fs::syncfs(&File::open(&folder)?).context("cannot sync the disk of the backup")?;
    sums.finish()?;
    ensure!(failed == 0, "{failed} files could not be copied and are in the list all the same; the rest is there");
    println!("whole. Check it at any time:  cd {} && sha256sum --quiet -c {SUMS}", folder.display());
    Ok(())
}

/// Makes the folder, for its owner only; the exchange's own folder is refused.
fn prepare(folder: &Path, config: &Config) -> anyhow::Result<PathBuf> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let folder = folder.canonicalize()?;
    for own in [Some(config.data_dir.clone()), sqlite_file(config.database_url.reveal())].into_iter().flatten() {
        let own = own.canonicalize().unwrap_or(own);
        if folder.starts_with(&own) || own.parent() == Some(&folder) {
            bail!(
                "{} is where the exchange itself lives: choose another folder, best on another disk",
                folder.display()
            );
        }
    }
    Ok(folder)
}

/// Copies an SQLite database under its name for good; gives the name, or none for PostgreSQL.
fn copy_database(original: &mut Original, folder: &Path, sums: &mut Sums) -> anyhow::Result<Option<PathBuf>> {
    let (draft, file) = (folder.join("bourse.db.part"), folder.join(DATABASE));
    remove(&draft)?;
    if !original.copy_to(&draft).context("cannot copy the database")? {
        println!(
            "database  not copied: PostgreSQL. Run pg_dump before this command, so that all files it names are here"
        );
        return Ok(None);
    }
    std::fs::set_permissions(&draft, Permissions::from_mode(0o600))?;
    std::fs::rename(&draft, &file)?;
    let bytes = sums.add_file(DATABASE)?;
    println!("database  {DATABASE}, {bytes} bytes");
    Ok(Some(file))
}

fn copy_keys(keys: &Path, folder: &Path, sums: &mut Sums) -> anyhow::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder.join("keys"))?;
    let mut names = Vec::new();
    let found = std::fs::read_dir(keys).with_context(|| format!("cannot read the keys in {}", keys.display()))?;
    for entry in found {
        let entry = entry?;
        if entry.file_type()?.is_file()
            && let Ok(name) = entry.file_name().into_string()
        {
            names.push(name);
        }
    }
    names.sort();
    for name in &names {
        let (draft, file) = (folder.join("keys.part"), folder.join("keys").join(name));
        remove(&draft)?;
        // The copy has the rights of the original: for its owner only.
        std::fs::copy(keys.join(name), &draft).with_context(|| format!("cannot copy the key {name}"))?;
        std::fs::rename(&draft, file)?;
        sums.add_file(&format!("keys/{name}"))?;
    }
    ensure!(!names.is_empty(), "there are no keys in {}: check `keys_dir`", keys.display());
    println!("keys      {} files (private: whoever has them can sign as this exchange)", names.len());
    Ok(())
}

/// Removes what a broken-off backup left.
fn remove(file: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
