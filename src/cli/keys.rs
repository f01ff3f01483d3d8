//! `bourse keys`.

use super::tell;
use crate::config::Config;
use crate::market::signing::SigningKeys;

/// What to do with the keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum KeysCommand {
    /// List the key ids, the signing one first.
    List,
    /// Add a key that signs from the next start on; the old ones go on verifying.
    Rotate,
}

/// Lists or rotates the keys.
pub(super) fn run(config: &Config, command: &KeysCommand) -> anyhow::Result<()> {
    match command {
        KeysCommand::List => {
            for kid in SigningKeys::open(&config.keys_dir)?.kids() {
                tell(&format!("{kid}\n"));
            }
        }
        KeysCommand::Rotate => {
            let path = SigningKeys::rotate(&config.keys_dir)?;
            let path = path.display();
            tell(&format!(
                "{path} signs from the next start of the server on. Keep the other files: old receipts need them.\n"
            ));
        }
    }
    Ok(())
}
