//! An evidence pack: the index is signed, and every entry has the size and SHA-256 that the index says.

use crate::cli::tell;
use crate::market::signing::SigningKeys;
use anyhow::{Context, bail};
use serde::Deserialize;
use sha2::Digest;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// The entry that holds the signed index.
const INDEX: &str = "index.jws";
/// The largest entry that is read, in bytes.
const LARGEST: u64 = 64 << 20;

#[derive(Debug, Deserialize)]
struct Index {
    #[serde(default)]
    number: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    path: String,
    bytes: u64,
    sha256: String,
}

/// Checks a pack and prints what it found.
pub(super) fn check(keys: &SigningKeys, bytes: Vec<u8>) -> anyhow::Result<()> {
    let mut pack = zip::ZipArchive::new(Cursor::new(bytes)).context("this is no zip")?;
    let mut found = BTreeMap::new();
    for at in 0..pack.len() {
        let entry = pack.by_index(at)?;
        let name = entry.name().context("an entry has no readable name")?.into_owned();
        let mut content = Vec::new();
        entry.take(LARGEST + 1).read_to_end(&mut content)?;
        if u64::try_from(content.len())? > LARGEST {
            bail!("{name} is larger than an evidence pack holds");
        }
        if found.insert(name.clone(), content).is_some() {
            bail!("{name} stands twice in the pack");
        }
    }
    let signed = found.remove(INDEX).with_context(|| format!("the pack has no {INDEX}"))?;
    let signed = String::from_utf8(signed).context("the index is no text")?;
    let index = match keys.verify_evidence(signed.trim()) {
        Ok(index) => index,
        Err(error) => bail!("not good: {error}"),
    };
    let index: Index = serde_json::from_value(index).context("the index has another shape")?;
    let mut wrong = 0;
    for entry in &index.entries {
        let good = found.remove(&entry.path).is_some_and(|content| {
            u64::try_from(content.len()).ok() == Some(entry.bytes)
                && data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&content)) == entry.sha256
        });
        if !good {
            wrong += 1;
            tell(&format!("{}: missing or changed\n", entry.path));
        }
    }
    for name in found.keys() {
        wrong += 1;
        tell(&format!("{name}: is not in the signed index\n"));
    }
    if wrong > 0 {
        bail!("not good: {wrong} entries are missing, changed or added");
    }
    tell(&format!("good: evidence of {}, {} entries as they were signed\n", index.number, index.entries.len()));
    Ok(())
}
