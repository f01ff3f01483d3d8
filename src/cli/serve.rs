//! `bourse serve`.

use crate::app::App;
use crate::config::{BlobStore, Config};
use crate::jobs;
use crate::values::Clock;

/// Runs the server until it is told to stop.
pub(super) fn run(config: Config) -> anyhow::Result<()> {
    actix_web::rt::System::new().block_on(async move {
        let app = App::open(config, Clock::default())?;
        let listener = app.listen()?;
        say_where(&app);
        serve(app, listener).await
    })
}

/// Serves on a listener, with the jobs beside it.
pub(super) async fn serve(app: App, listener: std::net::TcpListener) -> anyhow::Result<()> {
    let jobs = jobs::start(&app);
    let server = app.server(listener)?;
    server.await?;
    jobs.stop().await;
    tracing::info!("stopped");
    Ok(())
}

fn say_where(app: &App) {
    let config = &app.config;
    let files = match &config.blob_store {
        BlobStore::Disk => config.data_dir.join("files").display().to_string(),
        BlobStore::S3 { bucket, .. } => format!("s3://{bucket}"),
    };
    let mails = app.site.facts.mail_folder.as_ref().map_or_else(|| "SMTP".to_owned(), |f| f.display().to_string());
    let database = config.database_url.reveal().split('@').next_back().unwrap_or_default().to_owned();
    tracing::info!(address = config.public_url, listen = %config.listen, database, files, keys = %config.keys_dir.display(), mails, "Bourse is ready");
}
