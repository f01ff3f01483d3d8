//! The description of the folder, checked against the files that are there; and what is to be done with them.

use super::Failure;
use super::say::Say;
use crate::packages::{self, NAME, Start, Wrong};
use crate::values::{Lang, Sha256};
use crate::words;
use indicatif::ProgressBar;
use sha2::Digest;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A file of the folder.
#[derive(Debug, Clone)]
pub(super) struct LocalFile {
    /// Its path in the version.
    pub path: String,
    /// Where it is.
    pub place: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
}

/// The folder.
pub(super) struct Local {
    /// The description as text, which the exchange reads again.
    pub text: String,
    /// What it says.
    pub start: Start,
    /// The files that it names.
    pub files: Vec<LocalFile>,
}

/// A file of the draft.
#[derive(Debug, Clone)]
pub(super) struct RemoteFile {
    /// Its identifier.
    pub id: String,
    /// Its path.
    pub path: String,
    /// Its digest.
    pub sha256: String,
}

/// What is to be done.
pub(super) struct Plan<'l> {
    /// Files to be sent.
    pub missing: Vec<&'l LocalFile>,
    /// Files of the draft with other bytes.
    pub outdated: Vec<RemoteFile>,
    /// Files of the draft that the description does not name.
    pub strange: Vec<RemoteFile>,
    /// How many files are there already.
    pub kept: usize,
}

/// Writes faults as compilers do: file, line, place, fault.
fn told(file: &Path, wrongs: &[Wrong]) -> String {
    let line = |w: &Wrong| {
        let fault = words::with(Lang::En, w.what.key(), &[("value", &w.what.value())]);
        let place = if w.pointer.is_empty() { "/" } else { &w.pointer };
        format!("{}:{}: {place}: {fault}", file.display(), w.line)
    };
    wrongs.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads the description and checks every file that it names.
pub(super) fn load(dir: &Path, say: &Say) -> Result<Local, Failure> {
    let file = dir.join(NAME);
    let text = std::fs::read_to_string(&file).map_err(|e| {
        Failure::Manifest(format!(
            "cannot read {}: {e}\n  `bourse publish {} --init` writes one",
            file.display(),
            dir.display()
        ))
    })?;
    let start = packages::read(&text).map_err(|wrongs| Failure::Manifest(told(&file, &wrongs)))?;
    let mut sizes = Vec::new();
    let mut wrong = Vec::new();
    for resource in &start.resources {
        match std::fs::metadata(dir.join(resource.path.as_str())) {
            Ok(found) if found.is_file() => sizes.push(found.len()),
            Ok(_) => wrong.push(format!("{}: is no file", resource.path.as_str())),
            Err(error) => wrong.push(format!("{}: {error}", resource.path.as_str())),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::Local(wrong.join("\n")));
    }
    let bar = say.bar("checking", sizes.iter().sum());
    let mut files = Vec::new();
    for (resource, bytes) in start.resources.iter().zip(sizes) {
        let path = resource.path.as_str().to_owned();
        let place = dir.join(&path);
        let sha256 = digest(&place, &bar).map_err(|e| Failure::Local(format!("{path}: {e}")))?;
        if let Some(told) = resource.bytes.filter(|told| *told != bytes) {
            wrong.push(format!("{path}: has {bytes} bytes, {NAME} says {told}"));
        } else if let Some(told) = resource.sha256.as_ref().filter(|told| **told != sha256) {
            wrong.push(format!("{path}: its SHA-256 is {sha256}, {NAME} says {told}"));
        }
        files.push(LocalFile { path, place, bytes, sha256 });
    }
    bar.finish_and_clear();
    if wrong.is_empty() { Ok(Local { text, start, files }) } else { Err(Failure::Local(wrong.join("\n"))) }
}

/// Takes the SHA-256 of a file.
pub(super) fn digest(place: &Path, bar: &ProgressBar) -> std::io::Result<Sha256> {
    let mut file = std::fs::File::open(place)?;
    let mut hash = sha2::Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hash.update(buffer.get(..count).unwrap_or_default());
        bar.inc(u64::try_from(count).unwrap_or_default());
    }
    Ok(Sha256::of(&hash.finalize().into()))
}

/// Compares the folder with the draft.
pub(super) fn plan<'l>(local: &'l Local, there: &[RemoteFile]) -> Plan<'l> {
    let mut rest: BTreeMap<&str, &RemoteFile> = there.iter().map(|f| (f.path.as_str(), f)).collect();
    let mut plan = Plan { missing: Vec::new(), outdated: Vec::new(), strange: Vec::new(), kept: 0 };
    for file in &local.files {
        match rest.remove(file.path.as_str()) {
            Some(kept) if kept.sha256 == file.sha256.as_str() => plan.kept += 1,
            Some(other) => {
                plan.outdated.push(other.clone());
                plan.missing.push(file);
            }
            None => plan.missing.push(file),
        }
    }
    plan.strange = rest.into_values().cloned().collect();
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::hash_text;

    #[test]
    fn only_what_is_missing_is_sent() {
        let file =
            |path: &str| LocalFile { path: path.to_owned(), place: PathBuf::new(), bytes: 1, sha256: hash_text(path) };
        let local = Local { text: String::new(), start: Start::default(), files: ["a", "b", "c"].map(file).to_vec() };
        let there = |path: &str, of: &str| RemoteFile {
            id: path.to_owned(),
            path: path.to_owned(),
            sha256: hash_text(of).to_string(),
        };
        let plan = plan(&local, &[there("a", "a"), there("b", "old"), there("z", "z")]);
        let names = |list: &[RemoteFile]| list.iter().map(|f| f.path.clone()).collect::<Vec<_>>();
        assert_eq!((plan.kept, names(&plan.outdated), names(&plan.strange)), (1, vec!["b".into()], vec!["z".into()]));
        assert_eq!(plan.missing.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    }
}
