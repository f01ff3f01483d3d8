//! `bourse verify`: a receipt, or a manifest with the files it names, is checked without a network and without the
//! exchange's database.

use super::tell;
use crate::market::signing::{self, SigningKeys};
use anyhow::{Context, bail};
use serde::Deserialize;
use sha2::Digest;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What, with which keys.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The receipt, or the signature over a manifest (.jws).
    #[arg(value_name = "JWS")]
    signature: PathBuf,
    /// The exchange's keys, as saved from /.well-known/jwks.json.
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// The manifest that the signature belongs to; without it the JWS is a receipt.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// The folder with the files that the manifest names: each is checked against size and SHA-256.
    #[arg(long, value_name = "FOLDER", requires = "manifest")]
    files: Option<PathBuf>,
}

/// The part of a manifest that files are checked against.
#[derive(Debug, Deserialize)]
struct Manifest {
    files: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    path: String,
    bytes: u64,
    sha256: String,
}

/// Checks a receipt or a manifest and prints what it says.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&args.signature)
        .with_context(|| format!("cannot read {}", args.signature.display()))?;
    let keys = std::fs::read_to_string(&args.keys).with_context(|| format!("cannot read {}", args.keys.display()))?;
    let jwks: serde_json::Value = serde_json::from_str(&keys).context("the keys are no JSON")?;
    if let Some(manifest) = &args.manifest {
        let keys = signing::published(&jwks).map_err(|e| anyhow::anyhow!("the keys cannot be used: {e}"))?;
        return check_manifest(&keys, manifest, text.trim(), args.files.as_deref());
    }
    match signing::verify_with(&jwks, text.trim()) {
        Ok(receipt) => {
            tell(&format!("good: signed by a key of this set\n{}\n", serde_json::to_string_pretty(&receipt)?));
            Ok(())
        }
        Err(error) => bail!("not good: {error}"),
    }
}

fn check_manifest(keys: &SigningKeys, path: &Path, jws: &str, folder: Option<&Path>) -> anyhow::Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let kid = match keys.verify_manifest(&bytes, jws) {
        Ok(kid) => kid,
        Err(error) => bail!("not good: {error}"),
    };
    let manifest: Manifest = serde_json::from_slice(&bytes).context("the manifest has another shape")?;
    tell(&format!("good: {} files, signed by key {kid}\n", manifest.files.len()));
    let Some(folder) = folder else { return Ok(()) };
    let mut wrong = 0;
    for named in &manifest.files {
        if let Err(error) = check_file(folder, named) {
            wrong += 1;
            tell(&format!("{}: {error:#}\n", named.path));
        }
    }
    if wrong > 0 {
        bail!("{wrong} of {} files are not those of the manifest", manifest.files.len());
    }
    tell("good: all files have the size and the SHA-256 of the manifest\n");
    Ok(())
}

/// Checks one file; its path comes from a signed manifest, and still must not lead out of the folder.
fn check_file(folder: &Path, named: &Named) -> anyhow::Result<()> {
    let relative = Path::new(&named.path);
    let plain = relative.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !plain {
        bail!("the path leads out of the folder");
    }
    let mut file = std::fs::File::open(folder.join(relative)).context("cannot be read")?;
    let (size, sha256) = digest_of(&mut file)?;
    if size != named.bytes {
        bail!("has {size} bytes, not {}", named.bytes);
    }
    if sha256 != named.sha256 {
        bail!("has another SHA-256");
    }
    Ok(())
}

/// Reads a file to its end; gives its length and its SHA-256 in hexadecimal digits.
pub(super) fn digest_of(file: &mut std::fs::File) -> std::io::Result<(u64, String)> {
    let (mut hash, mut size, mut buffer) = (sha2::Sha256::new(), 0_u64, vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut buffer)?;
        let Some(piece) = buffer.get(..read).filter(|p| !p.is_empty()) else { break };
        hash.update(piece);
        size += u64::try_from(read).unwrap_or(0);
    }
    Ok((size, data_encoding::HEXLOWER.encode(&hash.finalize())))
}
