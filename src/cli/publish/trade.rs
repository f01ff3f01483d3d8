//! What makes a version tradable beside its files: the level, what everybody may see, offers, publishing or submitting.
//! Each step looks first whether it was done, so that the command may run again.

use super::Failure;
use super::manifest::Local;
use super::remote::{Remote, Target, done, refusal};
use super::say::Say;
use crate::urls::encode;
use crate::values::hash_text;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// What came of publishing.
pub(super) enum Outcome {
    /// It is published under the manifest of this digest.
    Published(String),
    /// It waits for the reviewers of the exchange.
    Submitted,
}

/// Answers the questionnaire about the level, unless the same answers stand already.
pub(super) async fn level(remote: &Remote, target: &Target, local: &Local, say: &Say) -> Result<(), Failure> {
    let Some(answers) = &local.start.level else { return Ok(()) };
    let path = format!("{}/level", target.dataset());
    let list = remote.read(&path).await?.unwrap_or_default();
    let kept = &list["items"][0];
    let same =
        ["class", "answers", "reason", "filing_reference"].iter().all(|name| match (&answers[name], &kept[name]) {
            (Value::Null, old) => old.is_null() || old == "",
            (new, old) => new == old,
        });
    if same {
        return Ok(());
    }
    let given = done(remote.ask(|| remote.request(Method::PUT, &path).json(answers)).await?).await?;
    say.line(&format!("level: {}", given["level"].as_str().unwrap_or_default()));
    Ok(())
}

/// Chooses what everybody may see of the files, where the description says so.
pub(super) async fn samples(remote: &Remote, target: &Target, version: &str, local: &Local) -> Result<(), Failure> {
    for resource in &local.start.resources {
        let Some(rule) = &resource.sample else { continue };
        let parts: Vec<String> = resource.path.as_str().split('/').map(encode).collect();
        let path = format!("{}/samples/{}", target.version(version), parts.join("/"));
        let kept = remote.read(&path).await?.unwrap_or_default();
        if kept["rule"] == json!(rule) {
            continue;
        }
        let revision = kept["revision"].as_i64().unwrap_or_default();
        let make = || remote.request(Method::PUT, &path).header("If-Match", format!("\"{revision}\"")).json(rule);
        done(remote.ask(make).await?).await?;
    }
    Ok(())
}

/// Makes the offers that the description names and the dataset does not have, by their titles.
pub(super) async fn offers(remote: &Remote, target: &Target, local: &Local, say: &Say) -> Result<(), Failure> {
    if local.start.offers.is_empty() {
        return Ok(());
    }
    let there = remote.read(&target.dataset()).await?.unwrap_or_default();
    let open: Vec<&str> =
        there["offers"].as_array().into_iter().flatten().filter_map(|o| o["title"].as_str()).collect();
    let licences = remote.read("/api/v1/licences").await?.unwrap_or_default();
    for offer in &local.start.offers {
        let title = offer["title"].as_str().unwrap_or_default();
        if open.contains(&title) {
            continue;
        }
        let code = offer["licence"].as_str().unwrap_or_default();
        let named = licences["items"].as_array().into_iter().flatten().find(|l| l["code"] == code);
        let Some(licence) = named.map(|l| l["id"].clone()) else {
            return Err(Failure::Refused(format!("offer {title}: the exchange has no licence {code}")));
        };
        let mut body = offer.clone();
        body["licence"] = licence;
        let path = format!("{}/offers", target.dataset());
        // A draft does not list its offers: run again within a week, the same offer is not made twice.
        let once = hash_text(&format!("{path} {body}"));
        let make = || remote.request(Method::POST, &path).header("Idempotency-Key", once.as_str()).json(&body);
        done(remote.ask(make).await?).await?;
        say.line(&format!("offer: {title}"));
    }
    Ok(())
}

/// Publishes the version; where the rules of the exchange ask for reviewers and nothing else is open, submits it.
pub(super) async fn publish(
    remote: &Remote,
    target: &Target,
    version: &str,
    local: &Local,
) -> Result<Outcome, Failure> {
    let path = format!("{}/publication", target.version(version));
    let answer = remote.ask(|| remote.request(Method::POST, &path)).await?;
    if answer.status().is_success() {
        let made = done(answer).await?;
        return Ok(Outcome::Published(made["manifest_sha256"].as_str().unwrap_or_default().to_owned()));
    }
    let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    let open: Vec<&str> = body["conditions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|c| c["met"] == false)
        .filter_map(|c| c["code"].as_str())
        .collect();
    let reviewers =
        |code: &&str| matches!(code.replace('-', "_").as_str(), "moderator_approved" | "compliance_approved");
    if status == StatusCode::NOT_FOUND || open.is_empty() || !open.iter().all(reviewers) {
        return Err(refusal(status, &text));
    }
    let review = format!("{}/review", target.version(version));
    let body = json!({"note": local.start.change_note});
    done(remote.ask(|| remote.request(Method::POST, &review).json(&body)).await?).await?;
    Ok(Outcome::Submitted)
}
