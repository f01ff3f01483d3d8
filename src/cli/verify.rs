//! `bourse verify`: a receipt is checked without a network and without the exchange's database.

use crate::market::signing;
use anyhow::{Context, bail};
use std::path::PathBuf;

/// Which receipt, with which keys.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The receipt (.jws).
    receipt: PathBuf,
    /// The exchange's keys, as saved from /.well-known/jwks.json.
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
}

/// Checks a receipt and prints what it says.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let text =
        std::fs::read_to_string(&args.receipt).with_context(|| format!("cannot read {}", args.receipt.display()))?;
    let keys = std::fs::read_to_string(&args.keys).with_context(|| format!("cannot read {}", args.keys.display()))?;
    let jwks: serde_json::Value = serde_json::from_str(&keys).context("the keys are no JSON")?;
    match signing::verify_with(&jwks, text.trim()) {
        Ok(receipt) => {
            println!("good: signed by a key of this set\n{}", serde_json::to_string_pretty(&receipt)?);
            Ok(())
        }
        Err(error) => bail!("not good: {error}"),
    }
}
