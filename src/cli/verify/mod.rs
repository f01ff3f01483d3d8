//! `bourse verify`: a receipt in either form, a manifest, an evidence pack, and the files that they cover, are checked
//! without a network and without the exchange's database.

mod evidence;

use crate::cli::tell;
use crate::market::signing::{self, Signed, SigningKeys};
use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::Value;
use sha2::Digest;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What, with which keys.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The receipt (.jws or .vc.jwt), the signature over a manifest (.jws), or an evidence pack (.zip).
    #[arg(value_name = "SIGNED")]
    signed: PathBuf,
    /// Files of yours: each is looked for, by its SHA-256, among those that the receipt covers.
    #[arg(value_name = "FILE")]
    own: Vec<PathBuf>,
    /// The exchange's keys, as saved from /.well-known/jwks.json or /.well-known/did.json.
    #[arg(long, value_name = "KEYS")]
    keys: PathBuf,
    /// The manifest of the version: for a receipt that does not name its files itself, or that the signature belongs to.
    #[arg(long, value_name = "MANIFEST")]
    manifest: Option<PathBuf>,
    /// The signature over the manifest, for a later version under a receipt that covers all versions.
    #[arg(long, value_name = "JWS", requires = "manifest")]
    signature: Option<PathBuf>,
    /// The folder with the files that the manifest names: each is checked against size and SHA-256.
    #[arg(long, value_name = "FOLDER", requires = "manifest")]
    files: Option<PathBuf>,
}

/// The part of a manifest that files are checked against.
#[derive(Debug, Deserialize)]
struct Manifest {
    #[serde(default)]
    dataset: String,
    files: Vec<Named>,
}

#[derive(Debug, Clone, Deserialize)]
struct Named {
    path: String,
    bytes: u64,
    sha256: String,
}

/// Checks what is signed and prints what it says.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let keys = std::fs::read_to_string(&args.keys).with_context(|| format!("cannot read {}", args.keys.display()))?;
    let jwks: Value = serde_json::from_str(&keys).context("the keys are no JSON")?;
    let keys = signing::published(&jwks).map_err(|e| anyhow::anyhow!("the keys cannot be used: {e}"))?;
    let bytes = std::fs::read(&args.signed).with_context(|| format!("cannot read {}", args.signed.display()))?;
    if bytes.starts_with(b"PK") {
        return evidence::check(&keys, bytes);
    }
    let text = String::from_utf8(bytes).context("this is neither a signed text nor an evidence pack")?;
    if text.contains("..") {
        let Some(manifest) = &args.manifest else {
            bail!("name the manifest that the signature belongs to: --manifest")
        };
        return check_manifest(&keys, manifest, text.trim(), args.files.as_deref());
    }
    let signed = match signing::verify_any(&keys, text.trim()) {
        Ok(signed) => signed,
        Err(error) => bail!("not good: {error}"),
    };
    let (said, what) = match &signed {
        Signed::Receipt(receipt) => (receipt, "receipt"),
        Signed::Credential(credential) => (credential, "Verifiable Credential"),
    };
    tell(&format!("good: a {what}, signed by a key of this set\n{}\n", serde_json::to_string_pretty(said)?));
    if args.own.is_empty() && args.files.is_none() {
        return Ok(());
    }
    let receipt = signed.receipt().context("the credential holds no receipt")?;
    let covered = covered_by(&keys, receipt, args)?;
    if let Some(folder) = &args.files {
        check_folder(folder, &covered)?;
    }
    check_own(&args.own, &covered)
}

/// The files that a receipt covers: those it names, or those of the manifest whose digest it binds. For a receipt over all
/// versions another manifest of the same dataset will do, when the exchange signed it.
fn covered_by(keys: &SigningKeys, receipt: &Value, args: &Args) -> anyhow::Result<Vec<Named>> {
    let text = |path: &str| receipt.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let Some(path) = &args.manifest else {
        let Some(list) = receipt.get("files") else {
            bail!("the receipt does not name its files: give the manifest of the version with --manifest");
        };
        return Ok(serde_json::from_value(list.clone())?);
    };
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let manifest: Manifest = serde_json::from_slice(&bytes).context("the manifest has another shape")?;
    let digest = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&bytes));
    if digest != text("/version/manifest_sha256") {
        let Some(signature) = &args.signature else {
            bail!("this is not the manifest that the receipt binds; for a later version give its --signature too");
        };
        let jws = std::fs::read_to_string(signature).with_context(|| format!("cannot read {}", signature.display()))?;
        if let Err(error) = keys.verify_manifest(&bytes, jws.trim()) {
            bail!("the signature over the manifest is not good: {error}");
        }
        if text("/scope") != "all_versions" || manifest.dataset != text("/dataset/id") {
            bail!("the receipt covers version {} only", text("/version/label"));
        }
    }
    let paths: Vec<&str> = receipt
        .pointer("/limits/paths")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut files = manifest.files;
    files.retain(|f| paths.is_empty() || paths.iter().any(|p| crate::market::grants::stands_below(&f.path, p)));
    Ok(files)
}

fn check_own(own: &[PathBuf], covered: &[Named]) -> anyhow::Result<()> {
    let mut strange = 0;
    for path in own {
        let (size, digest) = measure(path).with_context(|| format!("cannot read {}", path.display()))?;
        match covered.iter().find(|n| n.sha256 == digest && n.bytes == size) {
            Some(named) => tell(&format!("covered: {} is {}\n", path.display(), named.path)),
            None => {
                strange += 1;
                tell(&format!("not covered: {} ({size} bytes, sha256 {digest})\n", path.display()));
            }
        }
    }
    if strange > 0 {
        bail!("{strange} of {} files are not covered", own.len());
    }
    Ok(())
}

fn check_manifest(keys: &SigningKeys, path: &Path, jws: &str, folder: Option<&Path>) -> anyhow::Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let kid = match keys.verify_manifest(&bytes, jws) {
        Ok(kid) => kid,
        Err(error) => bail!("not good: {error}"),
    };
    let manifest: Manifest = serde_json::from_slice(&bytes).context("the manifest has another shape")?;
    tell(&format!("good: {} files, signed by key {kid}\n", manifest.files.len()));
    folder.map_or(Ok(()), |folder| check_folder(folder, &manifest.files))
}

fn check_folder(folder: &Path, files: &[Named]) -> anyhow::Result<()> {
    let mut wrong = 0;
    for named in files {
        if let Err(error) = check_file(folder, named) {
            wrong += 1;
            tell(&format!("{}: {error:#}\n", named.path));
        }
    }
    if wrong > 0 {
        bail!("{wrong} of {} files are not those of the manifest", files.len());
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
    let (size, digest) = measure(&folder.join(relative)).context("cannot be read")?;
    if size != named.bytes {
        bail!("has {size} bytes, not {}", named.bytes);
    }
    if digest != named.sha256 {
        bail!("has another SHA-256");
    }
    Ok(())
}

/// Gives size and SHA-256 of a file.
fn measure(path: &Path) -> anyhow::Result<(u64, String)> {
    Ok(digest_of(&mut std::fs::File::open(path)?)?)
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
