//! `bourse publish`: a folder with a Data Package becomes a version, from a pipeline or by hand, over a bad network.
//!
//! Run again after a cut, it goes on where it stopped: what the draft has already, by path and digest, is not sent again.

mod init;
mod manifest;
mod remote;
mod say;
mod send;
mod trade;

use manifest::Local;
use remote::{Key, Remote, Target};
use std::path::PathBuf;
use std::sync::Mutex;

/// Publish a folder as a version of a dataset, described by its datapackage.json.
///
/// Begins the dataset or the version when they are not there, takes texts and schemas from the description, uploads the
/// files, and publishes with --publish. Run it again after a cut: files that are there already are not sent again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes:
  0  done
  1  something unexpected
  2  wrong usage
  3  datapackage.json is missing or has faults (each printed as FILE:LINE: PLACE: FAULT)
  4  a file is missing or is not what datapackage.json says
  5  the exchange refused: key, role, or conditions of publishing (printed)
  6  the exchange could not be reached, also not after several tries; run again to go on

What the form has no place for stands under `bourse` in datapackage.json: `level` (class, answers, reason: the
questionnaire of /api/v1/rules), `offers` (title, licence by its code, price, ... as the API takes them), and for each
resource `bourse.sample` (pick, rows, masked, statistics). Where reviewers decide, --publish submits the version.

The key is an API key of a person who publishes for the organisation (account page, API keys), or, with --client, the
secret of a service account with the scope `publish`, which makes no offers. It is read from the environment, never
from the command line.

Examples:
  bourse publish rig4 --init                                       write rig4/datapackage.json to start from
  BOURSE_KEY=brs_u_... bourse publish rig4 --to https://data.example --organisation acme --publish")]
pub(super) struct Args {
    /// The folder.
    dir: PathBuf,
    /// Public address of the exchange.
    #[arg(long, value_name = "URL", required_unless_present_any = ["init", "check"])]
    to: Option<String>,
    /// Environment variable that holds the API key.
    #[arg(long, value_name = "NAME", default_value = "BOURSE_KEY")]
    key_env: String,
    /// Client id of a service account; the key is its secret then.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Name of the organisation in addresses.
    #[arg(long, value_name = "NAME", required_unless_present_any = ["init", "check"])]
    organisation: Option<String>,
    /// Name of the dataset in addresses; the `name` of datapackage.json when missing.
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Label of the version; the `version` of datapackage.json when missing, else 1.0.0.
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,
    /// Write a datapackage.json of the files in the folder, and stop.
    #[arg(long, conflicts_with_all = ["publish", "check"])]
    init: bool,
    /// Check datapackage.json and the files, and stop.
    #[arg(long, conflicts_with = "publish")]
    check: bool,
    /// Publish the version when all files are there: it never changes afterwards.
    #[arg(long)]
    publish: bool,
    /// Remove files of the draft that datapackage.json does not name.
    #[arg(long)]
    prune: bool,
    /// Files that are sent at the same time.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=16))]
    jobs: u8,
    /// Print nothing but errors.
    #[arg(long)]
    quiet: bool,
}

/// Why nothing or not all was published; each kind has its exit code.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The description is missing or wrong.
    #[error("{0}")]
    Manifest(String),
    /// A file is missing or differs.
    #[error("{0}")]
    Local(String),
    /// The exchange refused.
    #[error("{0}")]
    Refused(String),
    /// The exchange could not be reached.
    #[error("{0}\n  run the same command again to go on")]
    Unreachable(String),
}

impl Failure {
    /// The exit code of this kind.
    pub(super) const fn code(&self) -> u8 {
        match self {
            Self::Manifest(_) => 3,
            Self::Local(_) => 4,
            Self::Refused(_) => 5,
            Self::Unreachable(_) => 6,
        }
    }
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let say = say::Say::new(args.quiet);
    if args.init {
        return Ok(init::write(&args.dir, &say)?);
    }
    let local = manifest::load(&args.dir, &say)?;
    let (Some(url), Some(organisation)) = (&args.to, &args.organisation) else {
        say.line(&format!("{} files are as datapackage.json says", local.files.len()));
        return Ok(());
    };
    let key = crate::config::variable(&args.key_env)
        .ok_or_else(|| Failure::Refused(format!("the environment variable {} holds no API key", args.key_env)))?;
    let name = args.dataset.clone().unwrap_or_else(|| local.start.name.clone());
    if name.is_empty() {
        let text = "the dataset has no name: give --dataset, or `name` in datapackage.json";
        return Err(Failure::Manifest(text.to_owned()).into());
    }
    let label = args.label.clone().unwrap_or_else(|| local.start.version.clone());
    let label = if label.is_empty() { "1.0.0".to_owned() } else { label };
    let target = Target { organisation: organisation.clone(), name: name.to_lowercase(), label };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let key = match &args.client {
        Some(id) => Key::Machine(id.clone(), key, Mutex::default()),
        None => Key::Person(key),
    };
    let remote = Remote::new(url, key)?;
    Ok(runtime.block_on(deliver(args, &remote, &target, &local, &say))?)
}

/// Brings the version to the exchange.
async fn deliver(args: &Args, remote: &Remote, target: &Target, local: &Local, say: &say::Say) -> Result<(), Failure> {
    let version = match remote.draft(target, local).await? {
        remote::Standing::Draft(version) => version,
        remote::Standing::Published => {
            say.line(&format!("{} {} is published with these files: nothing to do", target.name, target.label));
            return Ok(());
        }
    };
    let there = remote.files(target, &version).await?;
    let plan = manifest::plan(local, &there);
    if !plan.strange.is_empty() && !args.prune {
        let names = plan.strange.iter().take(5).map(|f| f.path.as_str()).collect::<Vec<_>>().join(", ");
        let text = format!(
            "the draft has {} files that datapackage.json does not name ({names}); name them, or give --prune",
            plan.strange.len()
        );
        return Err(Failure::Refused(text));
    }
    for file in plan.strange.iter().chain(&plan.outdated) {
        remote.remove(target, &version, &file.id).await?;
    }
    say.line(&format!(
        "{} of {} files are there already; {} to send",
        plan.kept,
        local.files.len(),
        plan.missing.len()
    ));
    send::all(remote, target, &version, &plan.missing, usize::from(args.jobs), say).await?;
    trade::level(remote, target, local, say).await?;
    trade::samples(remote, target, &version, local).await?;
    trade::offers(remote, target, local, say).await?;
    let desk = format!("{}/datasets/{}/{}/edit", remote.url(), target.organisation, target.name);
    if !args.publish {
        say.line(&format!("all files are there; publish at {desk}"));
        return Ok(());
    }
    match trade::publish(remote, target, &version, local).await? {
        trade::Outcome::Published(digest) => {
            say.line(&format!("published {} {} (manifest {digest})", target.name, target.label));
        }
        trade::Outcome::Submitted => {
            say.line(&format!("submitted {} {}: it is published once it is approved", target.name, target.label));
        }
    }
    say.line(&format!("{}/datasets/{}/{}", remote.url(), target.organisation, target.name));
    Ok(())
}
