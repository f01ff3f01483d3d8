//! `bourse demo`: the same server in a folder of its own, filled with a believable exchange through the rooms.

pub mod content;
pub mod data;
mod deals;
mod extras;
mod fill;
mod gate;
mod plans;
mod policies;

use super::heaps;
use crate::app::App;
use crate::config::Config;
use crate::jobs;
use crate::store::StoreError;
use crate::values::Clock;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Where the demo lives.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Folder of the demo.
    #[arg(long, default_value = "./bourse-demo")]
    folder: PathBuf,
    /// Port on loopback; the demo listens nowhere else.
    #[arg(long, default_value_t = 8090)]
    port: u16,
    /// A PostgreSQL database in place of the SQLite file in the folder.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Makes the configuration of a demo.
///
/// # Errors
/// When the settings do not fit, which is a bug.
pub fn config(folder: &Path, port: u16, database: Option<&str>) -> anyhow::Result<Config> {
    let settings = [
        ("data_dir", folder.display().to_string()),
        ("listen", format!("127.0.0.1:{port}")),
        ("public_url", format!("http://127.0.0.1:{port}")),
        ("allowed_hosts", "localhost".to_owned()),
        ("exchange_name", "三江 Sanjiang".to_owned()),
        ("mail_from", "Sanjiang <desk@sanjiang.example>".to_owned()),
    ];
    let database = database.map(|url| ("database_url", url.to_owned()));
    let settings = settings.into_iter().chain(database);
    Ok(Config::read("", "the demo", settings.map(|(k, v)| (k.to_owned(), v)))?)
}

/// Fills an exchange that is empty, and says whether it did; one that is filled stays as it is.
///
/// # Errors
/// When a room refuses, which is a bug of the content.
pub async fn fill(app: &App) -> anyhow::Result<bool> {
    fill::fill(app).await
}

/// Starts the demo.
pub(super) fn run(args: &DemoArgs) -> anyhow::Result<()> {
    super::log_quietly();
    let config = config(&args.folder, args.port, args.database.as_deref())?;
    let filled = actix_web::rt::System::new().block_on(async {
        let app = App::open(config.clone(), Clock::default())?;
        // A port that is taken is told before the work.
        let _listener = app.listen()?;
        let filled = fill(&app).await?;
        if filled {
            measured(&app).await?;
        }
        anyhow::Ok(filled)
    })?;
    if filled {
        // Filling and measuring need half as much memory again as serving, and heaps keep what they once had.
        heaps::anew();
    }
    actix_web::rt::System::new().block_on(async move {
        let app = App::open(config, Clock::default())?;
        let listener = app.listen()?;
        print(&app);
        let jobs = jobs::start(&app);
        app.server(listener)?.await?;
        jobs.stop().await;
        Ok(())
    })
}

/// Measures all files of the demo, so that its first pages show what the server makes of them.
async fn measured(app: &App) -> Result<(), StoreError> {
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    while jobs::measure::next(&app.site, &stopped).await? {}
    Ok(())
}

fn print(app: &App) {
    let url = &app.config.public_url;
    let mut text = format!("Bourse demo: {url}\n\nSign in at {url}/sign-in with the password  {}\n", content::PASSWORD);
    let roles = [
        ("buyer", "requester"),
        ("approver", "approver"),
        ("seller", "licensor"),
        ("seller's finance", "finance"),
        ("owner", "owner"),
    ];
    let all = content::PEOPLE;
    for (label, role) in roles {
        let wanted = |p: &&content::Person| {
            let place = if matches!(label, "buyer" | "approver" | "owner") {
                "haoyue-machine-tools"
            } else {
                "lanjiang-bearing"
            };
            p.organisation == place && p.roles.contains(&role)
        };
        if let Some(p) = all.iter().find(wanted) {
            let _ = writeln!(text, "  {label:<18} {:<34} {}", p.email, p.name);
        }
    }
    for p in all.iter().filter(|p| p.office.is_some()) {
        let office = p.office.unwrap_or_default().replace('_', " ");
        let _ = writeln!(text, "  {office:<18} {:<34} {}", p.email, p.name);
    }
    let secrets = app.config.data_dir.join("service-accounts.txt");
    let mails = app.config.data_dir.join("mails");
    let _ = writeln!(text, "\nService accounts with their secrets: {}", secrets.display());
    let _ = writeln!(text, "Mails are written to {}. Stop with Ctrl-C.", mails.display());
    super::tell(&text);
}
