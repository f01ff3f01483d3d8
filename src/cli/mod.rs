//! The commands of the one binary.

mod backup;
mod create_operator;
pub mod demo;
mod heaps;
mod keys;
mod publish;
mod serve;
mod verify;

use crate::config::{self, Config};
use clap::{Parser, Subcommand};
use std::io::Write as _;
use std::path::PathBuf;

/// Bourse: a self-hosted dataset marketplace and licensing server.
///
/// Start with `bourse demo` for a filled sample exchange, or `bourse serve` and `bourse create-operator` for a real one.
#[derive(Debug, Parser)]
#[command(
    name = "bourse",
    version,
    after_help = "Settings: `bourse check-config --example` prints all of them with their meaning."
)]
struct Cli {
    /// Configuration file (TOML); ./bourse.toml when it exists.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server: makes database, keys and folders when they are missing, and says where.
    Serve,
    /// Start a filled sample exchange in ./bourse-demo on loopback, and print its sign-ins.
    Demo(demo::DemoArgs),
    /// Make the first account of the operator. Asks for the password, or reads it from standard input in a pipe.
    CreateOperator(create_operator::Args),
    /// Check the configuration and print it, secrets hidden.
    CheckConfig {
        /// Print a file with every setting, its default and its meaning instead.
        #[arg(long)]
        example: bool,
    },
    /// List or rotate the keys that sign receipts and tokens.
    Keys {
        #[command(subcommand)]
        command: keys::KeysCommand,
    },
    /// Copy database, keys and files into a folder, while the server runs. On PostgreSQL run pg_dump first.
    Backup(backup::Args),
    Publish(publish::Args),
    /// Check a receipt, or a version's manifest and files, offline with the exchange's published keys.
    Verify(verify::Args),
}

/// Runs the command line.
///
/// # Errors
/// What went wrong, with its mend, to be printed.
pub fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Command::CheckConfig { example: true } = cli.command {
        tell(&config::example());
        return Ok(());
    }
    if let Command::Verify(args) = &cli.command {
        return verify::run(args);
    }
    if let Command::Publish(args) = &cli.command {
        return publish::run(args);
    }
    if matches!(cli.command, Command::Serve | Command::Demo(_)) {
        heaps::few();
    }
    if let Command::Demo(args) = &cli.command {
        return demo::run(args);
    }
    let config = Config::load(cli.config.as_deref())?;
    match cli.command {
        Command::Serve => {
            log(config.log_json);
            serve::run(config)
        }
        Command::CreateOperator(args) => create_operator::run(config, &args),
        Command::CheckConfig { .. } => {
            tell(&config.shown());
            Ok(())
        }
        Command::Keys { command } => keys::run(&config, &command),
        Command::Backup(args) => backup::run(&config, &args),
        Command::Demo(_) | Command::Verify(_) | Command::Publish(_) => Ok(()),
    }
}

/// The exit code of a failed command; those of `publish` are listed in its help.
#[must_use]
pub fn exit_code(error: &anyhow::Error) -> u8 {
    error.downcast_ref::<publish::Failure>().map_or(1, publish::Failure::code)
}

/// Writes to standard output. A reader that went away (`bourse verify … | head`) is no reason to panic.
fn tell(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        eprintln!("bourse: cannot write to standard output: {error}");
    }
}

/// Starts the log on standard error.
fn log(json: bool) {
    // Colours are for a person at a terminal, not for a log file.
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(colours)
        .with_max_level(tracing::Level::INFO)
        .with_target(false);
    if json { builder.json().flatten_event(true).init() } else { builder.init() }
}

/// Starts a quiet log for the demo: only what went wrong.
fn log_quietly() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .with_target(false)
        .init();
}
