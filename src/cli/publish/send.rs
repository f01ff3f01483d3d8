//! Sending files: some at a time, each tried again after a cut.

use super::Failure;
use super::manifest::LocalFile;
use super::remote::{Remote, Target, done, passing, pause, unreachable};
use super::say::Say;
use crate::urls::encode;
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use reqwest::{Body, Method, StatusCode, header};
use tokio::io::AsyncReadExt;

/// How often a file is tried.
const TRIES: u32 = 8;
/// Bytes that are read at a time.
const PIECE: usize = 256 * 1024;

/// Sends files to a draft.
pub(super) async fn all(
    remote: &Remote,
    target: &Target,
    version: &str,
    files: &[&LocalFile],
    jobs: usize,
    say: &Say,
) -> Result<(), Failure> {
    let bar = say.bar("sending", files.iter().map(|f| f.bytes).sum());
    let sends = files.iter().map(|file| one(remote, target, version, file, &bar));
    let sent = stream::iter(sends).buffer_unordered(jobs).try_for_each(|()| async { Ok(()) }).await;
    bar.finish_and_clear();
    sent
}

/// Sends one file until it is there.
async fn one(
    remote: &Remote,
    target: &Target,
    version: &str,
    file: &LocalFile,
    bar: &ProgressBar,
) -> Result<(), Failure> {
    bar.set_message(file.path.clone());
    let mut tried = 0;
    loop {
        tried += 1;
        let before = bar.position();
        match transport(remote, target, version, file, bar).await {
            Ok(()) => return Ok(()),
            Err(Failure::Unreachable(_)) if tried < TRIES => {
                bar.set_position(before);
                pause(tried).await;
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// Brings the bytes over: the one place that knows how.
async fn transport(
    remote: &Remote,
    target: &Target,
    version: &str,
    file: &LocalFile,
    bar: &ProgressBar,
) -> Result<(), Failure> {
    let parts: Vec<String> = file.path.split('/').map(encode).collect();
    let address = format!("{}/files/{}", target.version(version), parts.join("/"));
    let opened = tokio::fs::File::open(&file.place).await;
    let opened = opened.map_err(|e| Failure::Local(format!("{}: {e}", file.path)))?;
    let counted = bar.clone();
    let pieces = stream::try_unfold((opened, counted), |(mut from, counted)| async move {
        let mut piece = vec![0; PIECE];
        let count = from.read(&mut piece).await?;
        piece.truncate(count);
        counted.inc(u64::try_from(count).unwrap_or_default());
        Ok::<_, std::io::Error>((count > 0).then_some((piece, (from, counted))))
    });
    let request = remote
        .request(Method::PUT, &address)
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::CONTENT_LENGTH, file.bytes)
        .body(Body::wrap_stream(pieces));
    let answer = request.send().await.map_err(|e| unreachable(&e))?;
    if passing(answer.status()) {
        return Err(Failure::Unreachable(format!("{}: the exchange answers {}", file.path, answer.status())));
    }
    let taken = answer.status() == StatusCode::UNPROCESSABLE_ENTITY;
    match done(answer).await {
        Ok(kept) if kept["sha256"].as_str() == Some(file.sha256.as_str()) => Ok(()),
        Ok(_) => Err(Failure::Local(format!("{}: changed while it was sent", file.path))),
        // A try whose answer was lost may have stored it.
        Err(_) if taken && is_there(remote, target, version, file).await? => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Whether the draft has the file with these very bytes.
async fn is_there(remote: &Remote, target: &Target, version: &str, file: &LocalFile) -> Result<bool, Failure> {
    let there = remote.files(target, version).await?;
    Ok(there.iter().any(|f| f.path == file.path && f.sha256 == file.sha256.as_str()))
}
